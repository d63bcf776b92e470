// Checks the invariants of a block.
#pragma once

#include <string>

#include "jit/ir/block.h"

namespace replica::ir {

// What is wrong with the block, naming the operation; empty if nothing is.
std::string verify(const Block& block);

}  // namespace replica::ir
