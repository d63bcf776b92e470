#include "tools/overhead/parts.h"

#include <gtest/gtest.h>

#include <memory>

namespace replica::overhead {
namespace {

using Counts = std::array<PartClock::Count, kParts>;

TEST(PartTimes, SharesTheSecondsOfTheRunByCycles) {
  const auto counts = std::make_unique<Counts>();
  (*counts)[part::kEngine] = {.cycles = 700, .pieces = 1};
  (*counts)[part::kTrap] = {.cycles = 200, .pieces = 1};
  (*counts)[part::kChannel] = {.cycles = 100, .pieces = 1};
  const PartTimes times = part_times(*counts, 10.0, 0);
  EXPECT_DOUBLE_EQ(times[PartGroup::guest].seconds, 7.0);
  EXPECT_DOUBLE_EQ(times[PartGroup::trap].seconds, 2.0);
  EXPECT_DOUBLE_EQ(times[PartGroup::io].seconds, 1.0);
  EXPECT_DOUBLE_EQ(times.total().seconds, 10.0);
}

// 50 pieces of 4 cycles each, of which 3 are the clock's: 50 of 1000 cycles are left, of 10 seconds.
TEST(PartTimes, TakesTheCostOfReadingsOff) {
  const auto counts = std::make_unique<Counts>();
  (*counts)[part::kEngine] = {.cycles = 800, .pieces = 0};
  (*counts)[part::kInterruption] = {.cycles = 200, .pieces = 50};
  EXPECT_DOUBLE_EQ(part_times(*counts, 10.0, 3)[PartGroup::reflection].seconds, 0.5);
  // Never less than nothing.
  EXPECT_DOUBLE_EQ(part_times(*counts, 10.0, 5)[PartGroup::reflection].seconds, 0.0);
}

// 0.1 seconds too much, of 40 readings.
TEST(PartTimes, SpreadWhatTheClockHasCostOverItsReadings) {
  PartTimes times;
  times[PartGroup::guest] = {.seconds = 1.0, .pieces = 10};
  times[PartGroup::simulation] = {.seconds = 0.5, .pieces = 30};
  times.instructions["LPSW"] = {.seconds = 0.2, .pieces = 12};
  const PartTimes without = times.without_clock(1.4);
  EXPECT_DOUBLE_EQ(without[PartGroup::guest].seconds, 0.975);
  EXPECT_DOUBLE_EQ(without[PartGroup::simulation].seconds, 0.425);
  EXPECT_DOUBLE_EQ(without.instructions.at("LPSW").seconds, 0.17);
  EXPECT_DOUBLE_EQ(without.total().seconds, 1.4);
}

TEST(PartTimes, InstructionsAreSimulationButForThoseOfChannels) {
  const auto counts = std::make_unique<Counts>();
  (*counts)[part::of_instruction(0x82, 0)] = {.cycles = 100, .pieces = 1};     // LPSW
  (*counts)[part::of_instruction(0xB2, 0x0D)] = {.cycles = 200, .pieces = 1};  // PTLB
  (*counts)[part::of_instruction(0x9C, 0)] = {.cycles = 300, .pieces = 1};     // SIO
  (*counts)[part::of_instruction(0xB2, 0x03)] = {.cycles = 400, .pieces = 1};  // STIDC
  const PartTimes times = part_times(*counts, 1.0, 0);
  EXPECT_DOUBLE_EQ(times[PartGroup::simulation].seconds, 0.3);
  EXPECT_DOUBLE_EQ(times[PartGroup::io].seconds, 0.7);
  EXPECT_DOUBLE_EQ(times.instructions.at("LPSW").seconds, 0.1);
  EXPECT_DOUBLE_EQ(times.instructions.at("PTLB").seconds, 0.2);
  EXPECT_DOUBLE_EQ(times.instructions.at("SIO").seconds, 0.3);
}

}  // namespace
}  // namespace replica::overhead
