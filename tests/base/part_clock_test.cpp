#include "base/part_clock.h"

#include <gtest/gtest.h>

namespace replica {
namespace {

u64 time_now = 0;
u64 counting() { return time_now; }
// Each reading takes one cycle.
u64 ticking() { return ++time_now; }

u64 cycles(const PartClock& clock, Part part) { return clock.counts()[part].cycles; }

TEST(PartClock, GivesATimeToTheInnermostPartAlone) {
  PartClock clock(counting);
  time_now += 5;
  {
    const PartScope outer(part::kTrap);
    time_now += 10;
    {
      const PartScope inner(part::kChannel);
      time_now += 100;
    }
    time_now += 20;
  }
  clock.enter(part::kMachine);
  EXPECT_EQ(cycles(clock, part::kMachine), 5u);
  EXPECT_EQ(cycles(clock, part::kTrap), 30u);
  EXPECT_EQ(cycles(clock, part::kChannel), 100u);
  EXPECT_EQ(clock.counts()[part::kTrap].pieces, 2u);
  EXPECT_EQ(clock.counts()[part::kChannel].pieces, 1u);
}

TEST(PartClock, AScopeMayBecomeOfAnotherPart) {
  PartClock clock(counting);
  {
    PartScope scope(part::kTrap);
    time_now += 1;
    scope.become(part::of_instruction(0x82, 0));
    time_now += 2;
  }
  EXPECT_EQ(clock.part(), part::kMachine);
  EXPECT_EQ(cycles(clock, part::kTrap), 1u);
  EXPECT_EQ(cycles(clock, part::of_instruction(0x82, 0)), 2u);
}

TEST(PartClock, InstructionsWithB2AreToldApartByTheirSecondByte) {
  EXPECT_NE(part::of_instruction(0xB2, 0x0D), part::of_instruction(0xB2, 0x05));
  EXPECT_EQ(part::of_instruction(0x80, 0x11), part::of_instruction(0x80, 0x22));
  EXPECT_LT(part::of_instruction(0xB2, 0xFF), kParts);
}

TEST(PartClock, WithoutAClockAScopeDoesNothing) {
  const PartScope scope(part::kTrap);
  EXPECT_EQ(PartClock::present(), nullptr);
}

TEST(PartClock, IsTheThreadsUntilItGoes) {
  {
    const PartClock clock(counting);
    EXPECT_EQ(PartClock::present(), &clock);
  }
  EXPECT_EQ(PartClock::present(), nullptr);
}

TEST(SpendCycles, SpendsThemByTheClockOfTheThread) {
  const PartClock clock(ticking);
  const u64 before = time_now;
  spend_cycles(1000);
  EXPECT_EQ(time_now - before, 1001u);  // the reading at the beginning, and 1000 until so many have gone by
}

}  // namespace
}  // namespace replica
