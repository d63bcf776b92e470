// The instructions with two operands in storage that have more meaning than a routine. GA22-7000 "General Instructions".
#pragma once

#include "frontend/semantics/builder.h"

namespace replica::semantics {

// Byte by byte from left to right, so that overlapping operands can spread a byte.
template <Builder B>
void MVC(B& b, const Insn& i) {
  auto to = first_address(b, i);
  b.move(to, second_address(b, i), i.l1 + 1u);
}

}  // namespace replica::semantics
