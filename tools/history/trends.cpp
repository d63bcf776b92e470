#include "tools/history/trends.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <set>

#include "tools/history/selection.h"

namespace replica::history {
namespace {

// So many series have colours of their own.
constexpr std::size_t kMostSeries = 8;
// The intervals of a long history take some seconds with more.
constexpr statistics::BootstrapOptions kBootstrap = {.confidence = 0.95, .resamples = 1000};

struct Commit {
  std::string id;
  std::string tag;
  std::string date;  // of its first run
  std::vector<Run> runs;
  SamplesByKey samples;
};

std::vector<Commit> commits_of(std::vector<Run> runs, const SampleReader& reader) {
  std::ranges::stable_sort(runs, {}, &Run::date);
  std::vector<Commit> commits;
  for (Run& run : runs) {
    auto commit = std::ranges::find(commits, run.commit, &Commit::id);
    if (commit == commits.end()) commit = commits.insert(commit, {run.commit, run.tag, run.date, {}, {}});
    commit->runs.push_back(std::move(run));
  }
  for (Commit& commit : commits) commit.samples = reader.read(commit.runs);
  std::erase_if(commits, [](const Commit& commit) { return commit.samples.empty(); });
  return commits;
}

std::string name_of(const Commit& commit) {
  return commit.tag.empty() ? short_commit(commit.id) : fmt::format("{} ({})", short_commit(commit.id), commit.tag);
}

std::vector<std::string> names_of(const std::vector<Commit>& commits) {
  std::vector<std::string> names;
  for (const Commit& commit : commits) names.push_back(name_of(commit));
  return names;
}

// The median of each commit that has the benchmark, by the commit's number.
std::map<std::size_t, double> medians_of(const BenchmarkKey& key, const std::vector<Commit>& commits) {
  std::map<std::size_t, double> medians;
  for (std::size_t i = 0; i < commits.size(); ++i) {
    const auto samples = commits[i].samples.find(key);
    if (samples == commits[i].samples.end() || samples->second.values().empty()) continue;
    medians[i] = statistics::median(samples->second.values());
  }
  return medians;
}

std::set<BenchmarkKey> keys_of(const std::vector<Commit>& commits) {
  std::set<BenchmarkKey> keys;
  for (const Commit& commit : commits)
    for (const auto& [key, samples] : commit.samples) keys.insert(key);
  return keys;
}

// Where a benchmark is drawn, and as what: the first part of its name and the engine make the plot, the rest its series.
struct Place {
  std::string plot;
  std::string series;
};

Place place_of(const BenchmarkKey& key) {
  Place place;
  const std::string& name = key.benchmark;
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find('/', begin), name.size());
    const std::string part = name.substr(begin, end - begin);
    if (begin == 0) {
      place.plot = part;
    } else if (part != key.engine) {
      place.series += (place.series.empty() ? "" : "/") + part;
    }
    begin = end + 1;
  }
  if (place.series.empty()) place.series = place.plot;
  if (!key.engine.empty()) place.plot += ", " + key.engine;
  return place;
}

// What the values of a plot are divided by, and what they are in then.
struct Unit {
  double size;
  std::string name;
};

std::string words_for(const std::string& metric) {
  return metric == "cpu_time" ? "CPU time" : metric == "real_time" ? "real time" : metric;
}

Unit unit_for(const std::string& metric, double largest) {
  const std::string what = words_for(metric);
  if (what == metric) return {1, metric};
  if (largest < 1e3) return {1, what + ", ns"};
  if (largest < 1e6) return {1e3, what + ", \u00B5s"};
  if (largest < 1e9) return {1e6, what + ", ms"};
  return {1e9, what + ", s"};
}

report::Series series_of(const std::string& name, const BenchmarkKey& key, const std::vector<Commit>& commits,
                         double unit) {
  report::Series series{name, {}};
  for (std::size_t i = 0; i < commits.size(); ++i) {
    const auto samples = commits[i].samples.find(key);
    if (samples == commits[i].samples.end() || samples->second.values().empty()) continue;
    const auto& values = samples->second.values();
    const auto estimate = statistics::bootstrap_median(values, kBootstrap);
    series.points.push_back(
        {.x = static_cast<double>(i),
         .y = estimate.value / unit,
         .interval = report::Range{estimate.interval.low / unit, estimate.interval.high / unit},
         .note = fmt::format("{} {}", values.size(), samples->second.repetitions.empty() ? "medians" : "repetitions")});
  }
  return series;
}

report::Plot plot_of(const std::string& title, const std::vector<std::pair<std::string, BenchmarkKey>>& series,
                     const std::vector<Commit>& commits, const std::string& metric) {
  double largest = 0;
  for (const auto& [name, key] : series)
    for (const auto& [commit, median] : medians_of(key, commits)) largest = std::max(largest, median);
  const Unit unit = unit_for(metric, largest);
  report::Plot plot{.kind = report::PlotKind::lines,
                    .title = title,
                    .description = series.size() == 1 ? series[0].first : "",
                    .x = {.title = "commit", .categories = names_of(commits)},
                    .y = {.title = unit.name},
                    .series = {}};
  for (const auto& [name, key] : series) plot.series.push_back(series_of(name, key, commits, unit.size));
  return plot;
}

