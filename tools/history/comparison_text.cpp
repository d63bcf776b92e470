#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "base/check.h"
#include "tools/history/comparison.h"
#include "tools/text_table.h"

namespace replica::history {
namespace {

bool is_time(const std::string& metric) { return metric == "cpu_time" || metric == "real_time"; }

const char* word_for(Verdict verdict, const ComparisonOptions& options) {
  const bool speaks_of_speed = is_time(options.samples.metric) || options.samples.metric.ends_with("_per_second");
  switch (verdict) {
    case Verdict::same: return "same";
    case Verdict::better: return speaks_of_speed ? "faster" : "better";
    case Verdict::worse: return speaks_of_speed ? "SLOWER" : "WORSE";
    case Verdict::untested: return "untested";
    case Verdict::failed: return "FAILED";
  }
  CHECK(false);
}

// What is worst comes first, then what is most changed.
std::vector<Change> in_order_of_interest(const Comparison& comparison, bool all) {
  std::vector<Change> changes;
  std::copy_if(comparison.changes.begin(), comparison.changes.end(), std::back_inserter(changes),
               [&](const Change& change) { return all || change.verdict != Verdict::same; });
  const auto rank = [](const Change& change) {
    switch (change.verdict) {
      case Verdict::failed: return 0;
      case Verdict::worse: return 1;
      case Verdict::better: return 2;
      case Verdict::untested: return 3;
      case Verdict::same: return 4;
    }
    CHECK(false);
  };
  std::stable_sort(changes.begin(), changes.end(), [&](const Change& a, const Change& b) {
    if (rank(a) != rank(b)) return rank(a) < rank(b);
    return std::abs(std::log(a.ratio.value)) > std::abs(std::log(b.ratio.value));
  });
  return changes;
}

std::vector<std::string> row_of(const Change& change, const ComparisonOptions& options) {
  const std::string& metric = options.samples.metric;
  std::vector<std::string> row = {word_for(change.verdict, options), change.key.benchmark, change.key.engine};
  if (change.verdict == Verdict::failed) {
    row.insert(row.end(), {value_text(metric, change.before), "", "", "", "", "", change.error});
    return row;
  }
  row.push_back(value_text(metric, change.before));
  row.push_back(value_text(metric, change.after));
  if (change.verdict == Verdict::untested) {
    const bool has_ratio = change.before > 0 && change.after > 0;
    row.insert(row.end(), {has_ratio ? change_text(change.after / change.before) : "", "", "", ""});
  } else {
    row.push_back(change_text(change.ratio.value));
    row.push_back(
        fmt::format("{} to {}", change_text(change.ratio.interval.low), change_text(change.ratio.interval.high)));
    row.push_back(fmt::format("{:.2g}", change.p));
    row.push_back(fmt::format("{:+.2f}", change.delta));
  }
  row.push_back(fmt::format("{} and {}", change.before_count, change.after_count));
  return row;
}

std::string percent(double part) { return fmt::format("{:.3g}%", part * 100); }

std::string summary(const Comparison& comparison, const ComparisonOptions& options) {
  std::string text = fmt::format("{} compared by {}:", comparison.changes.size(), options.samples.metric);
  for (const Verdict verdict : {Verdict::failed, Verdict::worse, Verdict::better, Verdict::untested})
    if (const std::size_t count = comparison.count(verdict); count > 0 || verdict == Verdict::worse)
      text += fmt::format(" {} {},", count, word_for(verdict, options));
  text += fmt::format(" {} without a change that is sure and at least {}\n", comparison.count(Verdict::same),
                      percent(options.threshold));
  if (comparison.only_before + comparison.only_after > 0)
    text += fmt::format("{} only in the first runs, {} only in the second\n", comparison.only_before,
                        comparison.only_after);
  if (comparison.wanted_repetitions > 0)
    text += fmt::format(
        "Too few repetitions: for a change of one benchmark among so many to be sure, {} are needed on both sides\n",
        comparison.wanted_repetitions);
  return text;
}

}  // namespace

std::string value_text(const std::string& metric, double value) {
  if (!is_time(metric)) return fmt::format("{:.4g}", value);
  if (value < 1e3) return fmt::format("{:.4g} ns", value);
  if (value < 1e6) return fmt::format("{:.4g} us", value / 1e3);
  if (value < 1e9) return fmt::format("{:.4g} ms", value / 1e6);
  return fmt::format("{:.4g} s", value / 1e9);
}

std::string change_text(double ratio) { return fmt::format("{:+.1f}%", (ratio - 1) * 100); }

std::string comparison_text(const Comparison& comparison, const ComparisonOptions& options, bool all) {
  tools::TextTable table;
  table.headings = {
      "",  "benchmark", "engine",     "before", "after", "change", percent(options.confidence) + " interval",
      "p", "delta",     "repetitions"};
  for (const Change& change : in_order_of_interest(comparison, all)) table.rows.push_back(row_of(change, options));
  return (table.rows.empty() ? "" : table.as_text() + "\n") + summary(comparison, options);
}

}  // namespace replica::history
