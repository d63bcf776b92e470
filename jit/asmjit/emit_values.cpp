// Registers, addresses and arithmetic.

#include "jit/asmjit/block_generator.h"

namespace replica {
namespace {

using ir::Code;

bool is_commutative(Code code) { return code != Code::sub; }

Assembler::Arithmetic arithmetic_of(Code code) {
  switch (code) {
    case Code::add: return Assembler::Arithmetic::add;
    case Code::sub: return Assembler::Arithmetic::sub;
    case Code::and_: return Assembler::Arithmetic::and_;
    case Code::or_: return Assembler::Arithmetic::or_;
    default: return Assembler::Arithmetic::xor_;
  }
}

Assembler::Shift shift_of(Code code) {
  switch (code) {
    case Code::shift_left:
    case Code::shift_left_long: return Assembler::Shift::shl;
    case Code::shift_right:
    case Code::shift_right_long: return Assembler::Shift::shr;
    default: return Assembler::Shift::sar;
  }
}

bool is_long_shift(Code code) {
  return code == Code::shift_left_long || code == Code::shift_right_long || code == Code::shift_right_signed_long;
}

}  // namespace

std::optional<unsigned> BlockGenerator::pinned_result(Ref at) const {
  if (at + 1 >= block_.operations.size()) return std::nullopt;
  const ir::Operation& next = operation(at + 1);
  if (next.code != Code::set_gr || next.operands[0] != at || host_of(next.n) == kNotPinned) return std::nullopt;
  return next.n;
}

host::Gp BlockGenerator::result(Ref at) {
  const std::optional<unsigned> guest = pinned_result(at);
  if (!guest) {
    const host::Gp scratch = values_.allocate();
    values_.set_scratch(at, scratch);
    return scratch;
  }
  values_.save_values_of(*guest, at);
  values_.set_guest(at, *guest);
  return host::gpq(host_of(*guest));
}

void BlockGenerator::load_pair(Ref first, const host::Gp& to_first, Ref second, const host::Gp& to_second, Ref at) {
  const host::Gp x = values_.copy(first, at);
  host::Gp y = values_.copy(second, at);
  if (values_.free_registers() != static_cast<int>(kScratch.size()) - 2) failed_ = true;
  if (y.id() == to_first.id()) {
    a_.xchg(to_first, x);
    y = x;
  } else if (x.id() != to_first.id()) {
    a_.mov(to_first, x);
  }
  if (y.id() != to_second.id()) a_.mov(to_second, y);
}

void BlockGenerator::emit_set_gr(Ref at) {
  const unsigned guest = operation(at).n;
  const Ref value = operation(at).operands[0];
  changed_ |= 1u << guest;
  if (values_.is_guest(value, guest)) return;  // result() has put it there
  values_.save_values_of(guest, at);
  const unsigned pinned = host_of(guest);
  if (pinned != kNotPinned) {
    a_.mov(host::gpd(pinned), values_.as_operand(value));
  } else if (values_.is_constant(value)) {
    a_.mov(gr_operand(guest), values_.constant(value));
  } else {
    a_.mov(gr_operand(guest), values_.in_register(value).r32());
  }
}

void BlockGenerator::emit_get_fpr(Ref at) {
  const host::Gp to = result(at);
  if (operation(at).code == Code::get_fpr) {
    a_.mov(to, fpr_operand(operation(at).n));
  } else {
    a_.mov(to.r32(), short_fpr_operand(operation(at).n));
  }
}

void BlockGenerator::emit_set_fpr(Ref at) {
  const host::Gp value = values_.in_register(operation(at).operands[0]);
  if (operation(at).code == Code::set_fpr) {
    a_.mov(fpr_operand(operation(at).n), value);
  } else {
    a_.mov(short_fpr_operand(operation(at).n), value.r32());
  }
}

void BlockGenerator::emit_address(Ref at) {
  const ir::Operation& o = operation(at);
  const i32 displacement = static_cast<i32>(o.imm);
  const Ref first = o.operands[0] == ir::kNoRef ? o.operands[1] : o.operands[0];
  const Ref second = o.operands[0] == ir::kNoRef ? ir::kNoRef : o.operands[1];
  const host::Gp base = values_.in_register(first);
  if (second == ir::kNoRef) {
    const host::Gp to = result(at);
    if (displacement != 0) {
      a_.lea(to.r32(), host::ptr(base, displacement));
    } else if (to.id() != base.id()) {
      a_.mov(to.r32(), base.r32());
    }
    a_.and_(to.r32(), kAddressMask);
    return;
  }
  const host::Gp index = values_.in_register(second);
  const host::Gp to = result(at);
  a_.lea(to.r32(), host::ptr(base, index, 0, displacement));
  a_.and_(to.r32(), kAddressMask);
}

void BlockGenerator::emit_arithmetic(Ref at) {
  const ir::Operation& o = operation(at);
  Ref x = o.operands[0], y = o.operands[1];
  const std::optional<unsigned> guest = pinned_result(at);
  if (!guest) {
    const asmjit::Operand second = values_.as_operand(y);
    const host::Gp to = values_.copy(x, at);
    values_.set_scratch(at, to);
    a_.arithmetic(arithmetic_of(o.code), to.r32(), second);
    return;
  }
  if (values_.is_guest(y, *guest) && is_commutative(o.code)) std::swap(x, y);
  const bool x_is_there = values_.is_guest(x, *guest), y_is_there = values_.is_guest(y, *guest);
  const asmjit::Operand first = values_.as_operand(x);
  asmjit::Operand second = values_.as_operand(y);
  const host::Gp to = result(at);
  std::optional<host::Gp> saved;
  if (y_is_there && !x_is_there) {  // the first operand would overwrite it
    saved = values_.allocate();
    a_.mov(saved->r32(), to.r32());
    second = saved->r32();
  }
  if (!x_is_there) a_.mov(to.r32(), first);
  a_.arithmetic(arithmetic_of(o.code), to.r32(), second);
  if (saved) values_.release(*saved);
}

void BlockGenerator::emit_shift(Ref at) {
  const ir::Operation& o = operation(at);
  if (!values_.is_constant(o.operands[1])) return emit_shift_by_register(at);
  const u32 amount = values_.constant(o.operands[1]);
  const host::Gp to = values_.copy(o.operands[0], at);
  values_.set_scratch(at, to);
  if (is_long_shift(o.code)) {
    if (amount != 0) a_.shift(shift_of(o.code), to, amount);
  } else if (amount > 31 && o.code != Code::shift_right_signed) {
    a_.xor_(to.r32(), to.r32());
  } else if (amount != 0) {
    a_.shift(shift_of(o.code), to.r32(), std::min(amount, 31u));
  }
}

// Words are shifted as long words, in which amounts up to 63 are nothing special. The amount must be in cl.
void BlockGenerator::emit_shift_by_register(Ref at) {
  const ir::Operation& o = operation(at);
  const host::Gp to = values_.copy(o.operands[0], at);
  const host::Gp amount = values_.in_register(o.operands[1]);
  values_.set_scratch(at, to);
  if (o.code == Code::shift_right_signed) a_.movsxd(to, to.r32());
  // They may have to change places; then the value, if it was in rcx, is where the amount was.
  const bool is_in_place = amount.id() == host::Gp::kIdCx;
  if (!is_in_place) a_.xchg(host::rcx, amount);
  a_.shift_by_cl(shift_of(o.code), to.id() == host::Gp::kIdCx ? amount : to);
  if (!is_in_place) a_.xchg(host::rcx, amount);
  if (!is_long_shift(o.code)) a_.mov(to.r32(), to.r32());
}

void BlockGenerator::emit_multiply(Ref at) {
  const ir::Operation& o = operation(at);
  const host::Gp second = values_.copy(o.operands[1], at - 1);  // may be the first as well
  const host::Gp to = values_.copy(o.operands[0], at);
  values_.set_scratch(at, to);
  a_.movsxd(second, second.r32());
  a_.movsxd(to, to.r32());
  a_.imul(to, second);
  values_.release(second);
}

// Quotient and remainder, which come next, in long words: so the host finds no overflow if the divisor is neither 0 nor -1.
void BlockGenerator::emit_division(Ref at) {
  const ir::Operation& check = operation(operation(at).operands[0]);
  if (check.code != Code::is_divisible) {
    failed_ = true;
    return;
  }
  load_pair(check.operands[0], host::rax, check.operands[1], host::rcx, at);
  a_.movsxd(host::rcx, host::ecx);
  a_.lea(host::edx, host::ptr(host::rcx, 1));
  a_.cmp(host::edx, 1);
  a_.jbe(cold());
  a_.cqo();
  a_.idiv(host::rcx);
  a_.movsxd(host::rcx, host::eax);
  a_.cmp(host::rcx, host::rax);
  a_.jne(cold());
  a_.mov(host::eax, host::eax);
  a_.mov(host::edx, host::edx);
  values_.release_all();
  for (Ref next = at + 1; next < block_.operations.size() && operation(next).code != Code::instruction; ++next) {
    if (operation(next).code == Code::quotient) values_.take(next, host::rax);
    if (operation(next).code == Code::remainder) values_.take(next, host::rdx);
  }
}

void BlockGenerator::emit_join(Ref at) {
  const ir::Operation& o = operation(at);
  const host::Gp to = values_.copy(o.operands[0], at);
  a_.shl(to, 32);
  const bool is_low_zero = values_.is_constant(o.operands[1]) && values_.constant(o.operands[1]) == 0;
  if (!is_low_zero) a_.or_(to, values_.in_register(o.operands[1]));
  values_.set_scratch(at, to);
}

void BlockGenerator::emit_half(Ref at) {
  const ir::Operation& o = operation(at);
  const host::Gp from = values_.in_register(o.operands[0]);
  const host::Gp to = result(at);
  if (o.code == Code::low) {
    a_.mov(to.r32(), from.r32());
  } else {
    a_.mov(to, from);
    a_.shr(to, 32);
  }
}

void BlockGenerator::emit_sign_extend(Ref at) {
  const host::Gp from = values_.in_register(operation(at).operands[0]);
  a_.movsx(result(at).r32(), from.r16());
}

// The operands of the comparison must last until it is made, so the result has a register of its own.
void BlockGenerator::emit_select(Ref at) {
  const ir::Operation& o = operation(at);
  const host::Gp to = values_.allocate();
  a_.mov(to.r32(), values_.as_operand(o.operands[2]));
  const host::Gp if_true = values_.in_register(o.operands[1]);
  const Condition condition = emit_flag(o.operands[0]);
  a_.cmov(condition, to.r32(), if_true.r32());
  values_.set_scratch(at, to);
}

BlockGenerator::Condition BlockGenerator::emit_flag(Ref flag) {
  const ir::Operation& o = operation(flag);
  switch (o.code) {
    case Code::not_: return host::negateCond(emit_flag(o.operands[0]));
    case Code::equal:
    case Code::less_signed: {
      const host::Gp first = values_.in_register(o.operands[0]);
      a_.cmp(first.r32(), values_.as_operand(o.operands[1]));
      return o.code == Code::equal ? Condition::kE : Condition::kL;
    }
    case Code::equal_long:
      a_.cmp(values_.in_register(o.operands[0]), values_.in_register(o.operands[1]));
      return Condition::kE;
    default: failed_ = true; return Condition::kE;
  }
}

}  // namespace replica
