#include "tools/overhead/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace replica::overhead {

using tools::TextTable;

TextTable overhead_table(const std::vector<Summary>& summaries) {
  TextTable table{.headings = {"workload", "assist", "machines", "overhead", "95% interval", "the paper's", "in 1975",
                               "bare s", "M instr.", "privileged/M"},
                  .rows = {}};
  for (const Summary& each : summaries) {
    const auto& [low, high] = each.overhead.interval;
    table.rows.push_back({each.workload, std::string(name_of(each.setting.assist)), fmt::to_string(each.setting.guests),
                          percent(each.overhead.value), fmt::format("{} to {}", percent(low), percent(high)),
                          beside_band(each.overhead.value), percent(each.then),
                          fmt::format("{:.3f}", each.bare_seconds), fmt::format("{:.1f}", each.million_instructions),
                          fmt::format("{:.0f}", each.privileged_per_million)});
  }
  return table;
}

TextTable parts_table(const std::vector<Summary>& summaries) {
  TextTable table{.headings = {"part"}, .rows = {}};
  std::vector<const Summary*> known;
  for (const Summary& each : summaries) {
    if (!each.parts.empty()) known.push_back(&each);
  }
  if (known.empty()) return table;
  const auto add = [&](std::string_view name, auto value) {
    auto& row = table.rows.emplace_back();
    row.emplace_back(name);
    for (const Summary* each : known) row.push_back(percent(value(*each)));
  };
  for (const Summary* each : known) table.headings.push_back(column_name(*each));
  for (std::size_t n = 0; n < kPartGroups; ++n) {
    add(name_of(static_cast<PartGroup>(n)), [n](const Summary& each) { return each.parts[n]; });
  }
  add("rest, unexplained", [](const Summary& each) { return each.rest; });
  add("whole", [](const Summary& each) { return each.overhead.value; });
  return table;
}

TextTable events_table(const std::vector<Summary>& summaries) {
  std::map<std::string, double> most;
  for (const Summary& each : summaries) {
    for (const auto& [event, rate] : each.events_per_million) most[event] = std::max(most[event], rate);
  }
  std::vector<std::string> events;
  for (const auto& [event, rate] : most) events.push_back(event);
  std::sort(events.begin(), events.end(), [&](const auto& one, const auto& other) { return most[one] > most[other]; });
  TextTable table{.headings = {"event"}, .rows = {}};
  for (const Summary& each : summaries) table.headings.push_back(column_name(each));
  for (const std::string& event : events) {
    std::vector<std::string> row = {event};
    for (const Summary& each : summaries) {
      const auto found = each.events_per_million.find(event);
      row.push_back(found == each.events_per_million.end() ? "" : fmt::format("{:.1f}", found->second));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string tables(const std::vector<Summary>& summaries, const std::string& machine) {
  std::string text =
      "Overhead: the host's CPU time of a guest in a virtual machine over that on the bare machine, less 1\n" +
      overhead_table(summaries).as_text() + fmt::format("in 1975: modelled for {}\n", machine);
  if (const TextTable parts = parts_table(summaries); !parts.rows.empty()) {
    text += "\nWhat it is made of, in terms of the bare run\n" + parts.as_text();
  }
  return text + "\nEvents in a million instructions\n" + events_table(summaries).as_text();
}

std::string column_name(const Summary& summary) {
  return fmt::format("{} {} x{}", summary.workload, name_of(summary.setting.assist), summary.setting.guests);
}

std::string percent(double part) {
  const double value = 100 * part;
  const bool is_small = std::abs(value) < 9.95;
  const std::string text = fmt::format("{:.{}f}%", value, is_small ? 1 : 0);
  return text == "-0.0%" ? "0.0%" : text;
}

std::string beside_band(double overhead) {
  const char* const where = overhead < kBandLow ? "below" : overhead <= kBandHigh ? "in" : "above";
  return fmt::format("{} 10-15%", where);
}

}  // namespace replica::overhead
