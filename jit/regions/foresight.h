// What the general registers will probably be along a path of instructions: a guess, from which it is found out where
// branches go. Code that relies on it asks again when it runs.
#pragma once

#include <array>
#include <optional>

#include "jit/ir/block.h"

namespace replica {

class Foresight {
 public:
  explicit Foresight(const std::array<u32, 16>& gr) {
    for (unsigned n = 0; n < 16; ++n) gr_[n] = gr[n];
  }

  // Goes on behind an instruction. Registers that are loaded from storage are taken for restored ones.
  void pass(const ir::Block& instruction);

  // Where the branch of the instruction that was passed last goes, if it is taken.
  std::optional<u32> target() const { return target_; }

 private:
  void forget(u32 registers);  // a bit each

  std::array<std::optional<u32>, 16> gr_;
  std::optional<u32> target_;
};

}  // namespace replica
