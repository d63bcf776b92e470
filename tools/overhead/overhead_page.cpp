#include "tools/overhead/overhead_page.h"

#include <algorithm>
#include <cmath>
#include <numeric>
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

// A plot has colours for one more.
constexpr std::size_t kPartsShown = 7;

// The parts, that which is largest somewhere first.
std::vector<std::size_t> by_size(const std::vector<const Summary*>& summaries) {
  std::vector<std::size_t> order(kPartGroups);
  std::iota(order.begin(), order.end(), 0);
  const auto largest = [&](std::size_t n) {
    double most = 0;
    for (const Summary* each : summaries) most = std::max(most, std::abs(each->parts[n]));
    return most;
  };
  std::stable_sort(order.begin(), order.end(), [&](auto one, auto other) { return largest(one) > largest(other); });
  return order;
}

// One bar for each measurement.
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
    plot.x.categories.push_back(column_name(each));
  }
  std::vector<double> rest;
  for (const Summary* each : with_parts) rest.push_back(each->rest);
  const std::vector<std::size_t> order = by_size(with_parts);
  for (std::size_t place = 0; place < order.size(); ++place) {
    Series series{.name = std::string(name_of(static_cast<PartGroup>(order[place]))), .points = {}};
    for (std::size_t bar = 0; bar < with_parts.size(); ++bar) {
      const double part = with_parts[bar]->parts[order[place]];
      series.points.push_back({.x = static_cast<double>(bar), .y = 100 * part});
      if (place >= kPartsShown) rest[bar] += part;
    }
    if (place < kPartsShown) plot.series.push_back(std::move(series));
  }
  Series series{.name = "small parts and rest", .points = {}};
  for (std::size_t bar = 0; bar < rest.size(); ++bar) {
    series.points.push_back({.x = static_cast<double>(bar), .y = 100 * rest[bar]});
  }
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

Table table_of(std::string title, const tools::TextTable& text, std::size_t text_columns) {
  Table table{.title = std::move(title), .headings = text.headings, .rows = {}, .text_columns = text_columns};
  for (const auto& row : text.rows) {
    auto& cells = table.rows.emplace_back();
    for (const std::string& cell : row) cells.push_back({cell});
  }
  return table;
}

// Where each lies beside the band is told by colour as well.
Table table_of_overheads(const std::vector<Summary>& summaries) {
  constexpr std::size_t kBesideBand = 5;
  Table table = table_of("", overhead_table(summaries), 2);
  for (std::size_t n = 0; n < summaries.size(); ++n) {
    table.rows[n][kBesideBand].mood = summaries[n].overhead.value <= kBandHigh ? Mood::good : Mood::bad;
  }
  return table;
}

// What the simulation of each instruction costs, where the parts are known.
Table table_of_instructions(const std::vector<Summary>& summaries) {
  Table table{.title = "Simulated instructions, % of the bare run", .headings = {"instruction"}, .rows = {}};
  std::set<std::string> names;
  for (const Summary& each : summaries) {
    if (each.parts.empty()) continue;
    table.headings.push_back(column_name(each));
    for (const auto& [name, part] : each.instructions) names.insert(name);
  }
  for (const std::string& name : names) {
    auto& row = table.rows.emplace_back();
    row.push_back({name});
    for (const Summary& each : summaries) {
      if (each.parts.empty()) continue;
      const auto found = each.instructions.find(name);
      row.push_back({found == each.instructions.end() ? "" : fmt::format("{:.2f}", 100 * found->second)});
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
        overhead_by_workload(summaries), overhead_by_rate(summaries), table_of_overheads(summaries)}});
  const bool has_parts =
      std::any_of(summaries.begin(), summaries.end(), [](const Summary& each) { return !each.parts.empty(); });
  if (has_parts)
    page.sections.push_back(
        {"Parts",
         {stacked_parts(summaries), table_of("", parts_table(summaries), 1), table_of_instructions(summaries)}});
  page.sections.push_back({"Events", {table_of("In a million instructions", events_table(summaries), 1)}});
  page.sections.push_back({"Then", {then_and_now(summaries, costs), cost_table(costs)}});
  return to_html(page);
}

}  // namespace replica::overhead
