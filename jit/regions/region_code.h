// What a code generator of regions has to know about single instructions.
#pragma once

#include <optional>

#include "jit/condition_code.h"
#include "jit/ir/block.h"

namespace replica {

// Whether an instruction, alone in its block, can be a part of a region: all of its operations have code there, and it does
// not change what the region depends on.
bool has_region_code(const ir::Block& instruction);

// How an operation of the instruction leaves the condition code behind it; nothing if it does not set it.
std::optional<CcKind> cc_kind_of(const ir::Block& instruction, const ir::Operation& operation);

// The general registers, a bit each, that are set by an instruction which is a routine with code in regions.
u32 registers_set_by_routine(const ir::Block& instruction);

}  // namespace replica
