// The passes over a block, in the order in which optimize() runs them. Each is one function in a file of its own and leaves
// a block that verify() accepts and that does the same.
#pragma once

#include <span>

#include "jit/ir/block.h"

namespace replica::ir {

// Makes the block for the present values of the registers that are bases of its branches: programs hardly ever change
// them (USING). Adds an assumption for each.
void assume_branch_bases(Block& block, std::span<const u32, 16> gr);

// Puts constants in the place of operations on constants, and of general registers that are known.
void fold_constants(Block& block);

// Takes away what has no effect: values that nobody uses, condition codes that nobody sees. Notes which of those are set by
// what has another effect.
void remove_dead_code(Block& block);

// Notes which condition codes the next instruction branches on.
void fuse_branches(Block& block);

// Finds accesses that can share a look-up.
void group_lookups(Block& block);

// All of them; that with assumptions only if the block may have some.
void optimize(Block& block, std::span<const u32, 16> gr, bool may_assume = true);

}  // namespace replica::ir
