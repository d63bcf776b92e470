// Polling loops are taken to the next event, and nobody but the channels, which are asked less often, can see it. The other
// machine of each comparison is traced, which has every round executed.

#include "cpu/polling_loop.h"

#include <gtest/gtest.h>

#include "tests/cpu/fake_channels.h"
#include "tests/cpu/guest.h"
#include "tests/cpu/snapshot.h"

namespace replica {
namespace {

constexpr u64 kUnits = 64;  // of time for each instruction
constexpr u64 kLater = 50'000;

struct Outcome {
  Snapshot state;
  std::size_t questions;
};

struct Polling {
  std::string_view loop = "91010600 0715 9D00000A 47B00400";  // TM, BCR, TIO, BC: four instructions
  u8 answer = 2;
  u64 instructions = 3 * kLater;
  u64 event = kLater;  // after so many instructions
};

Outcome run(const Polling& polling, bool every_round) {
  FakeChannels channels;
  Guest guest(&channels);
  guest.put(0x400, polling.loop);
  guest.put_doubleword(kIoNew, ec_psw(0x800));
  guest.put(0x800, "41200123 47F00804");  // LA, and a loop
  guest.set_psw(ec_psw(0x400) | kIo);
  guest.set_cr(2, ~u32{0});
  guest.cpu().context_changed();
  channels.condition_code = polling.answer;
  channels.raise(0x00A, polling.event * kUnits);
  if (every_round) guest.cpu().trace = [](Cpu&, u32, const u8*) {};
  EXPECT_EQ(guest.run(polling.instructions), StopReason::instruction_limit);
  return {Snapshot(guest.machine()), channels.calls.size()};
}

// How often a device is asked, and how often if every round is executed. All else is the same.
std::pair<std::size_t, std::size_t> questions(const Polling& polling) {
  const Outcome quick = run(polling, false);
  const Outcome slow = run(polling, true);
  EXPECT_EQ(quick.state, slow.state) << quick.state.difference(slow.state);
  return {quick.questions, slow.questions};
}

TEST(PollingLoop, IsTakenToTheInterruption) {
  for (const u8 answer : {u8{0}, u8{2}, u8{3}}) {
    const auto [asked, rounds] = questions({.answer = answer});
    EXPECT_EQ(rounds, kLater / 4) << unsigned{answer};
    EXPECT_LT(asked, rounds / 4) << unsigned{answer};  // the interval timer is an event every few thousand instructions
  }
}

TEST(PollingLoop, EndsAtAnyInstructionOfARound) {
  for (u64 n = 0; n < 8; ++n) {
    questions({.event = kLater + n});
    questions({.instructions = kLater / 2 + n});
  }
}

TEST(PollingLoop, IsExecutedIfItCounts) {
  const auto [asked, rounds] = questions({.loop = "41100001 1A31 9D00000A 47B00400"});  // AR 3,1
  EXPECT_EQ(asked, rounds);
}

TEST(PollingLoop, IsExecutedIfItStores) {
  const auto [asked, rounds] = questions({.loop = "50100600 9D00000A 47B00400"});
  EXPECT_EQ(asked, rounds);
}

TEST(PollingLoop, IsExecutedIfAProgramInterruptionIsPartOfIt) {
  FakeChannels channels;
  Guest guest(&channels);
  guest.put(0x400, "9D00000A 0000");                 // TIO, and what is no instruction
  guest.put_doubleword(kProgramNew, ec_psw(0x400));  // around again
  guest.set_psw(ec_psw(0x400));
  EXPECT_EQ(guest.run(2'000), StopReason::instruction_limit);
  EXPECT_EQ(channels.calls.size(), 1'000u);
}

TEST(PollingLoop, IsExecutedIfItLooksAtTheClock) {
  const auto [asked, rounds] = questions({.loop = "B2050600 9D00000A 47B00400"});  // STCK
  EXPECT_EQ(asked, rounds);
}

TEST(PollingLoop, SeesTheIntervalTimer) {
  // L 4,80; LTR; BC 4 to a loop; TIO; BC
  const auto outcome = [](bool every_round) {
    return run({.loop = "58400050 1244 47400800 9D00000A 47B00400"}, every_round).state;
  };
  EXPECT_EQ(outcome(false), outcome(true));
}

TEST(PollingLoop, IsLeftWhenTheAnswerIsAnother) {
  FakeChannels channels;
  Guest guest(&channels);
  guest.put(0x400, "9D00000A 47200400 41200123 47F0040C");
  guest.set_psw(ec_psw(0x400));
  channels.condition_code = 2;
  EXPECT_EQ(guest.run(kLater), StopReason::instruction_limit);
  channels.condition_code = 0;
  EXPECT_EQ(guest.run(kLater + 10), StopReason::instruction_limit);
  EXPECT_EQ(guest.gr(2), 0x123u);
}

}  // namespace
}  // namespace replica
