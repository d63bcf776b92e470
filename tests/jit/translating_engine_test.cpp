// Translated code beside the interpreter.

#include "jit/translating_engine.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace replica
