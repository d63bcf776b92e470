#include "tools/statistics/sample.h"

#include <gtest/gtest.h>

#include <vector>

namespace replica::statistics {
namespace {

using Values = std::vector<double>;

TEST(Median, IsTheMiddleOne) {
  EXPECT_EQ(median(Values{7}), 7);
  EXPECT_EQ(median(Values{9, 1, 5}), 5);
  EXPECT_EQ(median(Values{4, 1, 9, 6}), 5);
  EXPECT_EQ(median(Values{1, 1, 1, 1000}), 1);
}

// Of 5 values drawn from 5, the median is at most the kth smallest if at least 3 are: by the binomial distribution that has the
// probability 0.058, 0.317, 0.683, 0.942 for k = 1 to 4. Of 15 values, 8 are: 0.025, 0.088 for k = 4 and 5, 0.912, 0.975 for
// k = 10 and 11.
TEST(BootstrapMedian, HasTheIntervalOfTheBinomialDistribution) {
  const Estimate five = bootstrap_median(Values{50, 10, 40, 20, 30}, {.confidence = 0.8});
  EXPECT_EQ(five.value, 30);
  EXPECT_EQ(five.interval.low, 20);
  EXPECT_EQ(five.interval.high, 40);
  const Values fifteen = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  const Estimate estimate = bootstrap_median(fifteen, {.confidence = 0.9});
  EXPECT_EQ(estimate.value, 8);
  EXPECT_EQ(estimate.interval.low, 5);
  EXPECT_EQ(estimate.interval.high, 11);
}

TEST(BootstrapMedian, OfOneValueIsThatValue) {
  const Estimate one = bootstrap_median(Values{3});
  EXPECT_EQ(one.interval.low, 3);
  EXPECT_EQ(one.interval.high, 3);
}

TEST(BootstrapMedian, RepeatsWithItsSeed) {
  Values values;
  for (int i = 0; i < 40; ++i) values.push_back(i * i % 37 + i / 100.0);
  const auto low = [&](u64 seed) { return bootstrap_median(values, {.resamples = 50, .seed = seed}).interval.low; };
  EXPECT_EQ(low(1), low(1));
  EXPECT_NE(low(1), low(2));
}

// The median of 3 values drawn from 1, 2, 3 is 1 with the probability 7/27, 2 with 13/27, 3 with 7/27.
TEST(BootstrapMedianRatio, DrawsBothSamples) {
  const Values two = {2, 2, 2};
  const Values spread = {1, 2, 3};
  const Estimate below = bootstrap_median_ratio(two, spread);
  EXPECT_EQ(below.value, 1);
  EXPECT_DOUBLE_EQ(below.interval.low, 2.0 / 3);
  EXPECT_DOUBLE_EQ(below.interval.high, 2);
  const Estimate middle = bootstrap_median_ratio(two, spread, {.confidence = 0.4});
  EXPECT_DOUBLE_EQ(middle.interval.low, 1);
  EXPECT_DOUBLE_EQ(middle.interval.high, 1);
  const Estimate above = bootstrap_median_ratio(spread, two);
  EXPECT_DOUBLE_EQ(above.interval.low, 0.5);
  EXPECT_DOUBLE_EQ(above.interval.high, 1.5);
}

}  // namespace
}  // namespace replica::statistics
