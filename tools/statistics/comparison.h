// Two samples compared: whether they differ, and by how much. The tests are by ranks, so that an outlier is no more than the
// largest value, and hold for any distribution. (E. L. Lehmann, "Nonparametrics: Statistical Methods Based on Ranks", 1975,
// chapters 1 and 2.) Neither Boost.Math nor GSL has the distribution of the rank sum.
#pragma once

#include <vector>

#include "tools/statistics/sample.h"

namespace replica::statistics {

// The test of Mann and Whitney, which is Wilcoxon's for two samples.
struct RankTest {
  double u;    // pairs of which the first sample's value is the greater one; a pair of equal values counts one half
  double p;    // how probable so uneven a distribution of the ranks, to either side, is if the samples do not differ
  bool exact;  // counted; else by the normal distribution, with the corrections for ties and for continuity
};

// Exact for up to 60 values in both, also if some are equal.
RankTest mann_whitney(Sample first, Sample second);

// The smallest p that the test can give for samples of these sizes: with 3 and 3 values it is 0.1, whatever they are.
double smallest_p(std::size_t first, std::size_t second);

// Cliff's delta: how much more often a value of `after` is above one of `before` than below it, from -1 to 1.
double cliffs_delta(Sample before, Sample after);

// By what factor `after` differs from `before`: the estimate of Hodges and Lehmann, the median of the ratios of all pairs.
// The interval is the rank test's: the factors that it would not reject. It is exact, hence a little wider than asked for; if
// there are too few values for the confidence, it is that of all ratios. All values must be positive.
Estimate hodges_lehmann_ratio(Sample before, Sample after, double confidence = 0.95);

// What many tests at once leave of each one's p, after Benjamini and Hochberg: rejecting what stays at most q lets no more than
// the part q of the rejections be false, on average; if nothing differs, q is how often anything is rejected at all.
std::vector<double> adjusted_for_many(std::span<const double> p);

}  // namespace replica::statistics
