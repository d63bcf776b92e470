#include "tools/overhead/summary.h"

#include <set>

namespace replica::overhead {
namespace {

template <typename Value>
double median_of(const std::vector<PartPair>& pairs, Value value) {
  std::vector<double> values;
  for (const PartPair& pair : pairs) values.push_back(value(pair));
  return statistics::median(values);
}

void summarize_parts(const Measurement& measurement, Summary& summary) {
  summary.rest = summary.overhead.value;
  if (measurement.part_pairs.empty()) return;
  const double guests = measurement.setting.guests;
  std::vector<PartPair> pairs;
  for (const PartPair& pair : measurement.part_pairs) {
    // How fast the host was then: the bare run is disturbed little.
    const double factor = summary.bare_seconds / pair.bare.total().seconds;
    const double in_virtual = summary.bare_seconds * (1 + summary.overhead.value) * guests;
    pairs.push_back({pair.bare.scaled(factor), pair.in_virtual.scaled(factor).without_clock(in_virtual)});
  }
  std::set<std::string> names;
  for (const PartPair& pair : pairs) {
    for (const auto& [name, seconds] : pair.in_virtual.instructions) names.insert(name);
  }
  for (std::size_t n = 0; n < kPartGroups; ++n) {
    const double part = median_of(pairs, [&](const PartPair& pair) {
      return (pair.in_virtual.groups[n].seconds / guests - pair.bare.groups[n].seconds) / summary.bare_seconds;
    });
    summary.parts.push_back(part);
    summary.rest -= part;
  }
  for (const std::string& name : names) {
    summary.instructions[name] = median_of(pairs, [&](const PartPair& pair) {
      const auto bare = pair.bare.instructions.find(name), in_virtual = pair.in_virtual.instructions.find(name);
      const double spent = in_virtual == pair.in_virtual.instructions.end() ? 0 : in_virtual->second.seconds;
      const double before = bare == pair.bare.instructions.end() ? 0 : bare->second.seconds;
      return (spent / guests - before) / summary.bare_seconds;
    });
  }
}

}  // namespace

bool is_instruction(const std::string& event) {
  return event.find_first_of("abcdefghijklmnopqrstuvwxyz") == std::string::npos;
}

Summary summarize(const Measurement& measurement, const CostTable& costs) {
  Summary summary;
  summary.workload = measurement.workload;
  summary.setting = measurement.setting;
  const unsigned guests = measurement.setting.guests;
  std::vector<double> overheads, bare;
  for (const Pair& pair : measurement.pairs) {
    overheads.push_back(pair.overhead(guests));
    bare.push_back(pair.bare_seconds);
  }
  summary.overhead = statistics::bootstrap_median(overheads);
  summary.bare_seconds = statistics::median(bare);
  // Time is virtual: all runs execute the same.
  const Pair& any = measurement.pairs.front();
  summary.million_instructions = static_cast<double>(any.bare_instructions) / 1e6;
  for (const auto& [event, count] : any.events) {
    const double per_million = static_cast<double>(count) / guests / summary.million_instructions;
    summary.events_per_million[event] = per_million;
    if (is_instruction(event)) summary.privileged_per_million += per_million;
  }
  summary.then =
      costs.overhead(std::string(name_of(measurement.setting.assist)), any.events, any.bare_instructions, guests);
  summarize_parts(measurement, summary);
  return summary;
}

}  // namespace replica::overhead
