// What an instruction's meaning is written over. Semantics are templates on a builder B: one builder executes (its values
// are words; cpu/executor.h), one records (its values are references to typed SSA operations). A meaning therefore never
// branches on a guest value in C++; it may branch on the instruction's own fields, which are constants at translation.
//
// The vocabulary, by group. W is B::Word (32 bits), L is B::Long (64 bits), F is B::Flag (a truth value).
//
//   constants     word(u32)
//   registers     gr(n) set_gr(n, W)   fpr(n) set_fpr(n, L)   fpr_short(n) set_fpr_short(n, W)
//   addresses     address(base, index, displacement): 24 bits; first_address(i), second_address(i) below
//   storage       load8 load16 load32: W, zero-extended; load64: L   store8 store16 store32 store64(address, value)
//                 fetch_area(address, bytes), store_area(address, bytes): access to all of it is checked once, then
//                 area_load8 area_load32(area, offset), area_store8 area_store32(area, offset, W)
//                 move(to, from, bytes), combine(Combination, to, from, bytes): byte by byte, ascending, all access
//                 checked first; combine sets the condition code. compare(first, second, bytes) sets it, too
//   arithmetic    add sub and_ or_ xor_(W, W)   shift_left shift_right shift_right_signed(W, W: 0-63)
//                 sign_extend16(W)   multiply(W, W): L, signed   low(L) high(L): W   join(W high, W low): L
//                 shift_left_long shift_right_long shift_right_signed_long(L, W: 0-63)
//                 is_divisible(L, W): F, whether the signed quotient fits; then quotient remainder(L, W): W
//   comparison    equal less_signed(W, W): F   equal_long(L, L): F   not_(F)   select(F, W, W): W
//   condition     cc_sign(W) cc_sign_long(L): 0 zero 1 negative 2 positive   cc_nonzero(W): 0 or 1
//     code        cc_add_signed cc_subtract_signed(W, W): as above and 3 with fixed-point overflow, which they raise if the
//                 mask asks; cc_add_logical cc_subtract_logical(W, W)   cc_compare_signed cc_compare_logical(W, W)
//                 cc_sign_or_overflow(L, F): as cc_add_signed, told whether it overflowed
//                 cc_test_mask(W, mask): 0 zero, 3 all of the mask, else 1; the mask is not zero
//                 set_cc(W)   cc_in(mask): F
//   floating      float_long(FloatOperation, r1, L, L), float_short(..., W, W): result and condition code of add, subtract,
//     point       multiply, divide, halve (floating_point.h)
//                 cc_float_sign_long(L) cc_float_sign_short(W) cc_float_compare_long(L, L) cc_float_compare_short(W, W)
//   control       branch(W)   branch_if(F, W)   execute(W, i)   link_information(i): W   set_program_mask(W)
//   exceptions    specification() operation_exception(): end the instruction   require(F, ProgramCode)
//   the rest      routine<Opcode>(i): the C++ routine of that instruction, one for all tiers
//
// Check, then commit: every access check of an instruction precedes its first change of a register or of storage.
#pragma once

#include <concepts>

#include "base/program_code.h"
#include "frontend/insn.h"

namespace replica {

template <typename B>
concept Builder = requires(B b, const Insn& i, unsigned n, typename B::Word w, typename B::Long l, typename B::Flag f) {
  { b.word(u32{}) } -> std::same_as<typename B::Word>;
  { b.gr(n) } -> std::same_as<typename B::Word>;
  {b.set_gr(n, w)};
  { b.fpr(n) } -> std::same_as<typename B::Long>;
  {b.set_fpr(n, l)};
  { b.address(n, n, n) } -> std::same_as<typename B::Word>;
  { b.load32(w) } -> std::same_as<typename B::Word>;
  { b.load64(w) } -> std::same_as<typename B::Long>;
  {b.store32(w, w)};
  { b.add(w, w) } -> std::same_as<typename B::Word>;
  { b.multiply(w, w) } -> std::same_as<typename B::Long>;
  { b.is_divisible(l, w) } -> std::same_as<typename B::Flag>;
  { b.equal(w, w) } -> std::same_as<typename B::Flag>;
  { b.cc_in(n) } -> std::same_as<typename B::Flag>;
  {b.branch_if(f, w)};
  { b.select(f, w, w) } -> std::same_as<typename B::Word>;
  { b.link_information(i) } -> std::same_as<typename B::Word>;
};

namespace semantics {

// The first-operand address of SI and SS formats.
template <Builder B>
auto first_address(B& b, const Insn& i) {
  return b.address(i.b1, 0, i.d1);
}

// The second-operand address of RX, RS, S and SS formats. The formats without an index have X2 = 0.
template <Builder B>
auto second_address(B& b, const Insn& i) {
  return b.address(i.b2, i.x2, i.d2);
}

}  // namespace semantics
}  // namespace replica
