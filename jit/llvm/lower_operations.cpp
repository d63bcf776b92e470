// Registers, arithmetic and flags.

#include "jit/llvm/region_lowering.h"

namespace replica {

using ir::Code;

RegionLowering::Value RegionLowering::get_gr(unsigned n) {
  for (auto set = sets_.rbegin(); set != sets_.rend(); ++set) {
    if (set->code == Code::set_gr && set->n == n) return set->value;
  }
  if (region_.expected[n]) return constant(*region_.expected[n]);
  return b_.CreateLoad(b_.getInt32Ty(), gr_[n]);
}

RegionLowering::Value RegionLowering::get_fpr(unsigned n) {
  for (auto set = sets_.rbegin(); set != sets_.rend(); ++set) {
    if (set->code == Code::set_fpr && set->n == n) return set->value;
  }
  return b_.CreateLoad(b_.getInt64Ty(), fpr_[n]);
}

void RegionLowering::lower_operation(Ref at) {
  const ir::Operation& o = instruction().code.operations[at];
  switch (o.code) {
    case Code::instruction: return;
    case Code::set_gr: sets_.push_back({Code::set_gr, o.n, operand(o, 0)}); return;
    case Code::set_fpr: sets_.push_back({Code::set_fpr, o.n, operand(o, 0)}); return;
    case Code::set_fpr_short: return set_fpr_short(o.n, operand(o, 0));
    case Code::float_long:
    case Code::float_short: return lower_float(o);
    case Code::cc_float_sign_long:
    case Code::cc_float_sign_short: return lower_float_sign(o);
    case Code::cc_float_compare_long:
    case Code::cc_float_compare_short: return lower_float_compare(o);
    case Code::store8: return store_operand(operand(o, 0), operand(o, 1), 1);
    case Code::store16: return store_operand(operand(o, 0), operand(o, 1), 2);
    case Code::store32: return store_operand(operand(o, 0), operand(o, 1), 4);
    case Code::store64: return store_operand(operand(o, 0), operand(o, 1), 8);
    case Code::area_store8: return store(this->at(operand(o, 0), o.n), operand(o, 1), 1);
    case Code::area_store32: return store(this->at(operand(o, 0), o.n), operand(o, 1), 4);
    case Code::move: return lower_move(o);
    case Code::combine: return lower_combine(o);
    case Code::compare: return lower_compare(o);
    case Code::routine: return lower_routine();
    case Code::require: return lower_division_check(o);
    default: break;
  }
  if (o.info().only_sets_cc) return lower_cc(o);
  values_[at] = lower_value(at);
}

RegionLowering::Value RegionLowering::lower_value(Ref at) {
  const ir::Operation& o = instruction().code.operations[at];
  switch (o.code) {
    case Code::word: return constant(o.imm);
    case Code::get_gr: return get_gr(o.n);
    case Code::get_fpr: return get_fpr(o.n);
    case Code::get_fpr_short: return b_.CreateTrunc(b_.CreateLShr(get_fpr(o.n), 32), b_.getInt32Ty());
    case Code::link_information: {
      Value left = b_.CreateOr(b_.CreateShl(cc_number(), 28), b_.CreateShl(program_mask(), 24));
      return b_.CreateOr(left, constant(o.imm));
    }
    case Code::address: {
      Value sum = constant(o.imm);
      for (unsigned n = 0; n < 2; ++n) {
        if (o.operands[n] != ir::kNoRef) sum = b_.CreateAdd(operand(o, n), sum);
      }
      return b_.CreateAnd(sum, constant(kAddressMask));
    }
    case Code::load8: return load(look_up(operand(o, 0), 1, Access::fetch, true), 1);
    case Code::load16: return load(look_up(operand(o, 0), 2, Access::fetch, true), 2);
    case Code::load32: return load(look_up(operand(o, 0), 4, Access::fetch, true), 4);
    case Code::load64: return load(look_up(operand(o, 0), 8, Access::fetch, true), 8);
    case Code::fetch_area: return look_up(operand(o, 0), o.n, Access::fetch, false);
    case Code::store_area: return look_up(operand(o, 0), o.n, Access::store, false);
    case Code::area_load8: return load(this->at(operand(o, 0), o.n), 1);
    case Code::area_load32: return load(this->at(operand(o, 0), o.n), 4);
    case Code::equal:
    case Code::equal_long:
    case Code::less_signed:
    case Code::not_:
    case Code::is_divisible:
    case Code::cc_in: return flag(at);
    case Code::select: return b_.CreateSelect(flag(o.operands[0]), operand(o, 1), operand(o, 2));
    default: return lower_arithmetic(o);
  }
}

RegionLowering::Value RegionLowering::lower_arithmetic(const ir::Operation& o) {
  llvm::Type* const word = b_.getInt32Ty();
  llvm::Type* const long_word = b_.getInt64Ty();
  const auto long_divisor = [&] { return b_.CreateSExt(operand(o, 1), long_word); };
  switch (o.code) {
    case Code::add: return b_.CreateAdd(operand(o, 0), operand(o, 1));
    case Code::sub: return b_.CreateSub(operand(o, 0), operand(o, 1));
    case Code::and_: return b_.CreateAnd(operand(o, 0), operand(o, 1));
    case Code::or_: return b_.CreateOr(operand(o, 0), operand(o, 1));
    case Code::xor_: return b_.CreateXor(operand(o, 0), operand(o, 1));
    case Code::sign_extend16: return b_.CreateSExt(b_.CreateTrunc(operand(o, 0), b_.getInt16Ty()), word);
    case Code::multiply:
      return b_.CreateMul(b_.CreateSExt(operand(o, 0), long_word), b_.CreateSExt(operand(o, 1), long_word));
    case Code::low: return b_.CreateTrunc(operand(o, 0), word);
    case Code::high: return b_.CreateTrunc(b_.CreateLShr(operand(o, 0), 32), word);
    case Code::join:
      return b_.CreateOr(b_.CreateShl(b_.CreateZExt(operand(o, 0), long_word), 32),
                         b_.CreateZExt(operand(o, 1), long_word));
    case Code::quotient: return b_.CreateTrunc(b_.CreateSDiv(operand(o, 0), long_divisor()), word);
    case Code::remainder: return b_.CreateTrunc(b_.CreateSRem(operand(o, 0), long_divisor()), word);
    default: return lower_shift(o);
  }
}

// Words are shifted as long words, in which amounts up to 63 are nothing special.
RegionLowering::Value RegionLowering::lower_shift(const ir::Operation& o) {
  const bool is_long = operand(o, 0)->getType()->isIntegerTy(64);
  const bool is_signed = o.code == Code::shift_right_signed || o.code == Code::shift_right_signed_long;
  Value value = operand(o, 0);
  if (!is_long) value = is_signed ? b_.CreateSExt(value, b_.getInt64Ty()) : b_.CreateZExt(value, b_.getInt64Ty());
  Value amount = b_.CreateAnd(b_.CreateZExt(operand(o, 1), b_.getInt64Ty()), long_constant(63));
  switch (o.code) {
    case Code::shift_left:
    case Code::shift_left_long: value = b_.CreateShl(value, amount); break;
    case Code::shift_right:
    case Code::shift_right_long: value = b_.CreateLShr(value, amount); break;
    case Code::shift_right_signed:
    case Code::shift_right_signed_long: value = b_.CreateAShr(value, amount); break;
    default: failed_ = true;
  }
  return is_long ? value : b_.CreateTrunc(value, b_.getInt32Ty());
}

RegionLowering::Value RegionLowering::flag(Ref at) {
  const ir::Operation& o = instruction().code.operations[at];
  switch (o.code) {
    case Code::equal:
    case Code::equal_long: return b_.CreateICmpEQ(operand(o, 0), operand(o, 1));
    case Code::less_signed: return b_.CreateICmpSLT(operand(o, 0), operand(o, 1));
    case Code::not_: return b_.CreateNot(flag(o.operands[0]));
    case Code::cc_in: return cc_in(o.n);
    case Code::is_divisible: return b_.getTrue();  // asked for by `require` alone
    default: failed_ = true; return b_.getFalse();
  }
}

// Leaves by called() unless there is a quotient of 32 bits, and the host's division is safe.
void RegionLowering::lower_division_check(const ir::Operation& o) {
  const ir::Operation& check = instruction().code.operations[o.operands[0]];
  if (check.code != Code::is_divisible) {
    failed_ = true;
    return;
  }
  Value divisor = b_.CreateSExt(operand(check, 1), b_.getInt64Ty());
  leave_if(b_.CreateICmpULT(b_.CreateAdd(divisor, long_constant(1)), long_constant(2)), called());
  Value quotient = b_.CreateSDiv(operand(check, 0), divisor);
  Value word = b_.CreateSExt(b_.CreateTrunc(quotient, b_.getInt32Ty()), b_.getInt64Ty());
  leave_if(b_.CreateICmpNE(word, quotient), called());
}

}  // namespace replica
