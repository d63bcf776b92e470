#include "tools/overhead/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "tools/text_table.h"

namespace replica::overhead {
namespace {

using tools::TextTable;

std::vector<std::string> first_cells(const Summary& summary) {
  return {summary.workload, std::string(name_of(summary.setting.assist)), fmt::to_string(summary.setting.guests)};
}

std::string overhead_table(const std::vector<Summary>& summaries) {
  TextTable table{.headings = {"workload", "assist", "machines", "overhead", "of 95%", "the paper's", "in 1975",
                               "bare s", "M instr.", "privileged/M"},
                  .rows = {}};
  for (const Summary& each : summaries) {
    const auto& interval = each.overhead.interval;
    auto row = first_cells(each);
    for (std::string cell :
         {percent(each.overhead.value), fmt::format("{} to {}", percent(interval.low), percent(interval.high)),
          beside_band(each.overhead.value), percent(each.then), fmt::format("{:.3f}", each.bare_seconds),
          fmt::format("{:.1f}", each.million_instructions), fmt::format("{:.0f}", each.privileged_per_million)}) {
      row.push_back(std::move(cell));
    }
    table.rows.push_back(std::move(row));
  }
  return table.as_text();
}

std::string parts_table(const std::vector<Summary>& summaries) {
  TextTable table{.headings = {"workload", "assist", "machines", "whole"}, .rows = {}};
  for (std::size_t n = 0; n < kPartGroups; ++n) {
    const auto group = static_cast<PartGroup>(n);
    if (group != PartGroup::guest) table.headings.emplace_back(name_of(group));
  }
  table.headings.emplace_back("rest");
  for (const Summary& each : summaries) {
    if (each.parts.empty()) continue;
    auto row = first_cells(each);
    row.push_back(percent(each.overhead.value));
    for (std::size_t n = 0; n < kPartGroups; ++n) {
      if (static_cast<PartGroup>(n) != PartGroup::guest) row.push_back(percent(each.parts[n]));
    }
    row.push_back(percent(each.rest));
    table.rows.push_back(std::move(row));
  }
  return table.rows.empty() ? "" : "\nWhat it is made of, in terms of the bare run:\n" + table.as_text();
}

// What happens most often comes first.
std::string events_table(const std::vector<Summary>& summaries) {
  std::map<std::string, double> most;
  for (const Summary& each : summaries) {
    for (const auto& [event, rate] : each.events_per_million) most[event] = std::max(most[event], rate);
  }
  std::vector<std::string> events;
  for (const auto& [event, rate] : most) events.push_back(event);
  std::sort(events.begin(), events.end(), [&](const auto& one, const auto& other) { return most[one] > most[other]; });
  TextTable table{.headings = {"per million instructions"}, .rows = {}};
  for (const Summary& each : summaries)
    table.headings.push_back(fmt::format("{} {}x{}", each.workload, name_of(each.setting.assist), each.setting.guests));
  for (const std::string& event : events) {
    std::vector<std::string> row = {event};
    for (const Summary& each : summaries) {
      const auto found = each.events_per_million.find(event);
      row.push_back(found == each.events_per_million.end() ? "" : fmt::format("{:.1f}", found->second));
    }
    table.rows.push_back(std::move(row));
  }
  return "\n" + table.as_text();
}

}  // namespace

std::string percent(double part) {
  const double value = 100 * part;
  return fmt::format("{:.{}f}%", value, std::abs(value) < 9.95 ? 1 : 0);
}

std::string percent(const statistics::Estimate& estimate) {
  return fmt::format("{} ({} to {})", percent(estimate.value), percent(estimate.interval.low),
                     percent(estimate.interval.high));
}

std::string beside_band(double overhead) {
  const char* const where = overhead < kBandLow ? "below" : overhead <= kBandHigh ? "in" : "above";
  return fmt::format("{} 10-15%", where);
}

std::string tables(const std::vector<Summary>& summaries, const std::string& machine) {
  return "Overhead: the host's CPU time of a guest in a virtual machine over that on the bare machine, less 1\n" +
         overhead_table(summaries) + fmt::format("in 1975: what it would have been with {}\n", machine) +
         parts_table(summaries) + events_table(summaries);
}

}  // namespace replica::overhead
