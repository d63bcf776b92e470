// Translated code beside the interpreter.

#include "jit/translating_engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "tests/cpu/guest.h"
#include "tests/robustness/lockstep.h"

namespace replica {
namespace {

// A translating engine that translates whatever it meets, and tells in the end how often its code has been entered.
class CountedEngine final : public Engine {
 public:
  CountedEngine(Cpu& cpu, u64& entries)
      : engine_(std::move(*TranslatingEngine::create(cpu, {.threshold = 0, .cache_bytes = 1 << 20}))),
        entries_(entries) {}
  ~CountedEngine() override { entries_ += engine_->counters().entries; }
  void run(Cpu& cpu) override { engine_->run(cpu); }

 private:
  std::unique_ptr<TranslatingEngine> engine_;
  u64& entries_;
};

TEST(TranslatingEngine, RunsRandomGuestsAsTheInterpreterDoes) {
  u64 entries = 0, instructions = 0;
  const auto make_engine = [&](Cpu& cpu) { return std::make_unique<CountedEngine>(cpu, entries); };
  for (u64 seed = 0; seed < 150; ++seed) {
    const LockstepOutcome outcome = run_lockstep({.seed = seed, .engine = make_engine});
    ASSERT_EQ(outcome.difference, "") << "seed " << seed;
    instructions += outcome.instructions;
  }
  EXPECT_GT(entries, instructions / 100) << "random instructions leave the code often";
}

// ---- Counters ----

class TranslatingCountersTest : public testing::Test {
 protected:
  TranslatingCountersTest() { make_engine({.threshold = 0, .cache_bytes = 1 << 20}); }

  void make_engine(const TranslatingOptions& options) {
    engine_.reset();
    engine_ = std::move(*TranslatingEngine::create(guest_.cpu(), options));
    guest_.machine().set_engine(*engine_);
  }
  TranslatingCounters run(std::string_view instructions, u64 count) {
    guest_.execute(instructions, count);
    return engine_->counters();
  }
  // What is counted when all is translated already.
  TranslatingCounters run_again(std::string_view instructions, u64 count) {
    const TranslatingCounters before = run(instructions, count);
    TranslatingCounters c = run(instructions, count);
    c.executed -= before.executed;
    c.interpreted -= before.interpreted;
    c.interpreter_runs -= before.interpreter_runs;
    c.cold_calls -= before.cold_calls;
    c.whole_calls -= before.whole_calls;
    c.blocks -= before.blocks;
    c.entries -= before.entries;
    for (std::size_t n = 0; n < kExitCauses; ++n) c.exits[n] -= before.exits[n];
    return c;
  }
  u64 exits(ExitCause cause) const { return engine_->counters().exits_by(cause); }

