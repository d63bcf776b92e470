// Loads, stores, arithmetic, logic and comparison on general registers. GA22-7000 "General Instructions".
#pragma once

#include "frontend/semantics/builder.h"

namespace replica::semantics {

// ---- Second operands: a register, a word, a halfword ----

template <Builder B>
auto register_operand(B& b, const Insn& i) {
  return b.gr(i.r2);
}
template <Builder B>
auto word_operand(B& b, const Insn& i) {
  return b.load32(second_address(b, i));
}
template <Builder B>
auto halfword_operand(B& b, const Insn& i) {
  return b.sign_extend16(b.load16(second_address(b, i)));
}

// ---- Load and store ----

template <Builder B>
void LR(B& b, const Insn& i) {
  b.set_gr(i.r1, b.gr(i.r2));
}
template <Builder B>
void L(B& b, const Insn& i) {
  b.set_gr(i.r1, word_operand(b, i));
}
template <Builder B>
void LH(B& b, const Insn& i) {
  b.set_gr(i.r1, halfword_operand(b, i));
}
template <Builder B>
void LA(B& b, const Insn& i) {
  b.set_gr(i.r1, second_address(b, i));
}
// Bits 24-31 only.
template <Builder B>
void IC(B& b, const Insn& i) {
  auto byte = b.load8(second_address(b, i));
  b.set_gr(i.r1, b.or_(b.and_(b.gr(i.r1), b.word(0xFFFFFF00)), byte));
}
template <Builder B>
void ST(B& b, const Insn& i) {
  b.store32(second_address(b, i), b.gr(i.r1));
}
template <Builder B>
void STH(B& b, const Insn& i) {
  b.store16(second_address(b, i), b.gr(i.r1));
}
template <Builder B>
void STC(B& b, const Insn& i) {
  b.store8(second_address(b, i), b.gr(i.r1));
}

// How many registers R1 to R3 name, counting on from 15 to 0.
inline unsigned register_count(const Insn& i) { return ((i.r3 - i.r1) & 15) + 1u; }

template <Builder B>
void LM(B& b, const Insn& i) {
  const unsigned count = register_count(i);
  auto area = b.fetch_area(second_address(b, i), 4 * count);
  for (unsigned n = 0; n < count; ++n) b.set_gr((i.r1 + n) & 15, b.area_load32(area, 4 * n));
}
template <Builder B>
void STM(B& b, const Insn& i) {
  const unsigned count = register_count(i);
  auto area = b.store_area(second_address(b, i), 4 * count);
  for (unsigned n = 0; n < count; ++n) b.area_store32(area, 4 * n, b.gr((i.r1 + n) & 15));
}

// ---- Load with a sign operation ----

// CC 0 zero, 1 negative, 2 positive.
template <Builder B>
void LTR(B& b, const Insn& i) {
  auto value = b.gr(i.r2);
  b.set_gr(i.r1, value);
  b.cc_sign(value);
}
// CC 0 zero, 1 negative, 2 positive, 3 overflow: the complement of 80000000 is itself.
template <Builder B>
void LCR(B& b, const Insn& i) {
  auto value = b.gr(i.r2), zero = b.word(0);
  b.set_gr(i.r1, b.sub(zero, value));
  b.cc_subtract_signed(zero, value);
}
// CC 0 zero, 2 positive, 3 overflow.
template <Builder B>
void LPR(B& b, const Insn& i) {
  auto value = b.gr(i.r2);
  auto zero = b.word(0);
  auto negative = b.less_signed(value, zero);
  // 0 - value or value - 0.
  auto minuend = b.select(negative, zero, value), subtrahend = b.select(negative, value, zero);
  b.set_gr(i.r1, b.sub(minuend, subtrahend));
  b.cc_subtract_signed(minuend, subtrahend);
}
// CC 0 zero, 1 negative.
template <Builder B>
void LNR(B& b, const Insn& i) {
  auto value = b.gr(i.r2);
  auto negative = b.less_signed(value, b.word(0));
  auto result = b.select(negative, value, b.sub(b.word(0), value));
  b.set_gr(i.r1, result);
  b.cc_sign(result);
}

// ---- Add, subtract, compare ----

// CC 0 zero, 1 negative, 2 positive, 3 overflow.
template <Builder B, typename Value>
void add_signed(B& b, const Insn& i, Value addend) {
  auto augend = b.gr(i.r1);
  b.set_gr(i.r1, b.add(augend, addend));
  b.cc_add_signed(augend, addend);
}
template <Builder B, typename Value>
void subtract_signed(B& b, const Insn& i, Value subtrahend) {
  auto minuend = b.gr(i.r1);
  b.set_gr(i.r1, b.sub(minuend, subtrahend));
  b.cc_subtract_signed(minuend, subtrahend);
}
template <Builder B>
void AR(B& b, const Insn& i) {
  add_signed(b, i, register_operand(b, i));
}
template <Builder B>
void A(B& b, const Insn& i) {
  add_signed(b, i, word_operand(b, i));
}
template <Builder B>
void AH(B& b, const Insn& i) {
  add_signed(b, i, halfword_operand(b, i));
}
template <Builder B>
void SR(B& b, const Insn& i) {
  subtract_signed(b, i, register_operand(b, i));
}
template <Builder B>
void S(B& b, const Insn& i) {
  subtract_signed(b, i, word_operand(b, i));
}
template <Builder B>
void SH(B& b, const Insn& i) {
  subtract_signed(b, i, halfword_operand(b, i));
}

// CC 0 zero without carry, 1 not zero without carry, 2 zero with carry, 3 not zero with carry.
template <Builder B, typename Value>
void add_logical(B& b, const Insn& i, Value addend) {
  auto augend = b.gr(i.r1);
  b.set_gr(i.r1, b.add(augend, addend));
  b.cc_add_logical(augend, addend);
}
// CC 1 borrow, 2 zero, 3 not zero without borrow.
template <Builder B, typename Value>
void subtract_logical(B& b, const Insn& i, Value subtrahend) {
  auto minuend = b.gr(i.r1);
  b.set_gr(i.r1, b.sub(minuend, subtrahend));
  b.cc_subtract_logical(minuend, subtrahend);
}
template <Builder B>
void ALR(B& b, const Insn& i) {
  add_logical(b, i, register_operand(b, i));
}
template <Builder B>
void AL(B& b, const Insn& i) {
  add_logical(b, i, word_operand(b, i));
}
template <Builder B>
void SLR(B& b, const Insn& i) {
  subtract_logical(b, i, register_operand(b, i));
}
template <Builder B>
void SL(B& b, const Insn& i) {
  subtract_logical(b, i, word_operand(b, i));
}

// CC 0 equal, 1 first operand low, 2 first operand high.
template <Builder B>
void CR(B& b, const Insn& i) {
  b.cc_compare_signed(b.gr(i.r1), register_operand(b, i));
}
template <Builder B>
void C(B& b, const Insn& i) {
  b.cc_compare_signed(b.gr(i.r1), word_operand(b, i));
}
template <Builder B>
void CH(B& b, const Insn& i) {
  b.cc_compare_signed(b.gr(i.r1), halfword_operand(b, i));
}
template <Builder B>
void CLR(B& b, const Insn& i) {
  b.cc_compare_logical(b.gr(i.r1), register_operand(b, i));
}
template <Builder B>
void CL(B& b, const Insn& i) {
  b.cc_compare_logical(b.gr(i.r1), word_operand(b, i));
}
template <Builder B>
void CLI(B& b, const Insn& i) {
  b.cc_compare_logical(b.load8(first_address(b, i)), b.word(i.i2));
}

// ---- And, or, exclusive or: CC 0 zero, 1 not zero ----

template <Builder B, typename Value>
void logical_result(B& b, const Insn& i, Value result) {
  b.set_gr(i.r1, result);
  b.cc_nonzero(result);
}
template <Builder B>
void NR(B& b, const Insn& i) {
  logical_result(b, i, b.and_(b.gr(i.r1), register_operand(b, i)));
}
template <Builder B>
void N(B& b, const Insn& i) {
  logical_result(b, i, b.and_(b.gr(i.r1), word_operand(b, i)));
}
template <Builder B>
void OR(B& b, const Insn& i) {
  logical_result(b, i, b.or_(b.gr(i.r1), register_operand(b, i)));
}
template <Builder B>
void O(B& b, const Insn& i) {
  logical_result(b, i, b.or_(b.gr(i.r1), word_operand(b, i)));
}
template <Builder B>
void XR(B& b, const Insn& i) {
  logical_result(b, i, b.xor_(b.gr(i.r1), register_operand(b, i)));
}
template <Builder B>
void X(B& b, const Insn& i) {
  logical_result(b, i, b.xor_(b.gr(i.r1), word_operand(b, i)));
}

// ---- A byte in storage and an immediate byte ----

template <Builder B>
void MVI(B& b, const Insn& i) {
  b.store8(first_address(b, i), b.word(i.i2));
}
// The byte is updated: fetched and stored, even where the mask changes nothing.
template <Builder B, typename Combine>
void update_byte(B& b, const Insn& i, Combine combine) {
  auto area = b.store_area(first_address(b, i), 1);
  auto result = combine(b.area_load8(area, 0), b.word(i.i2));
  b.area_store8(area, 0, result);
  b.cc_nonzero(result);
}
template <Builder B>
void NI(B& b, const Insn& i) {
  update_byte(b, i, [&](auto byte, auto mask) { return b.and_(byte, mask); });
}
template <Builder B>
void OI(B& b, const Insn& i) {
  update_byte(b, i, [&](auto byte, auto mask) { return b.or_(byte, mask); });
}
template <Builder B>
void XI(B& b, const Insn& i) {
  update_byte(b, i, [&](auto byte, auto mask) { return b.xor_(byte, mask); });
}
// CC 0 selected bits all zero, or mask zero; 1 mixed; 3 all one.
template <Builder B>
void TM(B& b, const Insn& i) {
  auto byte = b.load8(first_address(b, i));
  if (i.i2 == 0) return b.set_cc(b.word(0));
  auto mask = b.word(i.i2);
  b.cc_test_mask(b.and_(byte, mask), mask);
}

// ---- Multiply and divide ----

template <Builder B, typename Value>
void multiply_pair(B& b, const Insn& i, Value multiplier) {
  auto product = b.multiply(b.gr(i.r1 | 1u), multiplier);
  b.set_gr(i.r1, b.high(product));
  b.set_gr(i.r1 | 1u, b.low(product));
}
template <Builder B>
void MR(B& b, const Insn& i) {
  if (i.r1 & 1) return b.specification();
  multiply_pair(b, i, register_operand(b, i));
}
template <Builder B>
void M(B& b, const Insn& i) {
  if (i.r1 & 1) return b.specification();
  multiply_pair(b, i, word_operand(b, i));
}
template <Builder B>
void MH(B& b, const Insn& i) {
  b.set_gr(i.r1, b.low(b.multiply(b.gr(i.r1), halfword_operand(b, i))));
}

// The remainder goes to R1, the quotient to R1+1. Fixed-point divide, with suppression, if the divisor is zero or the
// quotient has no 32-bit signed representation.
template <Builder B, typename Value>
void divide_pair(B& b, const Insn& i, Value divisor) {
  auto dividend = b.join(b.gr(i.r1), b.gr(i.r1 | 1u));
  b.require(b.is_divisible(dividend, divisor), ProgramCode::fixed_point_divide);
  auto quotient = b.quotient(dividend, divisor);
  auto remainder = b.remainder(dividend, divisor);
  b.set_gr(i.r1, remainder);
  b.set_gr(i.r1 | 1u, quotient);
}
template <Builder B>
void DR(B& b, const Insn& i) {
  if (i.r1 & 1) return b.specification();
  divide_pair(b, i, register_operand(b, i));
}
template <Builder B>
void D(B& b, const Insn& i) {
  if (i.r1 & 1) return b.specification();
  divide_pair(b, i, word_operand(b, i));
}

// ---- Characters under mask: the bytes of R1 that M3 selects, from the left, and as many contiguous bytes ----

// Calls action(offset, shift) for each byte that the mask selects: its offset in storage, its place in the register.
template <typename Action>
unsigned for_each_selected_byte(unsigned mask, Action action) {
  unsigned offset = 0;
  for (unsigned n = 0; n < 4; ++n) {
    if (mask & (8u >> n)) action(offset++, 24 - 8 * n);
  }
  return offset;
}
inline unsigned selected_bytes(unsigned mask) {
  return for_each_selected_byte(mask, [](unsigned, unsigned) {});
}
// The part of the register that the mask selects.
inline u32 selected_bits(unsigned mask) {
  u32 bits = 0;
  for_each_selected_byte(mask, [&](unsigned, unsigned shift) { bits |= u32{0xFF} << shift; });
  return bits;
}

// The selected bytes of the second operand, in their places in a word. A mask of zero still has its access exceptions.
template <Builder B>
auto load_under_mask(B& b, const Insn& i) {
  const unsigned count = selected_bytes(i.r3);
  auto area = b.fetch_area(second_address(b, i), count == 0 ? 1 : count);
  auto word = b.word(0);
  for_each_selected_byte(i.r3, [&](unsigned offset, unsigned shift) {
    word = b.or_(word, b.shift_left(b.area_load8(area, offset), b.word(shift)));
  });
  return word;
}

// CC 0 all inserted bits zero, or mask zero; 1 first inserted bit one; 2 first inserted bit zero, not all zero.
template <Builder B>
void ICM(B& b, const Insn& i) {
  auto inserted = load_under_mask(b, i);
  if (i.r3 == 0) return b.set_cc(b.word(0));
  b.set_gr(i.r1, b.or_(b.and_(b.gr(i.r1), b.word(~selected_bits(i.r3))), inserted));
  // Shifted so that the first inserted bit is the sign, the inserted bits have the sign that the code tells.
  const unsigned leading = static_cast<unsigned>(__builtin_clz(static_cast<unsigned>(i.r3) << 28));
  b.cc_sign(b.shift_left(inserted, b.word(8 * leading)));
}
// CC 0 equal, or mask zero; 1 first operand low; 2 first operand high.
template <Builder B>
void CLM(B& b, const Insn& i) {
  auto second = load_under_mask(b, i);
  b.cc_compare_logical(b.and_(b.gr(i.r1), b.word(selected_bits(i.r3))), second);
}
template <Builder B>
void STCM(B& b, const Insn& i) {
  if (i.r3 == 0) return;
  auto area = b.store_area(second_address(b, i), selected_bytes(i.r3));
  for_each_selected_byte(i.r3, [&](unsigned offset, unsigned shift) {
    b.area_store8(area, offset, b.shift_right(b.gr(i.r1), b.word(shift)));
  });
}

}  // namespace replica::semantics