std::vector<report::Block> plots_of(const std::vector<Commit>& commits, const std::string& metric) {
  std::map<std::string, std::vector<std::pair<std::string, BenchmarkKey>>> groups;
  for (const BenchmarkKey& key : keys_of(commits)) {
    const Place place = place_of(key);
    groups[place.plot].emplace_back(place.series, key);
  }
  std::vector<report::Block> plots;
  for (const auto& [title, series] : groups) {
    for (std::size_t begin = 0; begin < series.size(); begin += kMostSeries) {
      const auto first = series.begin() + static_cast<std::ptrdiff_t>(begin);
      const auto last = series.begin() + static_cast<std::ptrdiff_t>(std::min(begin + kMostSeries, series.size()));
      plots.push_back(plot_of(title, {first, last}, commits, metric));
    }
  }
  return plots;
}

// The geometric mean, for each engine, of its benchmarks at a commit in terms of what each was when it appeared.
report::Plot overview(const std::vector<Commit>& commits) {
  struct Sum {
    double logarithms = 0;
    unsigned count = 0;
  };
  std::map<std::string, std::map<std::size_t, Sum>> sums;
  for (const BenchmarkKey& key : keys_of(commits)) {
    const auto medians = medians_of(key, commits);
    for (const auto& [commit, median] : medians) {
      if (median <= 0 || medians.begin()->second <= 0) continue;
      Sum& sum = sums[key.engine][commit];
      sum.logarithms += std::log(median / medians.begin()->second);
      ++sum.count;
    }
  }
  report::Plot plot{.kind = report::PlotKind::lines,
                    .title = "All benchmarks",
                    .description = "Geometric mean of the medians, each in terms of its first one.",
                    .x = {.title = "commit", .categories = names_of(commits)},
                    .y = {.title = "% of the first"},
                    .series = {}};
  for (const auto& [engine, by_commit] : sums) {
    report::Series series{engine.empty() ? "no engine" : engine, {}};
    for (const auto& [commit, sum] : by_commit)
      series.points.push_back({.x = static_cast<double>(commit),
                               .y = 100 * std::exp(sum.logarithms / sum.count),
                               .note = fmt::format("{} benchmarks", sum.count)});
    plot.series.push_back(std::move(series));
  }
  return plot;
}

report::Cell change_cell(const Change& change) {
  if (change.verdict == Verdict::failed) return {"failed", report::Mood::bad};
  if (change.verdict == Verdict::untested) return {"untested"};
  const auto mood = change.verdict == Verdict::worse    ? report::Mood::bad
                    : change.verdict == Verdict::better ? report::Mood::good
                                                        : report::Mood::plain;
  return {change_text(change.ratio.value), mood};
}

// The last commit, beside the one before and the first.
Result<report::Table> table_of_last(const std::vector<Commit>& commits, const ComparisonOptions& options) {
  const Commit& last = commits.back();
  const Commit& previous = commits[commits.size() - 2];
  const auto comparison = compare(previous.runs, last.runs, options);
  if (!comparison) return tl::unexpected(comparison.error());
  report::Table table{.title = fmt::format("{} beside {}", name_of(last), name_of(previous)),
                      .headings = {"benchmark", "before", "now", "change", "95% interval", "since its first"},
                      .rows = {}};
  const std::string& metric = options.samples.metric;
  for (const Change& change : comparison->changes) {
    const auto medians = medians_of(change.key, commits);
    const bool has_first = !medians.empty() && medians.begin()->second > 0 && change.after_count > 0;
    const auto& interval = change.ratio.interval;
    table.rows.push_back(
        {{change.key.benchmark},
         {value_text(metric, change.before)},
         {change.after_count > 0 ? value_text(metric, change.after) : ""},
         change_cell(change),
         {change.is_tested ? fmt::format("{} to {}", change_text(interval.low), change_text(interval.high)) : ""},
         {has_first ? change_text(change.after / medians.begin()->second) : ""}});
  }
  return table;
}

report::Section section_of(const std::string& host, const std::vector<Commit>& commits,
                           const ComparisonOptions& options) {
  report::Section section{host.empty() ? "A host without a name" : host, {}};
  section.blocks.push_back(overview(commits));
  if (commits.size() > 1) {
    auto table = table_of_last(commits, options);
    // Two commits need not have a benchmark in common.
    if (table) section.blocks.push_back(std::move(*table));
  }
  auto plots = plots_of(commits, options.samples.metric);
  std::ranges::move(plots, std::back_inserter(section.blocks));
  return section;
}

}  // namespace

Result<report::Page> trends_page(const std::vector<Run>& history, const ComparisonOptions& options) {
  const auto reader = SampleReader::create(options.samples);
  if (!reader) return tl::unexpected(reader.error());
  std::map<std::string, std::vector<Run>> by_host;
  for (const Run& run : history) by_host[run.host].push_back(run);
  report::Page page{
      .title = "History of benchmarks",
      .subtitle = fmt::format("Medians of {} by commit, with 95% intervals; {} is better.",
                              words_for(options.samples.metric), higher_is_better(options) ? "more" : "less"),
      .sections = {}};
  for (auto& [host, runs] : by_host) {
    const auto commits = commits_of(std::move(runs), *reader);
    if (commits.empty()) continue;
    page.sections.push_back(section_of(host, commits, options));
  }
  if (page.sections.empty())
    return fail("no page: found no results of the metric '{}' for this selection in the history",
                options.samples.metric);
  return page;
}

}  // namespace replica::history
