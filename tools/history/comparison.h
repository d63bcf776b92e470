// Two sets of runs compared: which benchmarks have become slower or faster, and by how much.
//
// A benchmark has changed if the rank test says so, after what the number of benchmarks leaves of it, and if the change is
// large enough to matter: the first keeps noise away, the second what is real but nobody wants to hear of. Both sides' runs are
// pooled, so that several runs, made in turns, take the luck of each out of the comparison.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "tools/history/samples.h"
#include "tools/statistics/sample.h"

namespace replica::history {

struct ComparisonOptions {
  SampleOptions samples;
  // Rates, whose names end in "_per_second", are better if they are higher; all other metrics if they are lower.
  bool higher_is_better = false;
  double threshold = 0.03;     // changes by a smaller part are not reported
  double false_alarms = 0.05;  // of all that is reported, at most this part is noise
  double confidence = 0.95;    // of the intervals
};

enum class Verdict {
  same,      // no change that is both sure and large enough
  better,    // faster
  worse,     // slower
  untested,  // one side has no repetitions, but a single value; or values that have no ratio
  failed,    // ended with an error in the second runs, but not in the first
};

struct Change {
  BenchmarkKey key;
  Verdict verdict = Verdict::same;
  bool is_tested = false;  // both sides have repetitions, and values that have ratios
  std::size_t before_count = 0;
  std::size_t after_count = 0;
  double before = 0;  // medians
  double after = 0;
  statistics::Estimate ratio = {1, {1, 1}};  // after in terms of before
  double p = 1;                              // adjusted for the number of benchmarks
  double delta = 0;                          // Cliff's
  std::string error;                         // of a failed one
};

struct Comparison {
  std::vector<Change> changes;  // in the order of their names
  std::size_t only_before = 0;  // benchmarks that the other side has not
  std::size_t only_after = 0;
  // So many repetitions on both sides would find a change of one benchmark; 0 if there are enough.
  std::size_t wanted_repetitions = 0;

  std::size_t count(Verdict verdict) const;
  // Something got worse, or fails now.
  bool has_regression() const { return count(Verdict::worse) + count(Verdict::failed) > 0; }
};

// Errors: the two have nothing in common, and why; a filter that is no regular expression.
Result<Comparison> compare(const std::vector<Run>& before, const std::vector<Run>& after,
                           const ComparisonOptions& options);

// As a table with a summary; of what has not changed, the summary tells only the number unless `all` is set.
std::string comparison_text(const Comparison& comparison, const ComparisonOptions& options, bool all);

// A value of a metric with its unit, as "1.23 ms".
std::string value_text(const std::string& metric, double value);
// A ratio as the change it is: "+9.8%".
std::string change_text(double ratio);
bool higher_is_better(const ComparisonOptions& options);

}  // namespace replica::history
