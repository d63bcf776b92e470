// Branching and linkage. GA22-7000 "General Instructions". The branch address is computed before R1 is changed; the RR
// forms with R2 = 0 do not branch.
#pragma once

#include "frontend/semantics/builder.h"

namespace replica::semantics {

template <Builder B>
auto register_target(B& b, const Insn& i) {
  return b.and_(b.gr(i.r2), b.word(kAddressMask));
}

template <Builder B>
void BC(B& b, const Insn& i) {
  if (i.r1 == 0) return;
  auto target = second_address(b, i);
  if (i.r1 == 15) return b.branch(target);
  b.branch_if(b.cc_in(i.r1), target);
}
// BCR 15,0 serializes, which one CPU always does.
template <Builder B>
void BCR(B& b, const Insn& i) {
  if (i.r1 == 0 || i.r2 == 0) return;
  auto target = register_target(b, i);
  if (i.r1 == 15) return b.branch(target);
  b.branch_if(b.cc_in(i.r1), target);
}

// ILC, CC, program mask and next instruction address go to R1.
template <Builder B>
void BAL(B& b, const Insn& i) {
  auto target = second_address(b, i);
  b.set_gr(i.r1, b.link_information(i));
  b.branch(target);
}
template <Builder B>
void BALR(B& b, const Insn& i) {
  auto target = register_target(b, i);
  b.set_gr(i.r1, b.link_information(i));
  if (i.r2 != 0) b.branch(target);
}
// The next instruction address alone goes to R1.
template <Builder B>
void BAS(B& b, const Insn& i) {
  auto target = second_address(b, i);
  b.set_gr(i.r1, b.word(i.next()));
  b.branch(target);
}
template <Builder B>
void BASR(B& b, const Insn& i) {
  auto target = register_target(b, i);
  b.set_gr(i.r1, b.word(i.next()));
  if (i.r2 != 0) b.branch(target);
}

template <Builder B>
void BCT(B& b, const Insn& i) {
  auto target = second_address(b, i);
  auto count = b.sub(b.gr(i.r1), b.word(1));
  b.set_gr(i.r1, count);
  b.branch_if(b.not_(b.equal(count, b.word(0))), target);
}
template <Builder B>
void BCTR(B& b, const Insn& i) {
  auto target = register_target(b, i);
  auto count = b.sub(b.gr(i.r1), b.word(1));
  b.set_gr(i.r1, count);
  if (i.r2 != 0) b.branch_if(b.not_(b.equal(count, b.word(0))), target);
}

// The increment is R3, the comparand the odd register of R3's pair, both as they were before the addition.
template <Builder B>
auto index_is_high(B& b, const Insn& i) {
  auto comparand = b.gr(i.r3 | 1u);
  auto sum = b.add(b.gr(i.r1), b.gr(i.r3));
  b.set_gr(i.r1, sum);
  return b.less_signed(comparand, sum);
}
template <Builder B>
void BXH(B& b, const Insn& i) {
  auto target = second_address(b, i);
  b.branch_if(index_is_high(b, i), target);
}
template <Builder B>
void BXLE(B& b, const Insn& i) {
  auto target = second_address(b, i);
  b.branch_if(b.not_(index_is_high(b, i)), target);
}

// CC and program mask come from R1 bits 2-7.
template <Builder B>
void SPM(B& b, const Insn& i) {
  auto value = b.gr(i.r1);
  b.set_cc(b.and_(b.shift_right(value, b.word(28)), b.word(3)));
  b.set_program_mask(b.and_(b.shift_right(value, b.word(24)), b.word(15)));
}

// The target is executed as if it stood here, its second byte ored with bits 24-31 of R1. GA22-7000 "Execute".
template <Builder B>
void EX(B& b, const Insn& i) {
  b.execute(second_address(b, i), i);
}

}  // namespace replica::semantics
