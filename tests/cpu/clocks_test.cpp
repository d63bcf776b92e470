// The clocks in virtual time: 64 units for each instruction, unless said otherwise. GA22-7000 "Timing".

#include "cpu/clocks.h"

#include <gtest/gtest.h>

namespace replica {
namespace {

constexpr u64 kSecond = 1'000'000 * kUnitsPerMicrosecond;

Clocks virtual_clocks(u64 tod = 0) { return Clocks({.tod = tod}); }

// ---- Machine time ----

TEST(VirtualTime, AdvancesWithTheInstructions) {
  const Clocks clocks = virtual_clocks();
  EXPECT_EQ(clocks.now(0), 0u);
  EXPECT_EQ(clocks.now(1), 64u);
  EXPECT_EQ(clocks.now(1'000'000), 64'000'000u);
  EXPECT_EQ(Clocks({.units_per_instruction = 4096}).now(3), 3u * 4096);
}

TEST(VirtualTime, SkipsForward) {
  Clocks clocks = virtual_clocks();
  clocks.skip_to(10'000, 10);
  EXPECT_EQ(clocks.now(10), 10'000u);
  EXPECT_EQ(clocks.now(11), 10'064u);
}

TEST(VirtualTime, NeverSkipsBack) {
  Clocks clocks = virtual_clocks();
  clocks.skip_to(100, 10);
  EXPECT_EQ(clocks.now(10), 640u);
}

// The smallest number of instructions after which the time has come.
TEST(VirtualTime, InstructionsUntilATimeAreRoundedUp) {
  const Clocks clocks = virtual_clocks();
  EXPECT_EQ(clocks.instructions_until(641, 10), 1u);
  EXPECT_EQ(clocks.instructions_until(704, 10), 1u);
  EXPECT_EQ(clocks.instructions_until(705, 10), 2u);
  EXPECT_EQ(clocks.instructions_until(64'000, 0), 1000u);
  EXPECT_EQ(clocks.instructions_until(64'001, 0), 1001u);
}

TEST(VirtualTime, AtLeastOneInstructionFitsBeforeATimeThatHasCome) {
  const Clocks clocks = virtual_clocks();
  EXPECT_EQ(clocks.instructions_until(640, 10), 1u);
  EXPECT_EQ(clocks.instructions_until(0, 10), 1u);
}

TEST(VirtualTime, NeverIsFarAway) { EXPECT_GT(virtual_clocks().instructions_until(kNever, 0), u64{1} << 50); }

TEST(RealTime, FollowsTheHost) {
  const Clocks clocks({.mode = TimeMode::real_time});
  const u64 first = clocks.now(0);
  u64 second = clocks.now(0);
  while (second == first) second = clocks.now(0);
  EXPECT_GT(second, first);
  EXPECT_LT(second - first, 60 * kSecond);
}

TEST(RealTime, DoesNotSkip) {
  Clocks clocks({.mode = TimeMode::real_time});
  clocks.skip_to(3600 * kSecond, 0);
  EXPECT_LT(clocks.now(0), 3600 * kSecond);
}

// ---- TOD clock ----

TEST(TodClock, BeginsWhereItIsToldAndRunsWithTheMachine) {
  Clocks clocks = virtual_clocks(1000);
  EXPECT_EQ(clocks.tod(0), 1000u);
  EXPECT_EQ(clocks.tod(64), 1064u);
}

TEST(TodClock, IsSetAtAGivenTime) {
  Clocks clocks = virtual_clocks(1000);
  clocks.set_tod(50, 640);
  EXPECT_EQ(clocks.tod(640), 50u);
  EXPECT_EQ(clocks.tod(704), 114u);
}

TEST(TodClock, WrapsFromAllOnesToZero) {
  Clocks clocks = virtual_clocks();
  clocks.set_tod(~u64{0}, 100);
  EXPECT_EQ(clocks.tod(100), ~u64{0});
  EXPECT_EQ(clocks.tod(101), 0u);
}

// "Two executions of STORE CLOCK never give the same value": the host's clock may stand still between them.
TEST(TodClock, GivesEachRealTimeReadingOnce) {
  Clocks clocks({.mode = TimeMode::real_time});
  u64 last = clocks.tod(1000);
  for (int reading = 0; reading < 10; ++reading) {
    const u64 next = clocks.tod(1000);
    EXPECT_GT(next, last);
    last = next;
  }
  EXPECT_GT(clocks.tod(1001), last) << "the time has not caught up with the readings";
}

TEST(TodClock, MayBeSetBackInRealTime) {
  Clocks clocks({.mode = TimeMode::real_time});
  clocks.tod(1'000'000);
  clocks.set_tod(10, 1'000'000);
  EXPECT_EQ(clocks.tod(1'000'000), 10u);
}

// ---- Clock comparator: pending while the TOD clock is higher, both being unsigned ----

TEST(ClockComparator, IsPendingWhenTheClockIsHigher) {
  Clocks clocks = virtual_clocks();
  clocks.set_comparator(1000);
  EXPECT_FALSE(clocks.comparator_pending(999));
  EXPECT_FALSE(clocks.comparator_pending(1000));
  EXPECT_TRUE(clocks.comparator_pending(1001));
}

TEST(ClockComparator, ComparesUnsigned) {
  Clocks clocks = virtual_clocks(0x8000000000000000);
  clocks.set_comparator(0x7FFFFFFFFFFFFFFF);
  EXPECT_TRUE(clocks.comparator_pending(0));
}

TEST(ClockComparator, EventIsTheFirstTimeItIsPending) {
  Clocks clocks = virtual_clocks(500);
  clocks.set_comparator(1000);
  const u64 event = clocks.comparator_event(100);
  EXPECT_EQ(event, 501u);
  EXPECT_FALSE(clocks.comparator_pending(event - 1));
  EXPECT_TRUE(clocks.comparator_pending(event));
}

TEST(ClockComparator, HasNoEventWhilePending) {
  Clocks clocks = virtual_clocks();
  clocks.set_comparator(1000);
  EXPECT_EQ(clocks.comparator_event(1001), kNever);
}

TEST(ClockComparator, OfAllOnesNeverComes) {
  Clocks clocks = virtual_clocks(0xFFFFFFFFFFFFFF00);
  clocks.set_comparator(~u64{0});
  EXPECT_EQ(clocks.comparator_event(0), kNever);
}

TEST(ClockComparator, BeyondTheEndOfMachineTimeNeverComes) {
  Clocks clocks = virtual_clocks();
  clocks.set_tod(0, 1000);
  clocks.set_comparator(~u64{0} - 1);
  EXPECT_EQ(clocks.comparator_event(1000), kNever);
}

TEST(ClockComparator, ConditionGoesWhenTheClockIsSetBack) {
  Clocks clocks = virtual_clocks();
  clocks.set_comparator(1000);
  EXPECT_TRUE(clocks.comparator_pending(2000));
  clocks.set_tod(0, 2000);
  EXPECT_FALSE(clocks.comparator_pending(2000));
}

// ---- CPU timer: counts down, pending while negative ----

TEST(CpuTimer, CountsDown) {
  Clocks clocks = virtual_clocks();
  clocks.set_cpu_timer(1000, 100);
  EXPECT_EQ(clocks.cpu_timer(100), 1000u);
  EXPECT_EQ(clocks.cpu_timer(164), 936u);
}

TEST(CpuTimer, IsPendingBelowZeroNotAtZero) {
  Clocks clocks = virtual_clocks();
  clocks.set_cpu_timer(1000, 0);
  EXPECT_FALSE(clocks.cpu_timer_pending(1000));
  EXPECT_TRUE(clocks.cpu_timer_pending(1001));
  EXPECT_EQ(clocks.cpu_timer_event(100), 1001u);
}

TEST(CpuTimer, HasNoEventWhileNegative) {
  Clocks clocks = virtual_clocks();
  clocks.set_cpu_timer(0x8000000000000000, 0);
  EXPECT_TRUE(clocks.cpu_timer_pending(0));
  EXPECT_EQ(clocks.cpu_timer_event(0), kNever);
}

TEST(CpuTimer, WrapsFromMostNegativeToPositive) {
  Clocks clocks = virtual_clocks();
  clocks.set_cpu_timer(0x8000000000000000, 0);
  EXPECT_FALSE(clocks.cpu_timer_pending(1));
  EXPECT_EQ(clocks.cpu_timer(1), 0x7FFFFFFFFFFFFFFFu);
}

TEST(CpuTimer, BeyondTheEndOfMachineTimeNeverComes) {
  Clocks clocks = virtual_clocks();
  const u64 now = kNever - 10;
  clocks.set_cpu_timer(0x7FFFFFFFFFFFFFFF, now);
  EXPECT_EQ(clocks.cpu_timer_event(now), kNever);
}

// ---- Interval timer: one tick is 1/9600 second, 1,280,000 / 3 units ----

TEST(IntervalTimer, Ticks9600TimesASecond) {
  Clocks clocks = virtual_clocks();
  EXPECT_EQ(clocks.ticks_due(kSecond), 9600u);
  EXPECT_EQ(clocks.ticks_due(2 * kSecond), 9600u);
}

TEST(IntervalTimer, ATickIsDueWhenItsTimeHasCome) {
  Clocks clocks = virtual_clocks();
  EXPECT_EQ(clocks.next_tick(), 426'667u);  // 426,666.7
  EXPECT_EQ(clocks.ticks_due(426'666), 0u);
  EXPECT_EQ(clocks.ticks_due(426'667), 1u);
  EXPECT_EQ(clocks.next_tick(), 853'334u);  // 853,333.3
  EXPECT_EQ(clocks.ticks_due(853'333), 0u);
  EXPECT_EQ(clocks.ticks_due(853'334), 1u);
  EXPECT_EQ(clocks.next_tick(), 1'280'000u);
}

TEST(IntervalTimer, EachTickIsDueOnce) {
  Clocks clocks = virtual_clocks();
  u64 ticks = 0;
  for (u64 time = 0; time <= kSecond; time += 1'234'567) ticks += clocks.ticks_due(time);
  ticks += clocks.ticks_due(kSecond);
  EXPECT_EQ(ticks, 9600u);
  EXPECT_EQ(clocks.ticks_due(kSecond), 0u);
}

TEST(IntervalTimer, Ticks76800TimesASecondInRealTime) {
  Clocks clocks({.mode = TimeMode::real_time});
  EXPECT_EQ(clocks.ticks_due(kSecond), 76'800u);
  EXPECT_EQ(clocks.timer_step(), 1u);
}

// In virtual time a tick subtracts 8: 9600 of them as much as 300 in bit position 23.
TEST(IntervalTimer, EventIsTheTickThatTurnsTheValueNegative) {
  Clocks clocks = virtual_clocks();
  EXPECT_EQ(clocks.interval_timer_event(0), 426'667u);
  EXPECT_EQ(clocks.interval_timer_event(7), 426'667u);
  EXPECT_EQ(clocks.interval_timer_event(8), 853'334u);
  EXPECT_EQ(clocks.interval_timer_event(9599 * 8), kSecond);
}

TEST(IntervalTimer, EventCountsFromTheLastTickTaken) {
  Clocks clocks = virtual_clocks();
  clocks.ticks_due(kSecond);
  EXPECT_EQ(clocks.interval_timer_event(9599 * 8), 2 * kSecond);
}

TEST(IntervalTimer, HasNoEventWhileNegative) {
  EXPECT_EQ(virtual_clocks().interval_timer_event(-1), kNever);
  EXPECT_EQ(virtual_clocks().interval_timer_event(INT32_MIN), kNever);
}

TEST(IntervalTimer, FromItsHighestValueTakesHalfACycle) {
  const u64 event = virtual_clocks().interval_timer_event(INT32_MAX);
  EXPECT_EQ(event / kSecond / 60, 466u);  // 2^28 ticks of 1/9600 s, half of 15.5 hours
}

// ---- Initial CPU reset ----

TEST(Clocks, ResetZeroesComparatorAndCpuTimerButNotTheTodClock) {
  Clocks clocks = virtual_clocks(5000);
  clocks.set_comparator(77);
  clocks.set_cpu_timer(88, 0);
  clocks.reset(640);
  EXPECT_EQ(clocks.comparator(), 0u);
  EXPECT_EQ(clocks.cpu_timer(640), 0u);
  EXPECT_EQ(clocks.tod(640), 5640u);
}

// ---- The stopped state ----

TEST(StoppedState, CpuTimerAndIntervalTimerStandStill) {
  Clocks clocks({.mode = TimeMode::real_time});
  clocks.set_cpu_timer(10 * kSecond, 0);
  EXPECT_EQ(clocks.ticks_due(kSecond), 76'800u);
  clocks.stop(kSecond);
  EXPECT_EQ(clocks.cpu_timer(3 * kSecond), 9 * kSecond);
  EXPECT_EQ(clocks.ticks_due(3 * kSecond), 0u);
  clocks.start(3 * kSecond);
  EXPECT_EQ(clocks.cpu_timer(4 * kSecond), 8 * kSecond);
  EXPECT_EQ(clocks.ticks_due(4 * kSecond), 76'800u);
}

TEST(StoppedState, TheCpuTimerCanBeSet) {
  Clocks clocks({.mode = TimeMode::real_time});
  clocks.stop(kSecond);
  clocks.set_cpu_timer(500, 2 * kSecond);
  EXPECT_EQ(clocks.cpu_timer(5 * kSecond), 500u);
  clocks.start(6 * kSecond);
  EXPECT_EQ(clocks.cpu_timer(6 * kSecond + 100), 400u);
}

TEST(StoppedState, TheTodClockAndItsComparatorGoOn) {
  Clocks clocks({.mode = TimeMode::real_time, .tod = 1000});
  clocks.set_comparator(1000 + 2 * kSecond);
  clocks.stop(kSecond);
  EXPECT_EQ(clocks.tod(3 * kSecond), 1000 + 3 * kSecond);
  EXPECT_TRUE(clocks.comparator_pending(3 * kSecond));
}

}  // namespace
}  // namespace replica
