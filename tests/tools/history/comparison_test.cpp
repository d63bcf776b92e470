#include "tools/history/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tools/history/results.h"

namespace replica::history {
namespace {

using testing::HasSubstr;
using testing::Not;

using Times = std::vector<double>;

const Times kTimes = {100, 101, 99, 100.5, 102, 98, 100.2, 101.5};

Times times_by(double factor) {
  Times times = kTimes;
  for (double& time : times) time *= factor;
  return times;
}

Comparison compare_or_fail(const history::Run& before, const history::Run& after,
                           const ComparisonOptions& options = {}) {
  auto comparison = compare({before}, {after}, options);
  EXPECT_TRUE(comparison) << comparison.error().message;
  return comparison ? *comparison : Comparison{};
}

// One benchmark, with kTimes before.
Change change_to(const Times& after, const ComparisonOptions& options = {}) {
  history::Run a = run_of("a");
  history::Run b = run_of("b");
  add_times(a, "sieve", kTimes, options.samples.metric);
  add_times(b, "sieve", after, options.samples.metric);
  const Comparison comparison = compare_or_fail(a, b, options);
  return comparison.changes.size() == 1 ? comparison.changes[0] : Change{};
}

TEST(Compare, TellsSlowerAndFaster) {
  const Change slower = change_to(times_by(1.1));
  EXPECT_EQ(slower.verdict, Verdict::worse);
  EXPECT_NEAR(slower.ratio.value, 1.1, 0.003);
  EXPECT_LT(slower.ratio.interval.low, 1.1);
  EXPECT_GT(slower.ratio.interval.high, 1.1);
  EXPECT_GT(slower.ratio.interval.low, 1.07);
  EXPECT_EQ(slower.delta, 1);
  EXPECT_EQ(change_to(times_by(1 / 1.1)).verdict, Verdict::better);
  EXPECT_EQ(change_to(kTimes).verdict, Verdict::same);
}

TEST(Compare, AsksForAThreshold) {
  const ComparisonOptions tight = {.samples = {}, .threshold = 0.02};
  EXPECT_EQ(change_to(times_by(1.025)).verdict, Verdict::same) << "3% is the threshold";
  EXPECT_EQ(change_to(times_by(1.025), tight).verdict, Verdict::worse);
  EXPECT_EQ(change_to(times_by(1 / 1.025), tight).verdict, Verdict::better);
}

TEST(Compare, KnowsWhichWayIsBetter) {
  ComparisonOptions rate = {.samples = {.metric = "items_per_second"}};
  EXPECT_EQ(change_to(times_by(1.1), rate).verdict, Verdict::better);
  ComparisonOptions counter = {.samples = {.metric = "overhead"}};
  EXPECT_EQ(change_to(times_by(1.1), counter).verdict, Verdict::worse);
  counter.higher_is_better = true;
  EXPECT_EQ(change_to(times_by(1.1), counter).verdict, Verdict::better);
}

TEST(Compare, NeedsRepetitions) {
  history::Run a = run_of("a");
  history::Run b = run_of("b");
  add_times(a, "sieve", {100});
  add_times(b, "sieve", {200});
  const Comparison comparison = compare_or_fail(a, b);
  EXPECT_EQ(comparison.changes[0].verdict, Verdict::untested);
  EXPECT_FALSE(comparison.has_regression());
  EXPECT_THAT(comparison_text(comparison, {}, false), HasSubstr("+100.0%"));
}

// 2 / C(6, 3) is 0.1 and 2 / C(8, 4) is 0.03: three repetitions say nothing at 5%, four would.
TEST(Compare, TellsHowManyRepetitionsItWants) {
  history::Run a = run_of("a");
  history::Run b = run_of("b");
  add_times(a, "sieve", {100, 101, 102});
  add_times(b, "sieve", {200, 201, 202});
  const Comparison comparison = compare_or_fail(a, b);
  EXPECT_EQ(comparison.changes[0].verdict, Verdict::same);
  EXPECT_EQ(comparison.wanted_repetitions, 4u);
  EXPECT_THAT(comparison_text(comparison, {}, false), HasSubstr("Too few repetitions"));
}

// The smallest p of 4 and 4 repetitions is enough for one benchmark, but not for 20.
TEST(Compare, AllowsForTheNumberOfBenchmarks) {
  history::Run a = run_of("a");
  history::Run b = run_of("b");
  for (int i = 0; i < 20; ++i) {
    add_times(a, fmt::format("b{}", i), {100, 102, 104, 106});
    add_times(b, fmt::format("b{}", i), i == 0 ? Times{200, 201, 202, 203} : Times{101, 103, 105, 105.5});
  }
  EXPECT_EQ(compare_or_fail(a, b).count(Verdict::worse), 0u);
  EXPECT_EQ(compare_or_fail(a, b, {.samples = {.filter = "^b0$"}}).count(Verdict::worse), 1u);
}

TEST(Compare, TreatsAnErrorAsARegression) {
  history::Run a = run_of("a");
  history::Run b = run_of("b");
  add_times(a, "sieve", kTimes);
  b.measurements.push_back({.benchmark = "sieve", .engine = "tiered", .error = "it looped"});
  const Comparison comparison = compare_or_fail(a, b);
  EXPECT_TRUE(comparison.has_regression());
  EXPECT_THAT(comparison_text(comparison, {}, false), HasSubstr("it looped"));
  // The other way round there is nothing to compare with.
  EXPECT_FALSE(compare({b}, {a}, {}));
}

TEST(Compare, CountsWhatOnlyOneSideHas) {
  history::Run a = run_of("a");
  history::Run b = run_of("b");
  for (const char* name : {"both", "old"}) add_times(a, name, kTimes);
  for (const char* name : {"both", "new", "newer"}) add_times(b, name, kTimes);
  const Comparison comparison = compare_or_fail(a, b);
  EXPECT_EQ(comparison.changes.size(), 1u);
  EXPECT_EQ(comparison.only_before, 1u);
  EXPECT_EQ(comparison.only_after, 2u);
}

TEST(Compare, PoolsTheRunsOfASide) {
  history::Run a = run_of("a");
  history::Run b = run_of("b");
  add_times(a, "sieve", {100, 101});
  add_times(b, "sieve", {200, 201});
  const auto once = compare({a}, {b}, {});
  const auto thrice = compare({a, a, a}, {b, b, b}, {});
  ASSERT_TRUE(once && thrice);
  EXPECT_FALSE(once->has_regression());
  EXPECT_TRUE(thrice->has_regression());
  EXPECT_EQ(thrice->changes[0].after_count, 6u);
}

TEST(Compare, KeepsHostsApart) {
  history::Run a = run_of("a", "fast");
  history::Run b = run_of("b", "slow");
  add_times(a, "sieve", kTimes);
  add_times(b, "sieve", times_by(2));
  const auto refused = compare({a}, {b}, {});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("of the hosts 'fast' and of 'slow', expected the same host"));
  EXPECT_TRUE(compare_or_fail(a, b, {.samples = {.across_hosts = true}}).has_regression());
}

TEST(Compare, TellsWhyThereIsNothingToCompare) {
  history::Run a = run_of("a");
  history::Run b = run_of("b");
  add_times(a, "sieve", kTimes);
  add_times(b, "move", kTimes);
  EXPECT_THAT(compare({a}, {b}, {}).error().message, HasSubstr("the first runs have 'sieve', the second 'move'"));
  EXPECT_THAT(compare({a}, {b}, {.samples = {.metric = "x"}}).error().message,
              HasSubstr("no results of the metric 'x'"));
  EXPECT_THAT(compare({a}, {b}, {.samples = {.filter = "("}}).error().message,
              HasSubstr("expected a regular expression"));
}

TEST(Compare, HasNoRatioOfWhatIsNotPositive) {
  const ComparisonOptions counter = {.samples = {.metric = "faults"}};
  EXPECT_EQ(change_to({0, 0, 0, 0, 0, 0}, counter).verdict, Verdict::untested);
  history::Run a = run_of("a");
  add_times(a, "sieve", {0, 0, 0}, "faults");
  EXPECT_EQ(compare_or_fail(a, a, counter).changes[0].verdict, Verdict::same);
}

TEST(ComparisonText, ShowsChangesAndCountsTheRest) {
  history::Run a = run_of("a");
  history::Run b = run_of("b");
  add_times(a, "sieve", kTimes);
  add_times(b, "sieve", times_by(1.1));
  add_times(a, "move", kTimes);
  add_times(b, "move", kTimes);
  const Comparison comparison = compare_or_fail(a, b);
  const std::string text = comparison_text(comparison, {}, false);
  EXPECT_THAT(text, HasSubstr("SLOWER  sieve"));
  EXPECT_THAT(text, HasSubstr("+10.0%"));
  EXPECT_THAT(text, Not(HasSubstr("move")));
  EXPECT_THAT(text, HasSubstr("2 compared by cpu_time: 1 SLOWER, 1 without a change that is sure and at least 3%\n"));
  EXPECT_THAT(comparison_text(comparison, {}, true), HasSubstr("same    move"));
}

// ---- A slowdown is found, and noise is not ----

constexpr int kBenchmarks = 12;
constexpr std::size_t kRepetitions = 10;
constexpr int kTrials = 400;

// Two runs of 12 benchmarks; of the second, the benchmark "b0" is slower by this factor.
Comparison trial(std::mt19937_64& random, double slowdown) {
  history::Run a = run_of("a");
  history::Run b = run_of("b");
  for (int i = 0; i < kBenchmarks; ++i) {
    const double median = 1000 * (i + 1);
    add_times(a, fmt::format("b{}", i), noisy_times(random, median, kRepetitions));
    add_times(b, fmt::format("b{}", i), noisy_times(random, median * (i == 0 ? slowdown : 1), kRepetitions));
  }
  return compare_or_fail(a, b);
}

TEST(PlantedSlowdown, OfTenPercentIsFound) {
  std::mt19937_64 random(1);
  int found = 0;
  int false_alarms = 0;
  int in_interval = 0;
  for (int i = 0; i < kTrials; ++i) {
    const Comparison comparison = trial(random, 1.1);
    const Change& planted = comparison.changes[0];
    ASSERT_EQ(planted.key.benchmark, "b0");
    found += planted.verdict == Verdict::worse;
    in_interval += planted.ratio.interval.low <= 1.1 && 1.1 <= planted.ratio.interval.high;
    false_alarms += comparison.count(Verdict::worse) - (planted.verdict == Verdict::worse) > 0;
  }
  EXPECT_GE(found, kTrials * 95 / 100);
  EXPECT_GE(in_interval, kTrials * 93 / 100) << "of intervals that promise 95%";
  EXPECT_LE(false_alarms, kTrials * 2 / 100);
}

TEST(PlantedSlowdown, NoiseIsNone) {
  std::mt19937_64 random(2);
  int alarms = 0;
  for (int i = 0; i < kTrials; ++i) alarms += trial(random, 1).has_regression();
  EXPECT_LE(alarms, kTrials * 2 / 100);
}

// Without the threshold, the test alone keeps its promise: something is reported in at most 5% of the comparisons.
TEST(PlantedSlowdown, NoiseIsAsRareAsPromised) {
  std::mt19937_64 random(3);
  int alarms = 0;
  for (int i = 0; i < kTrials; ++i) {
    history::Run a = run_of("a");
    history::Run b = run_of("b");
    for (int j = 0; j < kBenchmarks; ++j) {
      add_times(a, fmt::format("b{}", j), noisy_times(random, 1000, kRepetitions));
      add_times(b, fmt::format("b{}", j), noisy_times(random, 1000, kRepetitions));
    }
    const Comparison comparison = compare_or_fail(a, b, {.samples = {}, .threshold = 1e-9});
    alarms += comparison.count(Verdict::worse) + comparison.count(Verdict::better) > 0;
  }
  EXPECT_GT(alarms, 0) << "this noise does reach the test";
  EXPECT_LE(alarms, kTrials * 8 / 100);  // 5%, and three deviations of a binomial distribution
}

}  // namespace
}  // namespace replica::history
