// The condition code: deferred where it is set, fused with the branch that asks for it.

#include <algorithm>
#include <bit>

#include "jit/asmjit/block_generator.h"

namespace replica {
namespace {

using ir::Code;

CcKind kind_of(Code code) {
  switch (code) {
    case Code::cc_sign: return CcKind::sign_word;
    case Code::cc_sign_long: return CcKind::sign_long;
    case Code::cc_test_mask: return CcKind::test_mask;
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

bool is_signed(CcKind kind) {
  return kind != CcKind::compare_logical && kind != CcKind::compare_logical_long && kind != CcKind::subtract_logical;
}

// The instruction that sums the operands; none for comparisons, to which the difference of SUBTRACT LOGICAL is like.
std::optional<Assembler::Arithmetic> sum_instruction(CcKind kind) {
  switch (kind) {
    case CcKind::add_signed:
    case CcKind::add_logical: return Assembler::Arithmetic::add;
    case CcKind::subtract_signed: return Assembler::Arithmetic::sub;
    default: return std::nullopt;
  }
}

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
  const ir::Operation& o = operation(at);
  if (o.has_dead_cc) return;
  cc_ = kind_of(o.code);
  store_cc_operand(o.operands[0], cc_a_operand(cc_ == CcKind::sign_long ? 8 : 4));
  if (o.operands[1] != ir::kNoRef) store_cc_operand(o.operands[1], cc_b_operand(4));
  if (o.is_branched_on && cc_ != CcKind::test_mask) emit_cc_flags(at);
}

// Flags from the operands of the condition code, which are in registers still.
void BlockGenerator::emit_cc_flags(Ref at) {
  const ir::Operation& o = operation(at);
  flags_by_ = number_;
  if (o.operands[1] == ir::kNoRef) {
    const host::Gp value = values_.in_register(o.operands[0]);
    a_.test(cc_ == CcKind::sign_long ? value : value.r32(), cc_ == CcKind::sign_long ? value : value.r32());
  } else if (const auto instruction = sum_instruction(cc_)) {
    const asmjit::Operand second = values_.as_operand(o.operands[1]);
    const host::Gp sum = values_.copy(o.operands[0], at);
    a_.arithmetic(*instruction, sum.r32(), second);
    values_.release(sum);
  } else {
    const host::Gp first = values_.in_register(o.operands[0]);
    a_.cmp(first.r32(), values_.as_operand(o.operands[1]));
  }
}

// The same from where the operands have been stored.
void BlockGenerator::emit_stored_cc_flags(const host::Gp& scratch) {
  const u32 size = cc_ == CcKind::sign_long ? 8 : 4;
  if (cc_ == CcKind::nonzero || cc_ == CcKind::sign_word || cc_ == CcKind::sign_long) {
    a_.cmp(cc_a_operand(size), 0);
    return;
  }
  if (cc_ == CcKind::compare_logical_long) {
    a_.mov(scratch, cc_a_operand(8));
    a_.cmp(scratch, cc_b_operand(8));
    return;
  }
  a_.mov(scratch.r32(), cc_a_operand(4));
  a_.arithmetic(sum_instruction(cc_).value_or(Assembler::Arithmetic::cmp), scratch.r32(), cc_b_operand(4));
}

// The sum of a word of the result's sign, and nothing: since the handler may have found an overflow.
void BlockGenerator::emit_cc_sign_or_overflow(Ref at) {
  if (operation(at).has_dead_cc) return;
  const host::Gp result = values_.in_register(operation(at).operands[0]);
  const host::Gp word = values_.allocate(), is_low_nonzero = values_.allocate();
  a_.mov(word, result);
  a_.xor_(is_low_nonzero.r32(), is_low_nonzero.r32());
  a_.test(word.r32(), word.r32());
  a_.setnz(is_low_nonzero.r8());
  a_.shr(word, 32);
  a_.or_(word.r32(), is_low_nonzero.r32());
  a_.mov(cc_a_operand(4), word.r32());
  a_.mov(cc_b_operand(4), 0);
  cc_ = CcKind::add_signed;
  values_.release(word);
  values_.release(is_low_nonzero);
}

void BlockGenerator::emit_overflow_check(Ref cc, Ref at) {
  const ir::Operation& o = operation(cc);
  if (o.code == Code::cc_sign_or_overflow) {
    a_.j(emit_flag(o.operands[1]), cold());
    return;
  }
  if (std::max(o.operands[0], o.operands[1]) >= at) failed_ = true;  // they would have to be made first
  const asmjit::Operand second = values_.as_operand(o.operands[1]);
  const host::Gp sum = values_.copy(o.operands[0], at);
  a_.arithmetic(*sum_instruction(kind_of(o.code)), sum.r32(), second);
  a_.jo(cold());
  values_.release(sum);
}

void BlockGenerator::emit_set_cc(Ref at) {
  if (operation(at).has_dead_cc) return;
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
  const Label known = a_.new_label();
  a_.cmp(cc_kind_operand(), static_cast<u32>(CcKind::in_psw));
  a_.je(known);
  a_.call(reinterpret_cast<u64>(thunks_.materialize_cc));
  a_.bind(known);
  cc_ = CcKind::in_psw;
}

void BlockGenerator::emit_branch_on_cc(u32 mask, const Label& taken) {
  make_cc_known();
  if (cc_ == CcKind::in_psw) return emit_branch_on_number(mask, taken);
  if (cc_ == CcKind::test_mask) return emit_branch_on_test(mask, taken);
  if (!number_ || flags_by_ != number_ - 1) {
    const host::Gp scratch = values_.allocate();
    emit_stored_cc_flags(scratch);
    values_.release(scratch);
  }
  switch (cc_) {
    case CcKind::add_signed:
    case CcKind::subtract_signed: return emit_branch_on_sum(mask, taken);
    case CcKind::add_logical: return emit_branch_on_logical_sum(mask, taken);
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
  if (cc_ == CcKind::nonzero) {
    mask &= k0 | k1;
  } else if (cc_ == CcKind::subtract_logical) {
    // Code 1 is low, 2 equal, 3 high.
    mask = (mask & k1) | (mask & k2) << 2 | (mask & k3) << 1;
  } else {
    mask &= k0 | k1 | k2;
  }
  const u32 all = cc_ == CcKind::nonzero ? k0 | k1 : k0 | k1 | k2;
  if (mask == 0) return;
  if (mask == all) {
    a_.jmp(taken);
  } else if (cc_ == CcKind::nonzero) {
    a_.j(mask == k0 ? Condition::kE : Condition::kNE, taken);
  } else {
    a_.j(comparison_condition(mask, is_signed(cc_)), taken);
  }
}

void BlockGenerator::emit_branch_on_sum(u32 mask, const Label& taken) {
  if (mask == 15) {
    a_.jmp(taken);
    return;
  }
  const Label not_taken = a_.new_label();
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
  switch (mask) {
    case k0 | k1: a_.jnc(taken); return;
    case k2 | k3: a_.jc(taken); return;
    case k0 | k2: a_.jz(taken); return;
    case k1 | k3: a_.jnz(taken); return;
    case 15: a_.jmp(taken); return;
    default: break;
  }
  const Label carry = a_.new_label(), not_taken = a_.new_label();
  a_.jc(carry);
  if (mask & k0) a_.jz(taken);
  if (mask & k1) a_.jnz(taken);
  a_.jmp(not_taken);
  a_.bind(carry);
  if (mask & k2) a_.jz(taken);
  if (mask & k3) a_.jnz(taken);
  a_.bind(not_taken);
}

// Code 0 all selected bits zero, 1 mixed, 3 all one.
void BlockGenerator::emit_branch_on_test(u32 mask, const Label& taken) {
  const bool on_zeros = mask & k0, on_mixed = mask & k1, on_ones = mask & k3;
  const Label not_taken = a_.new_label();
  if (on_zeros != on_mixed) {
    a_.cmp(cc_a_operand(4), 0);
    if (on_mixed == on_ones) return static_cast<void>(a_.j(on_zeros ? Condition::kE : Condition::kNE, taken));
    a_.je(on_zeros ? taken : not_taken);
  }
  if (on_mixed != on_ones) {
    const host::Gp selected = values_.allocate();
    a_.mov(selected.r32(), cc_a_operand(4));
    a_.cmp(selected.r32(), cc_b_operand(4));
    values_.release(selected);
    a_.j(on_ones ? Condition::kE : Condition::kNE, taken);
  } else if (on_ones) {
    a_.jmp(taken);
  }
  a_.bind(not_taken);
}

// The number, in a register.
void BlockGenerator::emit_cc_number(const host::Gp& to) {
  make_cc_known();
  if (cc_ == CcKind::test_mask) {
    a_.mov(cc_kind_operand(), static_cast<u32>(cc_));
    a_.call(reinterpret_cast<u64>(thunks_.materialize_cc));
    cc_ = CcKind::in_psw;
  }
  if (cc_ == CcKind::in_psw) {
    a_.movzx(to.r32(), psw_cc());
    return;
  }
  const host::Gp number = values_.allocate(), other = values_.allocate();
  const Label done = a_.new_label();
  a_.xor_(to.r32(), to.r32());
  a_.xor_(other.r32(), other.r32());
  emit_stored_cc_flags(number);
  switch (cc_) {
    case CcKind::nonzero: a_.setne(to.r8()); break;
    case CcKind::add_logical:
      a_.setc(other.r8());
      a_.setnz(to.r8());
      a_.lea(to.r32(), host::ptr(to, other, 1));
      break;
    case CcKind::subtract_logical:
      a_.setnc(other.r8());
      a_.setnz(to.r8());
      a_.lea(to.r32(), host::ptr(to, other, 1));
      break;
    default:
      a_.set(is_signed(cc_) ? Condition::kG : Condition::kA, other.r8());
      a_.setne(to.r8());
      a_.lea(to.r32(), host::ptr(to, other, 0));
      if (!sum_instruction(cc_)) break;
      a_.jno(done);  // neither setting a byte nor adding one to another with lea changes the flags
      a_.mov(to.r32(), 3);
  }
  a_.bind(done);
  values_.release(number);
  values_.release(other);
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
