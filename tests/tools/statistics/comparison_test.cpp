// Expected values are those of R's and SciPy's documentation, and computations with SciPy 1.10 where it says so.
#include "tools/statistics/comparison.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <vector>

namespace replica::statistics {
namespace {

using Values = std::vector<double>;

// The example of R's wilcox.test: permeability constants, Hollander & Wolfe (1973), page 69.
const Values kAtTerm = {0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46};
const Values kEarlier = {1.15, 0.88, 0.90, 0.74, 1.21};

Values exponentials(const Values& values) {
  Values result;
  std::transform(values.begin(), values.end(), std::back_inserter(result),
                 [](double value) { return std::exp(value); });
  return result;
}

TEST(MannWhitney, AgreesWithR) {
  const RankTest test = mann_whitney(kAtTerm, kEarlier);
  EXPECT_EQ(test.u, 35);
  EXPECT_NEAR(test.p, 2 * 0.1272, 0.0001);  // R's is one-sided
  EXPECT_TRUE(test.exact);
}

// The example of scipy.stats.mannwhitneyu: ages at diagnosis of diabetes.
TEST(MannWhitney, AgreesWithSciPy) {
  const Values males = {19, 22, 16, 29, 24};
  const Values females = {20, 11, 17, 12};
  EXPECT_EQ(mann_whitney(males, females).u, 17);
  EXPECT_EQ(mann_whitney(females, males).u, 3);
  EXPECT_NEAR(mann_whitney(males, females).p, 0.1111111111111111, 1e-12);
  EXPECT_NEAR(mann_whitney(females, males).p, 0.1111111111111111, 1e-12);
}

// 62 of the 462 ways to choose 5 of the ranks 1, 3.5 (3 times), 6.5 (twice), 8.5 (twice), ... are as far from the mean: counted
// one by one in Python.
TEST(MannWhitney, IsExactWithEqualValues) {
  const RankTest test = mann_whitney(Values{1, 2, 2, 3, 5}, Values{2, 3, 4, 4, 6, 7});
  EXPECT_EQ(test.u, 6.5);
  EXPECT_NEAR(test.p, 62.0 / 462, 1e-12);
}

TEST(MannWhitney, OfEqualSamplesIsOne) {
  EXPECT_EQ(mann_whitney(Values{1, 1, 1}, Values{1, 1}).p, 1);
  EXPECT_EQ(mann_whitney(Values(50, 1.0), Values(50, 1.0)).p, 1);
}

// scipy.stats.mannwhitneyu(A, B, method="asymptotic")
TEST(MannWhitney, UsesTheNormalDistributionForManyValues) {
  Values a;
  Values b;
  for (int i = 0; i < 40; ++i) a.push_back(i % 17);
  for (int i = 0; i < 45; ++i) b.push_back(i * 3 % 19 + 1);
  const RankTest test = mann_whitney(a, b);
  EXPECT_FALSE(test.exact);
  EXPECT_EQ(test.u, 639);
  EXPECT_NEAR(test.p, 0.021628402391870957, 1e-12);
}

// 2 / C(6, 3), 2 / C(18, 9)
TEST(SmallestP, IsThatOfSamplesWithoutOverlap) {
  EXPECT_NEAR(smallest_p(3, 3), 0.1, 1e-12);
  EXPECT_NEAR(smallest_p(9, 9), 2.0 / 48620, 1e-12);
  EXPECT_NEAR(smallest_p(4, 5), mann_whitney(Values{1, 2, 3, 4}, Values{5, 6, 7, 8, 9}).p, 1e-12);
  EXPECT_EQ(smallest_p(1, 1), 1);
}

TEST(CliffsDelta, CountsPairs) {
  EXPECT_EQ(cliffs_delta(Values{1, 2, 3}, Values{4, 5}), 1);
  EXPECT_EQ(cliffs_delta(Values{4, 5}, Values{1, 2, 3}), -1);
  EXPECT_EQ(cliffs_delta(Values{1, 3}, Values{2, 2}), 0);
  EXPECT_DOUBLE_EQ(cliffs_delta(Values{1, 2, 3, 4}, Values{3, 4, 5, 6}), 0.75);  // 13 above, 1 below
}

// R's wilcox.test(..., conf.int = TRUE) says 0.305 and -0.15 to 0.76 for the difference; a ratio of exponentials is the
// exponential of a difference.
TEST(HodgesLehmannRatio, AgreesWithR) {
  const Estimate estimate = hodges_lehmann_ratio(exponentials(kEarlier), exponentials(kAtTerm));
  EXPECT_NEAR(std::log(estimate.value), 0.305, 1e-9);
  EXPECT_NEAR(std::log(estimate.interval.low), -0.15, 1e-9);
  EXPECT_NEAR(std::log(estimate.interval.high), 0.76, 1e-9);
}

// The logarithms of the 1600 ratios are (j - i) / 100 + 0.1 for all i and j from 0 to 39. The deviation of U is 103.92, so that
// the interval begins with the one that is 800 - 1.96 * 103.92 = 596th in order. 595 have a j - i of at most -6.
TEST(HodgesLehmannRatio, UsesTheNormalDistributionForManyValues) {
  Values before;
  Values after;
  for (int i = 0; i < 40; ++i) before.push_back(i / 100.0);
  for (int i = 0; i < 40; ++i) after.push_back(i / 100.0 + 0.1);
  const Estimate estimate = hodges_lehmann_ratio(exponentials(before), exponentials(after));
  EXPECT_NEAR(std::log(estimate.value), 0.1, 1e-9);
  EXPECT_NEAR(std::log(estimate.interval.low), 0.05, 1e-9);
  EXPECT_NEAR(std::log(estimate.interval.high), 0.15, 1e-9);
}

TEST(HodgesLehmannRatio, OfFewValuesHasTheIntervalOfAllRatios) {
  const Estimate estimate = hodges_lehmann_ratio(Values{1, 2}, Values{4, 10});
  EXPECT_DOUBLE_EQ(estimate.value, std::sqrt(4.0 * 5));  // of 2, 4, 5, 10
  EXPECT_EQ(estimate.interval.low, 2);
  EXPECT_EQ(estimate.interval.high, 10);
}

// The example of scipy.stats.false_discovery_control, which is Benjamini's and Hochberg's own.
TEST(AdjustedForMany, AgreesWithSciPy) {
  const Values p = {0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
                    0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.000};
  const Values expected = {0.0015, 0.003, 0.0095,     0.035625, 0.0603,     0.06385714, 0.06385714, 0.0645,
                           0.0765, 0.486, 0.58118182, 0.714875, 0.75323077, 0.81321429, 1};
  const auto adjusted = adjusted_for_many(p);
  ASSERT_EQ(adjusted.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(adjusted[i], expected[i], 1e-8) << i;
}

TEST(AdjustedForMany, KeepsTheOrderOfTheTests) {
  const auto adjusted = adjusted_for_many(Values{0.5, 0.01});
  EXPECT_EQ(adjusted, (Values{0.5, 0.02}));
}

}  // namespace
}  // namespace replica::statistics
