// Operands of the storage-to-storage instructions, piece by piece, as both code generators go about them.
#pragma once

#include <algorithm>
#include <bit>

#include "base/types.h"

namespace replica {

// Divides an operand into pieces of powers of two, each at most `largest`, from left to right: action(offset, bytes).
template <typename Action>
void for_each_piece(u32 length, u32 largest, Action action) {
  for (u32 offset = 0; offset < length;) {
    const u32 piece = std::min(largest, std::bit_floor(length - offset));
    action(offset, piece);
    offset += piece;
  }
}

}  // namespace replica
