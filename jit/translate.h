// From guest instructions to the intermediate representation.
#pragma once

#include "cpu/cpu.h"
#include "jit/ir/block.h"

namespace replica {

struct TranslateOptions {
  u32 instructions = 64;     // at most
  const Cpu* cpu = nullptr;  // to observe what EXECUTE executes; null: EXECUTE ends a block
};

// Translates the instructions that stand at `address`, the bytes of whose 2K block are at `page`. The block ends behind the
// instruction that always branches, may change the context, or is the last whole one of the 2K block, or at the limit. It
// is empty if not even the first instruction lies in the 2K block as a whole, or `address` is odd. What `recycled`, a block
// that is no longer needed, has allocated is used for it.
ir::Block translate(const u8* page, u32 address, ir::Mode mode, const TranslateOptions& options = {},
                    ir::Block recycled = {});

}  // namespace replica