  Guest guest_;
  std::unique_ptr<TranslatingEngine> engine_;
};

// LA 1,1(1); BC 15,1024: the last of an odd number is less than a block.
TEST_F(TranslatingCountersTest, TellWhoExecutedTheInstructions) {
  const TranslatingCounters c = run_again("41110001 47F00400", 1001);
  EXPECT_EQ(c.executed, 1001u);
  EXPECT_EQ(c.interpreted, 1u);
  EXPECT_EQ(c.interpreter_runs, 1u);
  EXPECT_EQ(c.cold_calls + c.whole_calls, 0u);
  EXPECT_EQ(c.translated(), 1000u);
  EXPECT_EQ(c.exits_by(ExitCause::budget_spent), 1u);
  EXPECT_EQ(c.entries, 1u);
}

// What has been interpreted may have been a part of the first block, so that the rest is another.
TEST_F(TranslatingCountersTest, TellWhatWasTranslatedAndWhatItCost) {
  const TranslatingCounters c = run("41110001 47F00400", 100);
  EXPECT_GE(c.blocks, 1u);
  EXPECT_GE(c.instructions, c.blocks + 1);
  EXPECT_GT(c.bytes, 8 * c.blocks);
  EXPECT_GT(c.nanoseconds, 0u);
  EXPECT_EQ(c.refused, 0u);
  EXPECT_EQ(run_again("41110001 47F00400", 100).blocks, 0u);
}

// L 1,2046 crosses a block, so it is never done inline; CVB 2,1536 has no code; BC 15,1024.
TEST_F(TranslatingCountersTest, TellColdCallsFromThoseOfInstructionsWithoutCode) {
  guest_.put(0x600, "000000000000123C");
  const TranslatingCounters c = run_again("581007FE 4F200600 4F200600 47F00400", 400);
  EXPECT_EQ(c.cold_calls, 100u);
  EXPECT_EQ(c.whole_calls, 200u);
  EXPECT_EQ(c.interpreted, 0u);
  EXPECT_EQ(c.translated(), 100u);
}

// BC 15,1040 and there BC 15,1024.
TEST_F(TranslatingCountersTest, TellJumpsThatWereNotLinkedYet) {
  guest_.put(0x410, "47F00400");
  const TranslatingCounters c = run("47F00410", 1000);
  EXPECT_EQ(exits(ExitCause::not_linked), 2u);
  EXPECT_EQ(c.links, 2u);
  EXPECT_EQ(c.blocks, 2u);
}

// BC 15,2048 and there BC 15,1024: nobody knows at translation whether there is code in the other 2K block.
TEST_F(TranslatingCountersTest, TellTargetsWithoutCode) {
  guest_.put(0x800, "47F00400");
  run("47F00800", 1000);
  EXPECT_GE(exits(ExitCause::no_code), 1u);
  EXPECT_EQ(exits(ExitCause::not_linked), 0u);
}

// SSM 1536; BC 15,1024: whatever is pending may be allowed now.
TEST_F(TranslatingCountersTest, TellThatACalledInstructionAskedToLeave) {
  const TranslatingCounters c = run_again("80000600 47F00400", 200);
  EXPECT_EQ(c.exits_by(ExitCause::left_by_call), 100u);
}

// MVI 1031,0 into its successor LA 1,0; BC 15,1024.
TEST_F(TranslatingCountersTest, TellStoresIntoCode) {
  const TranslatingCounters c = run("92000407 41100000 47F00400", 300);
  EXPECT_GT(c.invalidations, 0u);
  EXPECT_EQ(exits(ExitCause::code_changed), c.invalidations);
}

// MVI 1031,0 into its successor each time: the page rests 1000 instructions, then 3000, and so on, twice as long each time.
TEST_F(TranslatingCountersTest, CodeThatEndsSoonIsMadeMoreAndMoreRarely) {
  const TranslatingCounters c = run("92000407 41100000 47F00400", 30'000);
  EXPECT_EQ(c.invalidations, 5u);
  EXPECT_GT(c.interpreted, 29'000u);
}

// The last rest began after 26 000 instructions and takes 31 000.
TEST_F(TranslatingCountersTest, CodeIsMadeAgainWhenItsPageHasRested) {
  run("92000407 41100000 47F00400", 30'000);
  const TranslatingCounters c = run("41000407 41100000 47F00400", 100'000);
  EXPECT_EQ(c.invalidations, 5u);
  EXPECT_GT(c.executed - c.interpreted, 70'000u);
}

// BC 15,0(,12) to 410 and to 420 in turn, where LA 12 prepares for the other.
TEST_F(TranslatingCountersTest, TellAssumptionsThatFailed) {
  guest_.put(0x410, "41C00420 47F00400");
  guest_.put(0x420, "41C00410 47F00400");
  guest_.set_gr(12, {0x410});
  run("47F0C000", 1000);
  EXPECT_EQ(exits(ExitCause::assumption_failed), u64{TranslatingOptions{}.most_failures});
}

TEST_F(TranslatingCountersTest, EveryEntryHasItsExit) {
  guest_.put(0x600, "000000000000123C");
  const TranslatingCounters c = run("581007FE 4F200600 9200040B 41100000 47F00400", 3000);
  EXPECT_EQ(std::accumulate(c.exits.begin(), c.exits.end(), u64{0}), c.entries);
  EXPECT_GT(c.entries, 0u);
}

TEST_F(TranslatingCountersTest, BeginWithTheEngine) {
  run("4F200600 47F00400", 1000);
  make_engine({.threshold = 0, .cache_bytes = 1 << 20});
  const TranslatingCounters c = engine_->counters();
  EXPECT_EQ(c.executed + c.whole_calls + c.entries, 0u);
}

TEST(TranslatingCountersReport, HasThemAllWithTheirShares) {
  TranslatingCounters c;
  c.executed = 1000;
  c.interpreted = 100;
  c.cold_calls = 50;
  c.whole_calls = 25;
  c.instructions = 40;
  c.bytes = 1000;
  c.nanoseconds = 8000;
  c.exits_by(ExitCause::not_linked) = 77;
  const std::string text = report(c);
  using testing::ContainsRegex;
  EXPECT_THAT(text, ContainsRegex("by translated code +825   82.5 %\n"));
  EXPECT_THAT(text, ContainsRegex("by the interpreter +100   10.0 %\n"));
  EXPECT_THAT(text, ContainsRegex("access not in the map +50    5.0 %\n"));
  EXPECT_THAT(text, ContainsRegex("without code of its own +25    2.5 %\n"));
  EXPECT_THAT(text, ContainsRegex("bytes of host code +1000   25.0 for a guest instruction\n"));
  EXPECT_THAT(text, ContainsRegex("nanoseconds translating +8000    200 for a guest instruction\n"));
  EXPECT_THAT(text, ContainsRegex("left: jump not linked yet +77\n"));
}

TEST(TranslatingCountersReport, OfNothingDividesByNothing) {
  EXPECT_THAT(report(TranslatingCounters{}), testing::Not(testing::HasSubstr("nan ")));
}

}  // namespace
}  // namespace replica
