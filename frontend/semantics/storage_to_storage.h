// The instructions with two operands in storage that have more meaning than a routine. GA22-7000 "General Instructions".
#pragma once

#include "frontend/semantics/builder.h"

namespace replica {

// What NC, OC and XC make of two bytes.
enum class Combination : u8 { and_, or_, exclusive_or };

}  // namespace replica

namespace replica::semantics {

// Byte by byte from left to right, so that overlapping operands can spread a byte.
template <Builder B>
void MVC(B& b, const Insn& i) {
  auto to = first_address(b, i);
  b.move(to, second_address(b, i), i.l1 + 1u);
}

// CC 0 equal, 1 first operand low, 2 first operand high.
template <Builder B>
void CLC(B& b, const Insn& i) {
  auto first = first_address(b, i);
  b.compare(first, second_address(b, i), i.l1 + 1u);
}

// Byte by byte from left to right, too. CC 0 result zero, 1 not zero.
template <Builder B>
void combine(B& b, const Insn& i, Combination combination) {
  auto to = first_address(b, i);
  b.combine(combination, to, second_address(b, i), i.l1 + 1u);
}
template <Builder B>
void NC(B& b, const Insn& i) {
  combine(b, i, Combination::and_);
}
template <Builder B>
void OC(B& b, const Insn& i) {
  combine(b, i, Combination::or_);
}
template <Builder B>
void XC(B& b, const Insn& i) {
  combine(b, i, Combination::exclusive_or);
}

}  // namespace replica::semantics
