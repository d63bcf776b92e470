// Translated code beside the interpreter.

#include "jit/translating_engine.h"

#include <gtest/gtest.h>

#include "tests/robustness/lockstep.h"

namespace replica {
namespace {

std::unique_ptr<Engine> make_engine(Cpu& cpu) {
  return std::move(*TranslatingEngine::create(cpu, {.threshold = 0, .cache_bytes = 4 << 20}));
}

TEST(TranslatingEngine, RunsRandomGuestsAsTheInterpreterDoes) {
  for (u64 seed = 0; seed < 150; ++seed) {
    const LockstepOutcome outcome = run_lockstep({.seed = seed, .engine = make_engine});
    ASSERT_EQ(outcome.difference, "") << "seed " << seed;
  }
}

}  // namespace
}  // namespace replica
