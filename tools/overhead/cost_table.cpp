#include "tools/overhead/cost_table.h"

#include "tools/overhead/json_reader.h"

namespace replica::overhead {
namespace {

constexpr const char* kOther = "other instruction";
constexpr double kMostMicroseconds = 1e9;

// CP's path lengths are some 100 instructions for the entry, the decoding and the exit, and some 300 to 500 more for an
// SIO, of which the CCWs are translated. With the assist the microprogram does what is frequent in a few microseconds.
constexpr const char* kDefault = R"json({
  "machine": "VM/370 on a System/370 Model 158",
  "million_instructions_per_second": 0.9,
  "microseconds": {
    "none": {
      "SIO": 450, "TIO": 200, "HIO": 250, "TCH": 150, "STIDC": 150,
      "LPSW": 150, "SSM": 120, "STNSM": 120, "STOSM": 120, "LCTL": 180, "STCTL": 120,
      "SSK": 140, "ISK": 140, "RRB": 140, "PTLB": 250, "LRA": 250, "DIAGNOSE": 300,
      "supervisor call": 140, "program interruption": 160, "interruption": 250,
      "page fault": 1500, "dispatch": 250, "purge": 100, "other instruction": 130
    },
    "vma": {
      "SIO": 450, "TIO": 200, "HIO": 250, "TCH": 150, "STIDC": 150,
      "LPSW": 10, "SSM": 6, "STNSM": 6, "STOSM": 6, "LCTL": 12, "STCTL": 8,
      "SSK": 8, "ISK": 8, "RRB": 8, "PTLB": 250, "LRA": 15, "DIAGNOSE": 300,
      "supervisor call": 8, "program interruption": 160, "interruption": 250,
      "page fault": 1500, "dispatch": 250, "purge": 100, "other instruction": 130
    }
  }
})json";

}  // namespace

double CostTable::overhead(const std::string& assist, const Events& events, u64 instructions, unsigned guests) const {
  const auto costs = microseconds.find(assist);
  if (costs == microseconds.end() || instructions == 0 || guests == 0) return 0;
  double spent = 0;
  for (const auto& [event, count] : events) {
    const auto cost = costs->second.find(event);
    spent += static_cast<double>(count) * (cost != costs->second.end() ? cost->second : costs->second.at(kOther));
  }
  return spent / guests / (static_cast<double>(instructions) / mips);
}

CostTable default_cost_table() { return parse_cost_table(kDefault, "the cost table that is built in").value(); }

Result<CostTable> read_cost_table(const std::string& path) {
  const auto bytes = read_json(path);
  if (!bytes) return tl::unexpected(bytes.error());
  return parse_cost_table(bytes->dump(), path);
}

Result<CostTable> parse_cost_table(const std::string& text, const std::string& name) {
  const auto json = parse_json(text, name);
  if (!json) return tl::unexpected(json.error());
  Status status;
  const JsonValue root(*json, name + ": ", status);
  CostTable table{.machine = root["machine"].text(),
                  .mips = root["million_instructions_per_second"].number(1e-6),
                  .microseconds = {}};
  for (const std::string assist : {"none", "vma"}) {
    const JsonValue costs = root["microseconds"][assist];
    static_cast<void>(costs[kOther]);
    for (const auto& [event, cost] : costs.fields()) {
      const double value = cost.number(0);
      if (value > kMostMicroseconds) cost.refuse(fmt::format("up to {} microseconds", kMostMicroseconds));
      table.microseconds[assist][event] = value;
    }
  }
  if (!status) return tl::unexpected(status.error());
  return table;
}

}  // namespace replica::overhead
