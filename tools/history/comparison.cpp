#include "tools/history/comparison.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "tools/statistics/comparison.h"

namespace replica::history {
namespace {

bool all_positive(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [](double value) { return value > 0; });
}

bool all_zero(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [](double value) { return value == 0; });
}

// All of a change but its verdict, which needs the others too. Values that are zero on both sides are the same.
Change change_of(const BenchmarkKey& key, const Samples& before, const Samples& after, double confidence) {
  Change change{.key = key, .error = after.error};
  const auto& from = before.values();
  const auto& to = after.values();
  change.before_count = from.size();
  change.after_count = to.size();
  if (from.empty() || to.empty()) return change;
  change.before = statistics::median(from);
  change.after = statistics::median(to);
  const bool have_ratios = all_positive(from) && all_positive(to);
  change.is_tested = std::min(from.size(), to.size()) >= 2 && (have_ratios || (all_zero(from) && all_zero(to)));
  if (!change.is_tested) return change;
  change.p = statistics::mann_whitney(from, to).p;
  change.delta = statistics::cliffs_delta(from, to);
  if (have_ratios) change.ratio = statistics::hodges_lehmann_ratio(from, to, confidence);
  return change;
}

Verdict verdict_on(const Change& change, const ComparisonOptions& options) {
  if (!change.error.empty()) return Verdict::failed;
  if (!change.is_tested) return Verdict::untested;
  const bool is_sure = change.p <= options.false_alarms;
  // As large one way as the other: half is as far from the whole as twice is.
  const bool is_large = std::abs(std::log(change.ratio.value)) >= std::log1p(options.threshold);
  if (!is_sure || !is_large) return Verdict::same;
  return (change.ratio.value > 1) == higher_is_better(options) ? Verdict::better : Verdict::worse;
}

void adjust_for_many(std::vector<Change>& changes) {
  std::vector<double> p;
  for (const Change& change : changes)
    if (change.is_tested) p.push_back(change.p);
  const auto adjusted = statistics::adjusted_for_many(p);
  auto next = adjusted.begin();
  for (Change& change : changes)
    if (change.is_tested) change.p = *next++;
}

// How many repetitions the rank test needs on both sides to be sure of a change of one benchmark alone, however large it is; 0
// if all have them.
std::size_t wanted_repetitions(const std::vector<Change>& changes, double false_alarms) {
  const auto tested = static_cast<double>(std::ranges::count(changes, true, &Change::is_tested));
  const auto can_tell = [&](std::size_t before, std::size_t after) {
    return statistics::smallest_p(before, after) * tested <= false_alarms;
  };
  const bool all_can = std::all_of(changes.begin(), changes.end(), [&](const Change& change) {
    return !change.is_tested || can_tell(change.before_count, change.after_count);
  });
  if (all_can && tested > 0) return 0;
  std::size_t wanted = 2;
  while (!can_tell(wanted, wanted)) ++wanted;
  return wanted;
}

std::string names_of(const std::set<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "'" : ", '") + name + "'";
  return text;
}

// Why two sets of samples have no key in common.
tl::unexpected<Error> nothing_in_common(const SamplesByKey& before, const SamplesByKey& after,
                                        const ComparisonOptions& options) {
  if (before.empty() || after.empty())
    return fail("nothing to compare: found no results of the metric '{}' for this selection in the {} runs",
                options.samples.metric, before.empty() ? "first" : "second");
  std::set<std::string> hosts_before;
  std::set<std::string> hosts_after;
  for (const auto& [key, samples] : before) hosts_before.insert(key.host);
  for (const auto& [key, samples] : after) hosts_after.insert(key.host);
  if (hosts_before != hosts_after)
    return fail(
        "nothing to compare: found results of the hosts {} and of {}, expected the same host, or --across-hosts",
        names_of(hosts_before), names_of(hosts_after));
  return fail("nothing to compare: found no benchmark that both have; the first runs have '{}', the second '{}'",
              before.begin()->first.benchmark, after.begin()->first.benchmark);
}

}  // namespace

bool higher_is_better(const ComparisonOptions& options) {
  return options.higher_is_better || options.samples.metric.ends_with("_per_second");
}

std::size_t Comparison::count(Verdict verdict) const {
  return static_cast<std::size_t>(std::ranges::count(changes, verdict, &Change::verdict));
}

Result<Comparison> compare(const std::vector<Run>& before, const std::vector<Run>& after,
                           const ComparisonOptions& options) {
  const auto reader = SampleReader::create(options.samples);
  if (!reader) return tl::unexpected(reader.error());
  const SamplesByKey samples_before = reader->read(before);
  const SamplesByKey samples_after = reader->read(after);
  Comparison comparison;
  for (const auto& [key, samples] : samples_before) {
    const auto other = samples_after.find(key);
    // What failed before has nothing to be compared with.
    if (other == samples_after.end() || samples.values().empty()) {
      ++comparison.only_before;
    } else {
      comparison.changes.push_back(change_of(key, samples, other->second, options.confidence));
    }
  }
  if (comparison.changes.empty()) return nothing_in_common(samples_before, samples_after, options);
  comparison.only_after = samples_after.size() - comparison.changes.size();
  adjust_for_many(comparison.changes);
  for (Change& change : comparison.changes) change.verdict = verdict_on(change, options);
  comparison.wanted_repetitions = wanted_repetitions(comparison.changes, options.false_alarms);
  return comparison;
}

}  // namespace replica::history
