// Blocks as text, for people.
#pragma once

#include <string>

#include "jit/ir/block.h"

namespace replica::ir {

// One operation: "%7 = load32 %6" or "set_gr 3, %7".
std::string print(const Block& block, Ref at);

// A guest instruction: its address and assembler text.
std::string print(const GuestInstruction& instruction);

// A line for each operation, under a line for each instruction.
std::string print(const Block& block);

}  // namespace replica::ir
