// The reference evaluator: runs a block of the intermediate representation on a CPU, operation by operation. It defines what
// the operations mean, so the code generators are compared with it, and it with the interpreter.
#pragma once

#include "cpu/cpu.h"
#include "jit/ir/block.h"

namespace replica::ir {

// Runs the block from its first instruction until control leaves it, as an engine does: the PSW's address is then that of
// the next instruction, interruptions by exceptions have been taken, and the budget is less by the instructions begun. The
// budget must allow for all of the block. If an assumption of the block does not hold, nothing happens but that the PSW's
// address is that of the block.
void evaluate(const Block& block, Cpu& cpu);

}  // namespace replica::ir
