// Shifts of a register and of an even-odd pair. The amount is bits 26-31 of the second-operand address.
// GA22-7000 "Shift Left Single" and the sections beside it.
#pragma once

#include "frontend/semantics/builder.h"

namespace replica::semantics {

template <Builder B>
auto shift_amount(B& b, const Insn& i) {
  return b.and_(second_address(b, i), b.word(63));
}

template <Builder B>
void SLL(B& b, const Insn& i) {
  b.set_gr(i.r1, b.shift_left(b.gr(i.r1), shift_amount(b, i)));
}
template <Builder B>
void SRL(B& b, const Insn& i) {
  b.set_gr(i.r1, b.shift_right(b.gr(i.r1), shift_amount(b, i)));
}
// CC 0 zero, 1 negative, 2 positive.
template <Builder B>
void SRA(B& b, const Insn& i) {
  auto result = b.shift_right_signed(b.gr(i.r1), shift_amount(b, i));
  b.set_gr(i.r1, result);
  b.cc_sign(result);
}
template <Builder B>
auto register_pair(B& b, const Insn& i) {
  return b.join(b.gr(i.r1), b.gr(i.r1 | 1u));
}
template <Builder B, typename Value>
void set_register_pair(B& b, const Insn& i, Value value) {
  b.set_gr(i.r1, b.high(value));
  b.set_gr(i.r1 | 1u, b.low(value));
}

template <Builder B>
void SLDL(B& b, const Insn& i) {
  if (i.r1 & 1) return b.specification();
  set_register_pair(b, i, b.shift_left_long(register_pair(b, i), shift_amount(b, i)));
}
template <Builder B>
void SRDL(B& b, const Insn& i) {
  if (i.r1 & 1) return b.specification();
  set_register_pair(b, i, b.shift_right_long(register_pair(b, i), shift_amount(b, i)));
}
// CC 0 zero, 1 negative, 2 positive.
template <Builder B>
void SRDA(B& b, const Insn& i) {
  if (i.r1 & 1) return b.specification();
  auto result = b.shift_right_signed_long(register_pair(b, i), shift_amount(b, i));
  set_register_pair(b, i, result);
  b.cc_sign_long(result);
}
// Shifts all but the sign and sets the code: CC 3 with fixed-point overflow if a bit unlike the sign is shifted out, else
// as SRDA. Shifting the result back brings the value again exactly if nothing was lost. The amount is computed once, before
// store_result(result) sets registers that it may be made of.
template <Builder B, typename Value, typename StoreResult>
void shift_left_arithmetic(B& b, const Insn& i, Value value, StoreResult store_result) {
  auto amount = shift_amount(b, i);
  auto shifted = b.shift_left_long(value, amount);
  auto sign = b.and_(b.high(value), b.word(0x80000000));
  auto result = b.join(b.or_(b.and_(b.high(shifted), b.word(0x7FFFFFFF)), sign), b.low(shifted));
  auto overflow = b.not_(b.equal_long(b.shift_right_signed_long(result, amount), value));
  store_result(result);
  b.cc_sign_or_overflow(result, overflow);
}
// Over 63 bits of the pair.
template <Builder B>
void SLDA(B& b, const Insn& i) {
  if (i.r1 & 1) return b.specification();
  shift_left_arithmetic(b, i, register_pair(b, i), [&](auto result) { set_register_pair(b, i, result); });
}
// Over 31 bits of the register: the pair with zeros for its right half.
template <Builder B>
void SLA(B& b, const Insn& i) {
  auto value = b.join(b.gr(i.r1), b.word(0));
  shift_left_arithmetic(b, i, value, [&](auto result) { b.set_gr(i.r1, b.high(result)); });
}

}  // namespace replica::semantics
