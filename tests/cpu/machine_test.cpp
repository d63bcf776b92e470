// The machine as a whole: the keys of its console, why it stops, waiting, and the exactness of counts and times. Virtual time
// advances 64 units with each instruction. GA22-7000 "Program Execution", "Timing".

#include "cpu/machine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "tests/cpu/fake_channels.h"
#include "tests/cpu/guest.h"
#include "tests/cpu/snapshot.h"

namespace replica {
namespace {

constexpr u64 kUnits = 64;  // of time for each instruction
constexpr u64 kEc = ec_psw(0x400);
constexpr u32 kComparatorMask = 0x00000800, kCpuTimerMask = 0x00000400;

class MachineTest : public testing::Test {
 protected:
  void loop_at_400() { guest.put(0x400, "47F00400"); }

  FakeChannels channels;
  Guest guest{&channels};
  Machine& machine = guest.machine();
  Cpu& cpu = guest.cpu();
};

// ---- Creation ----

TEST(Machine, RefusesAStorageSizeThatCannotBe) {
  MachineOptions options;
  options.storage_bytes = 1000;
  const auto machine = Machine::create(options);
  ASSERT_FALSE(machine.has_value());
  EXPECT_THAT(machine.error().message, testing::HasSubstr("storage size 1000"));
}

TEST(Machine, IsStoppedAfterPowerOn) {
  Guest guest;
  EXPECT_TRUE(guest.cpu().stopped);
  EXPECT_EQ(guest.psw(), 0u);
  EXPECT_EQ(guest.cpu().instructions(), 0u);
}

TEST(StopReason, HasItsOwnDescription) {
  std::set<std::string_view> descriptions;
  for (const StopReason reason : {StopReason::instruction_limit, StopReason::stopped, StopReason::disabled_wait,
                                  StopReason::idle_wait, StopReason::interruption_loop}) {
    EXPECT_FALSE(describe(reason).empty());
    descriptions.insert(describe(reason));
  }
  EXPECT_EQ(descriptions.size(), 5u);
}

// ---- Keys ----

TEST_F(MachineTest, RestartLeavesTheStoppedState) {
  guest.put_doubleword(kRestartNew, kEc);
  guest.put(0x400, "41200007");
  machine.restart();
  EXPECT_FALSE(cpu.stopped);
  EXPECT_EQ(guest.run(1), StopReason::instruction_limit);
  EXPECT_EQ(guest.gr(2), 7u);
}

TEST_F(MachineTest, StopRequestedBeforehandExecutesNothing) {
  loop_at_400();
  guest.set_psw(kEc);
  machine.request_stop();
  EXPECT_EQ(guest.run(100), StopReason::stopped);
  EXPECT_EQ(cpu.instructions(), 0u);
  EXPECT_TRUE(cpu.stopped);
  EXPECT_EQ(guest.run(100), StopReason::instruction_limit) << "the start key goes on";
}

TEST_F(MachineTest, StopMayBeRequestedFromAnotherThread) {
  loop_at_400();
  guest.set_psw(kEc);
  std::thread operator_at_the_console([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    machine.request_stop();
  });
  EXPECT_EQ(machine.run(), StopReason::stopped);
  operator_at_the_console.join();
  EXPECT_GT(cpu.instructions(), 0u);
  EXPECT_EQ(guest.psw(), kEc);
}

TEST(Machine, TheCpuTimerStandsStillInTheStoppedState) {
  MachineOptions options;
  options.clocks.mode = TimeMode::real_time;
  const auto machine = Machine::create(options);
  ASSERT_TRUE(machine.has_value());
  const auto timer = [&] { return (*machine)->clocks().cpu_timer((*machine)->cpu().now()); };
  const u64 at_power_on = timer();
  std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_EQ(timer(), at_power_on);
  (*machine)->request_stop();
  EXPECT_EQ((*machine)->run(), StopReason::stopped);
  const u64 when_stopped = timer();
  std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_EQ(timer(), when_stopped);
}

// The stop takes effect after the interruptions that are allowed have been taken.
TEST_F(MachineTest, StopFollowsPendingInterruptions) {
  guest.put_doubleword(kExternalNew, ec_psw(0x500));
  guest.set_psw(kEc | kExternal);
  machine.request_interrupt_key();
  machine.request_stop();
  EXPECT_EQ(guest.run(100), StopReason::stopped);
  EXPECT_EQ(guest.psw(), ec_psw(0x500));
}

TEST_F(MachineTest, InterruptKeyIsAnExternalInterruption) {
  loop_at_400();
  guest.set_psw(kEc | kExternal);
  machine.request_interrupt_key();
  EXPECT_EQ(guest.run(100), StopReason::disabled_wait);
  EXPECT_EQ(guest.halfword(134), 0x0040);
}

TEST_F(MachineTest, SignalProcessorStopsItsOwnCpu) {
  guest.execute("AE010005 41200007", 10);  // SIGP 0,1 stop
  EXPECT_TRUE(cpu.stopped);
  EXPECT_EQ(cpu.instructions(), 1u);
  EXPECT_EQ(guest.psw(), ec_psw(0x404));
}

// ---- Waiting ----

TEST_F(MachineTest, WaitWithEverythingMaskedIsDisabled) {
  for (const u64 psw : {kEc, bc_psw(0x400)}) {
    guest.set_psw(psw | kWait);
    EXPECT_EQ(guest.run(100), StopReason::disabled_wait);
  }
  guest.set_cr(0, 0);
  guest.set_cr(2, 0);
  guest.set_psw(kEc | kWait | kExternal | kIo);
  EXPECT_EQ(guest.run(100), StopReason::disabled_wait) << "masked off by the control registers";
  EXPECT_EQ(cpu.instructions(), 0u);
}

TEST_F(MachineTest, WaitThatNothingCanEndIsIdle) {
  guest.put_word(80, 0x80000000);  // an interval timer that is negative already
  guest.set_psw(kEc | kWait | kIo | kExternal);
  EXPECT_EQ(guest.run(100), StopReason::idle_wait);
  guest.set_psw(0x80020000'00000400);
  EXPECT_EQ(guest.run(100), StopReason::idle_wait) << "BC mode, channel 0";
}

TEST_F(MachineTest, WaitIsNotIdleWhileTheOutsideMayInterrupt) {
  channels.expects_outside = true;
  guest.set_psw(kEc | kWait | kIo);
  std::thread operator_at_the_console([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    machine.request_stop();
  });
  EXPECT_EQ(machine.run(), StopReason::stopped);
  operator_at_the_console.join();
}

TEST_F(MachineTest, WaitSkipsToTheClockComparator) {
  guest.set_cr(0, kComparatorMask);
  guest.clocks().set_comparator(1'000'000);
  guest.set_psw(kEc | kWait | kExternal);
  EXPECT_EQ(guest.run(100), StopReason::disabled_wait);
  EXPECT_EQ(guest.halfword(134), 0x1004);
  EXPECT_EQ(cpu.now(), 1'000'001u);
  EXPECT_EQ(cpu.instructions(), 0u);
}

TEST_F(MachineTest, WaitSkipsToTheCpuTimer) {
  guest.set_cr(0, kCpuTimerMask);
  guest.clocks().set_cpu_timer(1'000'000, 0);
  guest.set_psw(kEc | kWait | kExternal);
  EXPECT_EQ(guest.run(100), StopReason::disabled_wait);
  EXPECT_EQ(guest.halfword(134), 0x1005);
  EXPECT_EQ(cpu.now(), 1'000'001u);
}

TEST_F(MachineTest, WaitSkipsToTheIntervalTimer) {
  guest.put_word(80, 9599 * 8);
  guest.set_psw(kEc | kWait | kExternal);
  EXPECT_EQ(guest.run(100), StopReason::disabled_wait);
  EXPECT_EQ(guest.halfword(134), 0x0080);
  EXPECT_EQ(guest.word(80), 0xFFFFFFF8u);
  EXPECT_EQ(cpu.now(), 4'096'000'000u) << "9600 ticks are one second";
}

TEST_F(MachineTest, WaitSkipsToTheChannel) {
  channels.raise(0x0130, 500'000);
  guest.set_psw(kEc | kWait | kIo);
  EXPECT_EQ(guest.run(100), StopReason::disabled_wait);
  EXPECT_TRUE(guest.waits_at(kIoNew));
  EXPECT_EQ(cpu.now(), 500'000u);
}

TEST_F(MachineTest, WaitSkipsOverEventsThatAreMasked) {
  guest.set_cr(0, kComparatorMask);
  guest.clocks().set_comparator(5'000'000'000);
  guest.clocks().set_cpu_timer(1000, 0);
  guest.put_word(80, 0);
  channels.raise(0x0130, 2000);
  guest.set_psw(kEc | kWait | kExternal);
  EXPECT_EQ(guest.run(100), StopReason::disabled_wait);
  EXPECT_EQ(guest.halfword(134), 0x1004);
  EXPECT_EQ(cpu.now(), 5'000'000'001u);
  EXPECT_EQ(guest.word(80), 0u - 11718 * 8) << "the interval timer went on meanwhile";
}

TEST_F(MachineTest, WaitInRealTimeLastsUntilItsTime) {
  Guest real(nullptr, {.mode = TimeMode::real_time});
  real.set_cr(0, kComparatorMask);
  const u64 begin = real.cpu().now();
  real.clocks().set_comparator(begin + 3000 * kUnitsPerMicrosecond);
  real.set_psw(kEc | kWait | kExternal);
  EXPECT_EQ(real.run(100), StopReason::disabled_wait);
  EXPECT_EQ(real.halfword(134), 0x1004);
  EXPECT_GE(real.cpu().now() - begin, 3000 * kUnitsPerMicrosecond);
}

// ---- Interruption loops ----

TEST_F(MachineTest, InvalidProgramNewPswIsALoop) {
  guest.put_doubleword(kProgramNew, kEc | 1ull << 63);
  guest.execute("0000");
  EXPECT_EQ(machine.run(), StopReason::interruption_loop);
  EXPECT_EQ(machine.run(), StopReason::interruption_loop);
}

TEST_F(MachineTest, InvalidProgramNewPswIsBrokenByReset) {
  guest.put_doubleword(kProgramNew, kEc | 1ull << 63);
  guest.execute("0000");
  machine.run();
  machine.system_reset(false);
  guest.put(0x400, "41200007");
  guest.set_psw(kEc);
  EXPECT_EQ(guest.run(1), StopReason::instruction_limit);
  EXPECT_EQ(guest.gr(2), 7u);
}

// The clock comparator lasts, and the external new PSW allows it again.
TEST_F(MachineTest, EndlessExternalInterruptionsAreALoop) {
  guest.put_doubleword(kExternalNew, ec_psw(0x500) | kExternal);
  guest.set_cr(0, kComparatorMask);
  guest.execute("47F00400", 100, ec_psw(0) | kExternal);
  EXPECT_EQ(guest.run(100), StopReason::interruption_loop);
  EXPECT_EQ(guest.psw(), ec_psw(0x500) | kExternal);
}

TEST_F(MachineTest, ManyPendingInterruptionsAreNotALoop) {
  guest.put_doubleword(kIoNew, ec_psw(0x500) | kIo);
  guest.put(0x500, "47F00500");
  for (u16 device = 0; device < 4096; ++device) channels.raise(device);
  guest.set_psw(kEc | kIo);
  EXPECT_EQ(guest.run(10), StopReason::instruction_limit);
  EXPECT_FALSE(channels.any_pending());
}

// A program new PSW with an odd address interrupts for ever too, but each time an instruction has been begun.
TEST_F(MachineTest, ExceptionInTheFirstInstructionCountsAsInstructions) {
  guest.put_doubleword(kProgramNew, ec_psw(0x501));
  guest.execute("0000");
  EXPECT_EQ(guest.run(1000), StopReason::instruction_limit);
  EXPECT_EQ(cpu.instructions(), 1001u);
}

// ---- Counts ----

TEST_F(MachineTest, TheInstructionLimitIsExact) {
  loop_at_400();
  guest.set_psw(kEc);
  u64 limit = 0;
  for (const u64 more : {1u, 2u, 1u, 7u, 1000u, 213'333u, 500'000u}) {
    limit += more;
    EXPECT_EQ(machine.run(limit), StopReason::instruction_limit);
    EXPECT_EQ(cpu.instructions(), limit);
  }
}

TEST_F(MachineTest, ALimitThatHasPassedExecutesNothing) {
  loop_at_400();
  guest.set_psw(kEc);
  machine.run(10);
  EXPECT_EQ(machine.run(5), StopReason::instruction_limit);
  EXPECT_EQ(cpu.instructions(), 10u);
}

// Each of these makes the engine leave before its budget is used up.
TEST_F(MachineTest, InstructionsThatLeaveTheEngineAreCountedOnce) {
  guest.put(0x600, "00");
  guest.put_doubleword(0x608, ec_psw(0x42C));
  guest.put_doubleword(0x610, 0x123456789);
  guest.execute(
      "80000600"  // SSM
      "AC000620"  // STNSM
      "AD000620"  // STOSM
      "B7330630"  // LCTL
      "B2060610"  // SCKC
      "B2080610"  // SPT
      "B2040610"  // SCK
      "B2110628"  // STPX
      "B2100628"  // SPX
      "9C000130"  // SIO
      "82000608"  // LPSW of the next
      "AE010003"  // SIGP 0,1 emergency signal
      "41200007",
      13);
  EXPECT_EQ(cpu.instructions(), 13u);
  EXPECT_EQ(guest.gr(2), 7u);
  EXPECT_EQ(guest.psw() & 0xFFFFFF, 0x434u);
}

TEST_F(MachineTest, SlicesComeToTheSameAsOneRun) {
  const auto program = [](Guest& g) {
    // 400 LCTL 3,3,600   404 STCK 610   40A A 1,614   40E ST 1,618   412 SVC 7 and back
    g.put(0x400, "B7330600 B2050610 5A100614 50100618 0A07 47F00400");
    g.put_doubleword(kSvcNew, ec_psw(0x700));
    g.put(0x700, "41220001 82000020");
    g.set_psw(kEc);
  };
  Guest whole, sliced;
  program(whole);
  program(sliced);
  whole.run(5000);
  for (u64 count = 1; sliced.cpu().instructions() < 5000; count = count * 3 % 101) {
    sliced.machine().run(std::min<u64>(sliced.cpu().instructions() + count, 5000));
  }
  EXPECT_EQ(Snapshot(whole.machine()), Snapshot(sliced.machine()));
}

// ---- Times ----

TEST_F(MachineTest, TheTodClockTellsTheInstructionsExecuted) {
  guest.execute("1B11 1B11 B2050600", 3);
  EXPECT_EQ(guest.doubleword(0x600), 3 * kUnits) << "the present instruction included";
  guest.execute("B2050600 B2050608", 2);
  EXPECT_EQ(guest.doubleword(0x608) - guest.doubleword(0x600), kUnits);
}

// Pending when the clock is higher: at 1000 units after 15.6 instructions, so after the 16th.
TEST_F(MachineTest, TheComparatorInterruptsAfterTheInstructionInWhichItsTimeComes) {
  loop_at_400();
  guest.set_cr(0, kComparatorMask);
  for (const auto& [comparator, instructions] : {std::pair{1000, 16}, {64 * 20 - 1, 20}, {64 * 30, 31}}) {
    Guest g;
    g.put(0x400, "47F00400");
    g.set_cr(0, kComparatorMask);
    g.clocks().set_comparator(static_cast<u64>(comparator));
    g.set_psw(kEc | kExternal);
    EXPECT_EQ(g.run(1000), StopReason::disabled_wait);
    EXPECT_EQ(g.cpu().instructions(), static_cast<u64>(instructions)) << comparator;
  }
}

TEST_F(MachineTest, TheCpuTimerInterruptsWhenItTurnsNegative) {
  loop_at_400();
  guest.set_cr(0, kCpuTimerMask);
  guest.clocks().set_cpu_timer(64 * 100, 0);
  guest.set_psw(kEc | kExternal);
  EXPECT_EQ(guest.run(1000), StopReason::disabled_wait);
  EXPECT_EQ(cpu.instructions(), 101u) << "at 100 it is zero";
}

// 426,667 units are 6,666.7 instructions.
TEST_F(MachineTest, TheIntervalTimerInterruptsAtItsTick) {
  loop_at_400();
  guest.set_psw(kEc | kExternal);
  EXPECT_EQ(guest.run(300'000), StopReason::disabled_wait);
  EXPECT_EQ(guest.halfword(134), 0x0080);
  EXPECT_EQ(cpu.instructions(), 6'667u);
}

TEST_F(MachineTest, AClockThatIsSetMayInterruptAtOnce) {
  guest.set_cr(0, kCpuTimerMask);
  guest.put_doubleword(0x600, ~u64{0});
  guest.execute("B2080600 41200007", 10, ec_psw(0) | kExternal);  // SPT -1
  EXPECT_EQ(guest.halfword(134), 0x1005);
  EXPECT_EQ(guest.doubleword(kExternalOld), ec_psw(0x404) | kExternal);
  EXPECT_EQ(guest.gr(2), 0u);
}

// Programs with all timers interrupting, run twice.
TEST_F(MachineTest, RunsAreExactlyRepeatable) {
  const auto run = [](Guest& g) {
    // The loop counts in GR1; the external handler at 500 notes clock and GR1, then sets both timers on.
    g.put(0x400, "41110001 47F00400");
    g.put_doubleword(kExternalNew, ec_psw(0x500));
    g.put(0x500, "B2050600 5A200604 1721 B2080608 B2060610 82000018");
    g.put_doubleword(0x608, 40'000);
    g.put_doubleword(0x610, ~u64{0});
    g.set_cr(0, 0x000000E0 | kCpuTimerMask | kComparatorMask);
    g.clocks().set_comparator(77'777);
    g.set_psw(kEc | kExternal);
    EXPECT_EQ(g.run(1'000'000), StopReason::instruction_limit);
    return Snapshot(g.machine());
  };
  Guest first, second;
  EXPECT_EQ(run(first), run(second));
  EXPECT_NE(first.gr(2), 0u);
}

// ---- The budget ----

// An engine that executes nothing and notes what it was allowed.
class MeasuringEngine final : public Engine {
 public:
  void run(Cpu& cpu) override {
    budgets.push_back(static_cast<u64>(cpu.budget));
    cpu.budget = 0;
  }
  std::vector<u64> budgets;
};

TEST_F(MachineTest, TheBudgetEndsAtTheNextEvent) {
  MeasuringEngine engine;
  machine.set_engine(engine);
  guest.clocks().set_comparator(64 * 1000);
  guest.clocks().set_cpu_timer(64 * 500 - 1, 0);
  channels.raise(0x0130, 64 * 10);
  guest.set_psw(kEc);
  machine.run(3000);
  EXPECT_THAT(engine.budgets, testing::ElementsAre(10, 490, 501, 1999));
}

}  // namespace
}  // namespace replica
