// The condition code: deferred where it is set, fused with the branch that asks for it.

#include <bit>

#include "jit/asmjit/block_generator.h"

namespace replica {
namespace {

using ir::Code;

CcKind kind_of(Code code) {
  switch (code) {
    case Code::cc_sign: return CcKind::sign_word;
    case Code::cc_sign_long: return CcKind::sign_long;
    case Code::cc_nonzero: return CcKind::nonzero;
    case Code::cc_add_signed: return CcKind::add_signed;
    case Code::cc_subtract_signed: return CcKind::subtract_signed;
    case Code::cc_add_logical: return CcKind::add_logical;
    case Code::cc_subtract_logical: return CcKind::subtract_logical;
    case Code::cc_compare_signed: return CcKind::compare_signed;
    default: return CcKind::compare_logical;
  }
}

// The bits of a branch mask.
constexpr u32 k0 = 8, k1 = 4, k2 = 2, k3 = 1;

using Condition = host::CondCode;

// The condition after a comparison for which the mask's bits 0 (equal), 1 (low) and 2 (high) ask; at least one bit and not
// all three.
Condition comparison_condition(u32 mask, bool is_signed) {
  switch (mask & (k0 | k1 | k2)) {
    case k0: return Condition::kE;
    case k1: return is_signed ? Condition::kL : Condition::kB;
    case k2: return is_signed ? Condition::kG : Condition::kA;
    case k0 | k1: return is_signed ? Condition::kLE : Condition::kBE;
    case k0 | k2: return is_signed ? Condition::kGE : Condition::kAE;
    default: return Condition::kNE;
  }
}

}  // namespace

void BlockGenerator::store_cc_operand(Ref value, const host::Mem& to) {
  if (values_.is_constant(value)) {
    a_.mov(to, asmjit::Imm(static_cast<i32>(values_.constant(value))));
  } else {
    const host::Gp from = values_.in_register(value);
    a_.mov(to, to.size() == 8 ? from : from.r32());
  }
}

void BlockGenerator::emit_cc(Ref at) {
  if (dead_cc_[at]) return;
  const ir::Operation& o = operation(at);
  const u32 size = o.code == Code::cc_sign_long ? 8 : 4;
  store_cc_operand(o.operands[0], cc_a_operand(size));
  if (o.operands[1] != ir::kNoRef) store_cc_operand(o.operands[1], cc_b_operand(4));
  cc_ = kind_of(o.code);
}

void BlockGenerator::emit_set_cc(Ref at) {
  if (dead_cc_[at]) return;
  const Ref value = operation(at).operands[0];
  if (values_.is_constant(value)) {
    a_.mov(psw_cc(), asmjit::Imm(values_.constant(value)));
  } else {
    a_.mov(psw_cc(), values_.in_register(value).r8());
  }
  cc_ = CcKind::in_psw;
}

void BlockGenerator::make_cc_known() {
  if (cc_ != CcKind::unknown) return;
  const Label known = a_.newLabel();
  a_.cmp(cc_kind_operand(), static_cast<u32>(CcKind::in_psw));
  a_.je(known);
  a_.call(reinterpret_cast<u64>(thunks_.materialize_cc));
  a_.bind(known);
  cc_ = CcKind::in_psw;
}

void BlockGenerator::emit_branch_on_cc(u32 mask, const Label& taken) {
  make_cc_known();
  switch (cc_) {
    case CcKind::add_signed:
    case CcKind::subtract_signed: return emit_branch_on_sum(mask, taken);
    case CcKind::add_logical: return emit_branch_on_logical_sum(mask, taken);
    case CcKind::in_psw:
    case CcKind::unknown: return emit_branch_on_number(mask, taken);
    default: return emit_branch_on_comparison(mask, taken);
  }
}

void BlockGenerator::emit_branch_on_number(u32 mask, const Label& taken) {
  const u32 others = ~mask & 15;
  const auto number_of = [](u32 bit) { return static_cast<u32>(3 - std::countr_zero(bit)); };
  if (std::has_single_bit(mask)) {
    a_.cmp(psw_cc(), number_of(mask));
    a_.je(taken);
  } else if (std::has_single_bit(others)) {
    a_.cmp(psw_cc(), number_of(others));
    a_.jne(taken);
  } else {
    const host::Gp shifted = values_.allocate(), number = values_.allocate();
    u32 numbers = 0;  // bit n from the right: whether code n branches
    for (u32 n = 0; n < 4; ++n) numbers |= (mask >> (3 - n) & 1) << n;
    a_.movzx(number.r32(), psw_cc());
    a_.mov(shifted.r32(), numbers);
    a_.bt(shifted.r32(), number.r32());
    a_.jc(taken);
    values_.release(shifted);
    values_.release(number);
  }
}

void BlockGenerator::emit_branch_on_comparison(u32 mask, const Label& taken) {
  const bool has_two = cc_ == CcKind::nonzero;
  const u32 possible = has_two ? k0 | k1 : cc_ == CcKind::subtract_logical ? k1 | k2 | k3 : k0 | k1 | k2;
  mask &= possible;
  if (mask == 0) return;
  if (mask == possible) {
    a_.jmp(taken);
    return;
  }
  if (has_two) {
    a_.cmp(cc_a_operand(4), 0);
    a_.j(mask == k0 ? Condition::kE : Condition::kNE, taken);
    return;
  }
  if (cc_ == CcKind::sign_word || cc_ == CcKind::sign_long) {
    a_.cmp(cc_a_operand(cc_ == CcKind::sign_long ? 8 : 4), 0);
    a_.j(comparison_condition(mask, true), taken);
    return;
  }
  const host::Gp first = values_.allocate();
  a_.mov(first.r32(), cc_a_operand(4));
  a_.cmp(first.r32(), cc_b_operand(4));
  values_.release(first);
  if (cc_ == CcKind::subtract_logical) {
    // Code 1 is low, 2 equal, 3 high.
    mask = (mask & k1) | (mask & k2) << 2 | (mask & k3) << 1;
    a_.j(comparison_condition(mask, false), taken);
  } else {
    a_.j(comparison_condition(mask, cc_ == CcKind::compare_signed), taken);
  }
}

void BlockGenerator::emit_branch_on_sum(u32 mask, const Label& taken) {
  if (mask == 15) {
    a_.jmp(taken);
    return;
  }
  const Label not_taken = a_.newLabel();
  const host::Gp sum = values_.allocate();
  a_.mov(sum.r32(), cc_a_operand(4));
  if (cc_ == CcKind::add_signed) {
    a_.add(sum.r32(), cc_b_operand(4));
  } else {
    a_.sub(sum.r32(), cc_b_operand(4));
  }
  values_.release(sum);
  a_.jo((mask & k3) ? taken : not_taken);
  // Without overflow the sign is that of the result.
  const u32 signs = mask & (k0 | k1 | k2);
  if (signs == (k0 | k1 | k2)) {
    a_.jmp(taken);
  } else if (signs != 0) {
    a_.j(comparison_condition(signs, true), taken);
  }
  a_.bind(not_taken);
}

// Code 0 zero without carry, 1 not zero without, 2 zero with carry, 3 not zero with carry.
void BlockGenerator::emit_branch_on_logical_sum(u32 mask, const Label& taken) {
  const host::Gp sum = values_.allocate();
  a_.mov(sum.r32(), cc_a_operand(4));
  a_.add(sum.r32(), cc_b_operand(4));
  values_.release(sum);
  switch (mask) {
    case k0 | k1: a_.jnc(taken); return;
    case k2 | k3: a_.jc(taken); return;
    case k0 | k2: a_.jz(taken); return;
    case k1 | k3: a_.jnz(taken); return;
    case 15: a_.jmp(taken); return;
    default: break;
  }
  const Label carry = a_.newLabel(), not_taken = a_.newLabel();
  a_.jc(carry);
  if (mask & k0) a_.jz(taken);
  if (mask & k1) a_.jnz(taken);
  a_.jmp(not_taken);
  a_.bind(carry);
  if (mask & k2) a_.jz(taken);
  if (mask & k3) a_.jnz(taken);
  a_.bind(not_taken);
}

// The number, in a register. Comparisons and signs are made inline, as calls ask for them; sums are put into the PSW first.
void BlockGenerator::emit_cc_number(const host::Gp& to) {
  make_cc_known();
  if (cc_ != CcKind::in_psw) {
    a_.mov(cc_kind_operand(), static_cast<u32>(cc_));
    a_.call(reinterpret_cast<u64>(thunks_.materialize_cc));
    cc_ = CcKind::in_psw;
  }
  a_.movzx(to.r32(), psw_cc());
}

void BlockGenerator::emit_link_information(Ref at) {
  const host::Gp to = values_.allocate(), mask = values_.allocate();
  emit_cc_number(to);
  a_.movzx(mask.r32(), psw_program_mask());
  a_.shl(to.r32(), 28);
  a_.shl(mask.r32(), 24);
  a_.or_(to.r32(), mask.r32());
  a_.or_(to.r32(), asmjit::Imm(static_cast<i32>(operation(at).imm)));
  values_.release(mask);
  values_.set_scratch(at, to);
}

}  // namespace replica
