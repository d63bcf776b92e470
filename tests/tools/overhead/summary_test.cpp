#include "tools/overhead/summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tools/overhead/results_fixture.h"
#include "tools/overhead/table.h"

namespace replica::overhead {
namespace {

using testing::DoubleNear;
using testing::HasSubstr;
using testing::Not;

constexpr double kSlight = 1e-9;

// 1 MIPS: a million instructions are a second. 500 times 100 and 100 times 1000 microseconds are 0.15 seconds.
CostTable costs() {
  return parse_cost_table(R"({"machine": "M", "million_instructions_per_second": 1, "microseconds": {
      "none": {"other instruction": 7}, "vma": {"LPSW": 100, "other instruction": 1000}}})",
                          "costs")
      .value();
}

TEST(Summary, IsTheMedianOfThePairs) {
  for (const unsigned guests : {1u, 4u}) {
    const Summary summary = summarize(sample_measurement("mixed", guests), costs());
    EXPECT_THAT(summary.overhead.value, DoubleNear(0.2, kSlight));
    EXPECT_THAT(summary.overhead.interval.low, DoubleNear(0.1, kSlight));
    EXPECT_THAT(summary.overhead.interval.high, DoubleNear(0.3, kSlight));
    EXPECT_DOUBLE_EQ(summary.million_instructions, 1);
  }
}

TEST(Summary, PartsAreMoreThanTheBareMachinesAndLeaveARest) {
  for (const unsigned guests : {1u, 4u}) {
    const Summary summary = summarize(sample_measurement("mixed", guests), costs());
    EXPECT_THAT(summary.part(PartGroup::trap), DoubleNear(0.05, kSlight));
    EXPECT_THAT(summary.part(PartGroup::simulation), DoubleNear(0.10, kSlight));
    EXPECT_THAT(summary.part(PartGroup::guest), DoubleNear(0.02, kSlight));
    EXPECT_THAT(summary.rest, DoubleNear(0.03, kSlight));
    EXPECT_THAT(summary.instructions.at("LPSW"), DoubleNear(0.10, kSlight));
  }
}

TEST(Summary, CountsEventsOfOneGuestInAMillionInstructions) {
  const Summary summary = summarize(sample_measurement("mixed", 4), costs());
  EXPECT_DOUBLE_EQ(summary.events_per_million.at("LPSW"), 500);
  EXPECT_DOUBLE_EQ(summary.events_per_million.at("supervisor call"), 100);
  EXPECT_DOUBLE_EQ(summary.privileged_per_million, 500);
}

TEST(Summary, TellsWhatItWouldHaveCostThen) {
  EXPECT_THAT(summarize(sample_measurement("mixed", 1), costs()).then, DoubleNear(0.15, kSlight));
  EXPECT_THAT(summarize(sample_measurement("mixed", 4), costs()).then, DoubleNear(0.15, kSlight));
}

TEST(Summary, WithoutPartsAllIsRest) {
  Measurement measurement = sample_measurement();
  measurement.part_pairs.clear();
  const Summary summary = summarize(measurement, costs());
  EXPECT_TRUE(summary.parts.empty());
  EXPECT_THAT(summary.rest, DoubleNear(0.2, kSlight));
  EXPECT_THAT(tables({summary}, "M"), Not(HasSubstr("made of")));
}

TEST(Tables, TellWhereTheOverheadLies) {
  EXPECT_EQ(beside_band(0.0999), "below 10-15%");
  EXPECT_EQ(beside_band(0.10), "in 10-15%");
  EXPECT_EQ(beside_band(0.15), "in 10-15%");
  EXPECT_EQ(beside_band(0.151), "above 10-15%");
}

TEST(Tables, HaveALineForEachMeasurement) {
  const std::string text = tables({summarize(sample_measurement(), costs())}, "M");
  EXPECT_THAT(text, HasSubstr("mixed     vma     1         20%       10% to 30%    above 10-15%  15%"));
  EXPECT_THAT(text, HasSubstr("modelled for M\n"));
  EXPECT_THAT(text, HasSubstr("\nLPSW"));
}

}  // namespace
}  // namespace replica::overhead
