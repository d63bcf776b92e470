#include "tools/overhead/overhead_page.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "tools/overhead/table.h"
#include "tools/report/page.h"

namespace replica::overhead {
namespace {

using namespace replica::report;

std::string setting_name(const Setting& setting) {
  return fmt::format("{}, {} machine{}", name_of(setting.assist), setting.guests, setting.guests == 1 ? "" : "s");
}

std::vector<std::string> workloads_of(const std::vector<Summary>& summaries) {
  std::vector<std::string> names;
  for (const Summary& each : summaries) {
    if (std::find(names.begin(), names.end(), each.workload) == names.end()) names.push_back(each.workload);
  }
  return names;
}

std::vector<Setting> settings_of(const std::vector<Summary>& summaries) {
  std::vector<Setting> settings;
  for (const Summary& each : summaries) {
    if (std::find(settings.begin(), settings.end(), each.setting) == settings.end()) settings.push_back(each.setting);
  }
  return settings;
}

double number_of(const std::vector<std::string>& names, const std::string& name) {
  return static_cast<double>(std::find(names.begin(), names.end(), name) - names.begin());
}

Point point(double x, const Summary& summary) {
  const auto& interval = summary.overhead.interval;
  return {.x = x,
          .y = 100 * summary.overhead.value,
          .interval = Range{100 * interval.low, 100 * interval.high},
          .note = fmt::format("{}, {}", summary.workload, setting_name(summary.setting))};
}

const Band kBand{{100 * kBandLow, 100 * kBandHigh}, "Madnick and Donovan, 10-15%"};

Plot overhead_by_workload(const std::vector<Summary>& summaries) {
  Plot plot{.kind = PlotKind::bars,
            .title = "Overhead by workload",
            .description =
                "The host's CPU time of a guest in a virtual machine over that on the bare machine, less 1. Medians of "
                "pairs of runs, with bootstrap intervals of 95%.",
            .x = {.title = "workload", .categories = workloads_of(summaries)},
            .y = {.title = "overhead, %"},
            .series = {},
            .band = kBand};
  for (const Setting& setting : settings_of(summaries)) {
    Series series{.name = setting_name(setting), .points = {}};
    for (const Summary& each : summaries) {
      if (each.setting == setting) series.points.push_back(point(number_of(plot.x.categories, each.workload), each));
    }
    plot.series.push_back(std::move(series));
  }
  return plot;
}

// One bar for each measurement. The eight largest parts are series; what else there is goes with the rest.
Plot stacked_parts(const std::vector<Summary>& summaries) {
  Plot plot{.kind = PlotKind::stacked_bars,
            .title = "What it is made of",
            .description =
                "Each part as what the virtual machine spends on it more than the bare machine, in terms of the bare "
                "run. The rest is what the parts leave of the whole, which is measured by itself.",
            .x = {.title = "", .categories = {}},
            .y = {.title = "overhead, %"},
            .series = {},
            .band = kBand};
  std::vector<const Summary*> with_parts;
  for (const Summary& each : summaries) {
    if (each.parts.empty()) continue;
    with_parts.push_back(&each);
    plot.x.categories.push_back(
        fmt::format("{}, {} x{}", each.workload, name_of(each.setting.assist), each.setting.guests));
  }
  std::vector<std::pair<double, std::size_t>> sizes;
  for (std::size_t n = 0; n < kPartGroups; ++n) {
    if (static_cast<PartGroup>(n) == PartGroup::guest) continue;
    double most = 0;
    for (const Summary* each : with_parts) most = std::max(most, std::abs(each->parts[n]));
    sizes.emplace_back(-most, n);
  }
  std::sort(sizes.begin(), sizes.end());
  constexpr std::size_t kShown = 7;
  std::vector<double> rest;
  for (const Summary* each : with_parts) rest.push_back(each->rest);
  for (std::size_t place = 0; place < sizes.size(); ++place) {
    const std::size_t n = sizes[place].second;
    Series series{.name = std::string(name_of(static_cast<PartGroup>(n))), .points = {}};
    for (std::size_t bar = 0; bar < with_parts.size(); ++bar) {
      if (place >= kShown) rest[bar] += with_parts[bar]->parts[n];
      series.points.push_back({.x = static_cast<double>(bar), .y = 100 * with_parts[bar]->parts[n]});
    }
    if (place < kShown) plot.series.push_back(std::move(series));
  }
  Series series{.name = "rest", .points = {}};
  for (std::size_t bar = 0; bar < rest.size(); ++bar)
    series.points.push_back({.x = static_cast<double>(bar), .y = 100 * rest[bar]});
  plot.series.push_back(std::move(series));
  return plot;
}

Plot overhead_by_rate(const std::vector<Summary>& summaries) {
  Plot plot{.kind = PlotKind::scatter,
            .title = "Overhead against privileged instructions",
            .description = "Each workload at its rate of instructions that trap.",
            .x = {.title = "privileged instructions per million", .categories = {}},
            .y = {.title = "overhead, %"},
            .series = {},
            .band = kBand};
  for (const Setting& setting : settings_of(summaries)) {
    Series series{.name = setting_name(setting), .points = {}};
    for (const Summary& each : summaries) {
      if (each.setting == setting) series.points.push_back(point(each.privileged_per_million, each));
    }
    plot.series.push_back(std::move(series));
  }
  return plot;
}

Plot then_and_now(const std::vector<Summary>& summaries, const CostTable& costs) {
  Plot plot{
      .kind = PlotKind::bars,
      .title = "On a machine of the time",
      .description = fmt::format("The same events at the costs of {}, which executes {} million instructions a second.",
                                 costs.machine, costs.mips),
      .x = {.title = "workload", .categories = workloads_of(summaries)},
      .y = {.title = "overhead, %"},
      .series = {},
      .band = kBand};
  for (const Setting& setting : settings_of(summaries)) {
    if (setting.guests != 1) continue;
    Series series{.name = std::string(name_of(setting.assist)), .points = {}};
    for (const Summary& each : summaries) {
      if (each.setting == setting)
        series.points.push_back({.x = number_of(plot.x.categories, each.workload), .y = 100 * each.then});
    }
    plot.series.push_back(std::move(series));
  }
  return plot;
}

std::vector<Cell> first_cells(const Summary& summary) {
  return {{summary.workload}, {std::string(name_of(summary.setting.assist))}, {fmt::to_string(summary.setting.guests)}};
}

Table overhead_table(const std::vector<Summary>& summaries) {
  Table table{.title = "",
              .headings = {"Workload", "Assist", "Machines", "Overhead", "95% interval", "10-15%", "In 1975",
                           "Bare run, s", "Million instructions", "Privileged per million"},
              .rows = {},
              .text_columns = 2};
  for (const Summary& each : summaries) {
    auto row = first_cells(each);
    const auto& [low, high] = each.overhead.interval;
    row.push_back({percent(each.overhead.value)});
    row.push_back({fmt::format("{} to {}", percent(low), percent(high))});
    row.push_back({beside_band(each.overhead.value), each.overhead.value <= kBandHigh ? Mood::good : Mood::bad});
    row.push_back({percent(each.then)});
    row.push_back({fmt::format("{:.3f}", each.bare_seconds)});
    row.push_back({fmt::format("{:.1f}", each.million_instructions)});
    row.push_back({fmt::format("{:.0f}", each.privileged_per_million)});
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table parts_table(const std::vector<Summary>& summaries) {
  Table table{.title = "Parts, in terms of the bare run",
              .headings = {"Workload", "Assist", "Machines", "Whole"},
              .rows = {},
              .text_columns = 2};
  for (std::size_t n = 0; n < kPartGroups; ++n) {
    if (static_cast<PartGroup>(n) != PartGroup::guest) table.headings.emplace_back(name_of(static_cast<PartGroup>(n)));
  }
  table.headings.emplace_back("Rest");
  for (const Summary& each : summaries) {
    if (each.parts.empty()) continue;
    auto row = first_cells(each);
    row.push_back({percent(each.overhead.value)});
    for (std::size_t n = 0; n < kPartGroups; ++n) {
      if (static_cast<PartGroup>(n) != PartGroup::guest) row.push_back({percent(each.parts[n])});
    }
    row.push_back({percent(each.rest)});
    table.rows.push_back(std::move(row));
  }
  return table;
}

// By measurement and what happens: how often, and for simulated instructions what they cost.
Table events_table(const std::vector<Summary>& summaries) {
  Table table{.title = "Events in a million instructions",
              .headings = {"Workload", "Assist", "Machines", "Event", "Per million", "Part of the bare run"},
              .rows = {},
              .text_columns = 4};
  std::swap(table.headings[2], table.headings[3]);
  table.text_columns = 3;
  for (const Summary& each : summaries) {
    std::vector<std::pair<std::string, double>> events(each.events_per_million.begin(), each.events_per_million.end());
    std::sort(events.begin(), events.end(),
              [](const auto& one, const auto& other) { return one.second > other.second; });
    for (const auto& [event, rate] : events) {
      auto row = first_cells(each);
      row.insert(row.begin() + 2, Cell{event});
      const auto spent = each.instructions.find(event);
      row.push_back({fmt::format("{:.2f}", rate)});
      row.push_back({spent == each.instructions.end() ? "" : percent(spent->second)});
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

Table cost_table(const CostTable& costs) {
  Table table{.title = "Costs, microseconds", .headings = {"Event", "none", "vma"}, .rows = {}};
  for (const auto& [event, cost] : costs.microseconds.at("none")) {
    const auto& assisted = costs.microseconds.at("vma");
    const auto found = assisted.find(event);
    table.rows.push_back(
        {{event}, {fmt::format("{}", cost)}, {found == assisted.end() ? "" : fmt::format("{}", found->second)}});
  }
  return table;
}

}  // namespace

std::string overhead_page(const Results& results, const std::vector<Summary>& summaries, const CostTable& costs) {
  Page page{.title = "What virtual machines cost",
            .subtitle = fmt::format("{}, on {}, engine {}", results.date, results.host, results.engine),
            .sections = {}};
  page.sections.push_back(
      {"Overhead",
       {Paragraph{
            "Each workload runs on the bare machine and in virtual machines, in turn, with the same engine and in "
            "virtual time. The band is what Madnick and Donovan expected of a virtual machine monitor."},
        overhead_by_workload(summaries), overhead_by_rate(summaries), overhead_table(summaries)}});
  const bool has_parts =
      std::any_of(summaries.begin(), summaries.end(), [](const Summary& each) { return !each.parts.empty(); });
  if (has_parts) page.sections.push_back({"Parts", {stacked_parts(summaries), parts_table(summaries)}});
  page.sections.push_back({"Events", {events_table(summaries)}});
  page.sections.push_back({"Then", {then_and_now(summaries, costs), cost_table(costs)}});
  return to_html(page);
}

}  // namespace replica::overhead
