// The reference evaluator beside the interpreter, on random guests: what the operations mean is what the instructions mean.

#include "jit/ir/evaluate.h"

#include <gtest/gtest.h>

#include "tests/jit/evaluating_engine.h"
#include "tests/robustness/lockstep.h"

namespace replica {
namespace {

TEST(Evaluate, RunsRandomGuestsAsTheInterpreterDoes) {
  EvaluatingEngine::Report report;
  const auto make_engine = [&](Cpu&) { return std::make_unique<EvaluatingEngine>(report); };
  u64 instructions = 0;
  for (u64 seed = 0; seed < 150; ++seed) {
    const LockstepOutcome outcome = run_lockstep({.seed = seed, .engine = make_engine});
    ASSERT_EQ(outcome.difference, "") << "seed " << seed;
    instructions += outcome.instructions;
  }
  EXPECT_EQ(report.wrong, "");
  EXPECT_GT(report.blocks, instructions / 50) << "blocks must be run, not only instructions by the interpreter";
}

}  // namespace
}  // namespace replica
