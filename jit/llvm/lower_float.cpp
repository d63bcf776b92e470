// Hexadecimal floating point: the common cases of frontend/hexadecimal_float.cpp, as in tier 1. Whatever may end in an
// exception, and operands that are far from normalized, leave by called().
//
// Both formats have the same steps, in words or long words: sign, characteristic, 14 or 6 digits. Intermediate results are a
// carry digit, the digits of the format, a guard digit.

#include <llvm/IR/Intrinsics.h>

#include "frontend/semantics/floating_point.h"
#include "jit/llvm/region_lowering.h"

namespace replica {

using ir::Code;

struct RegionLowering::FloatFormat {
  explicit FloatFormat(llvm::IRBuilder<>& builder, bool is_long)
      : b(builder), bits(is_long ? 64 : 32), digits(is_long ? 14 : 6), type(builder.getIntNTy(bits)) {}

  u32 fraction_bits() const { return 4 * digits; }
  Value number(u64 value) const { return llvm::ConstantInt::get(type, value); }
  Value sign(Value image) const { return b.CreateAnd(image, number(u64{1} << (bits - 1))); }
  Value characteristic(Value image) const { return b.CreateLShr(b.CreateShl(image, 1), fraction_bits() + 1); }
  // The digits, with a guard digit.
  Value digits_of(Value image) const { return b.CreateLShr(b.CreateShl(image, 8), 4); }
  // True if the first digit is zero, of an image shifted to the left by the bits in front.
  Value begins_with_zero(Value left) const { return b.CreateICmpEQ(b.CreateLShr(left, bits - 4), number(0)); }

  llvm::IRBuilder<>& b;
  u32 bits, digits;
  llvm::Type* type;
};

void RegionLowering::lower_float(const ir::Operation& o) {
  const auto what = static_cast<FloatOperation>(o.n);
  const FloatFormat f(b_, o.code == Code::float_long);
  Value x = operand(o, 0), y = operand(o, 1);
  const bool is_long = o.code == Code::float_long || what == FloatOperation::multiply;
  Value image = nullptr;
  switch (what) {
    case FloatOperation::add: image = float_sum(f, x, y); break;
    case FloatOperation::subtract: image = float_sum(f, x, b_.CreateXor(y, f.number(u64{1} << (f.bits - 1)))); break;
    case FloatOperation::multiply: image = float_product(f, x, y); break;
    case FloatOperation::divide: image = float_quotient(f, x, y); break;
    case FloatOperation::halve: image = float_half(f, y); break;
    default: failed_ = true; return;
  }
  if (is_long) {
    sets_.push_back({Code::set_fpr, o.imm, image});
  } else {
    set_fpr_short(o.imm, image);
  }
  if (ir::sets_cc(o)) set_cc(is_long ? CcKind::sign_long : CcKind::sign_word, image);
}

void RegionLowering::set_fpr_short(unsigned n, Value image) {
  Value right = b_.CreateAnd(get_fpr(n), long_constant(0xFFFFFFFF));
  Value left = b_.CreateShl(b_.CreateZExt(image, b_.getInt64Ty()), 32);
  sets_.push_back({Code::set_fpr, n, b_.CreateOr(left, right)});
}

// Normalizes the digits, which are not all zero, and puts the result together. `bias` is what is to be added to the
// characteristic if the carry digit is not zero.
RegionLowering::Value RegionLowering::float_finish(const FloatFormat& f, Value sign, Value characteristic, Value digits,
                                                   i32 bias) {
  Value zeros = b_.CreateBinaryIntrinsic(llvm::Intrinsic::ctlz, digits, b_.getTrue());
  Value shift = b_.CreateAnd(zeros, f.number(f.bits - 4));
  Value fraction = b_.CreateLShr(b_.CreateShl(digits, shift), 8);
  Value moved = b_.CreateSub(characteristic, b_.CreateLShr(shift, 2));
  Value result = b_.CreateAdd(moved, f.number(static_cast<u64>(static_cast<i64>(bias))));
  leave_if(b_.CreateICmpUGT(result, f.number(127)), called());
  return b_.CreateOr(b_.CreateOr(sign, b_.CreateShl(result, f.fraction_bits())), fraction);
}

// Most sums are of one sign, and the first operand has the larger characteristic, and they need neither carry nor
// normalization: then the second fraction is added to the image of the first.
RegionLowering::Value RegionLowering::float_sum(const FloatFormat& f, Value x, Value y) {
  const BasicBlock near = block("near"), general = block("general"), done = block("done");
  Value distance = b_.CreateSub(b_.CreateLShr(x, f.fraction_bits()), b_.CreateLShr(y, f.fraction_bits()));
  Value is_of_other_sign = b_.CreateICmpSLT(b_.CreateXor(x, y), f.number(0));
  b_.CreateCondBr(b_.CreateOr(is_of_other_sign, b_.CreateICmpUGT(distance, f.number(f.digits))), general, near);
  b_.SetInsertPoint(near);
  Value aligned = b_.CreateLShr(b_.CreateLShr(b_.CreateShl(y, 8), 8), b_.CreateShl(distance, 2));
  Value sum = b_.CreateAdd(x, aligned);
  Value has_carry = b_.CreateICmpNE(b_.CreateLShr(b_.CreateXor(sum, x), f.fraction_bits()), f.number(0));
  Value is_exceptional = b_.CreateOr(has_carry, f.begins_with_zero(b_.CreateShl(sum, 8)));
  const BasicBlock from_near = b_.GetInsertBlock();
  b_.CreateCondBr(is_exceptional, general, done);
  b_.SetInsertPoint(general);
  Value other = general_float_sum(f, x, y);
  const BasicBlock from_general = b_.GetInsertBlock();
  b_.CreateBr(done);
  return joined(done, {sum, from_near}, {other, from_general});
}

RegionLowering::Value RegionLowering::general_float_sum(const FloatFormat& f, Value x, Value y) {
  Value in_order = b_.CreateICmpUGE(b_.CreateShl(x, 1), b_.CreateShl(y, 1));
  Value larger = b_.CreateSelect(in_order, x, y), smaller = b_.CreateSelect(in_order, y, x);
  Value characteristic = f.characteristic(larger);
  Value distance = b_.CreateSub(characteristic, f.characteristic(smaller));
  Value limit = f.number(f.digits + 1);
  distance = b_.CreateSelect(b_.CreateICmpULE(distance, limit), distance, limit);
  Value aligned = b_.CreateLShr(f.digits_of(smaller), b_.CreateShl(distance, 2));
  Value complement = b_.CreateAShr(b_.CreateXor(larger, smaller), f.bits - 1);  // if the signs differ
  Value sum = b_.CreateAdd(f.digits_of(larger), b_.CreateSub(b_.CreateXor(aligned, complement), complement));
  leave_if(b_.CreateICmpSLT(sum, f.number(0)), called());  // the larger one was not normalized
  const BasicBlock zero = block("zero"), other = block("not_zero"), done = block("summed");
  b_.CreateCondBr(b_.CreateICmpEQ(sum, f.number(0)), zero, other);
  b_.SetInsertPoint(zero);
  leave_if(b_.CreateICmpNE(b_.CreateAnd(program_mask(), constant(Psw::kSignificance)), constant(0)), called());
  const BasicBlock from_zero = b_.GetInsertBlock();
  b_.CreateBr(done);
  b_.SetInsertPoint(other);
  Value finished = float_finish(f, f.sign(larger), characteristic, sum, 1);
  const BasicBlock from_other = b_.GetInsertBlock();
  b_.CreateBr(done);
  return joined(done, {f.number(0), from_zero}, {finished, from_other});
}

// A product is long. If it begins with more than one zero, an operand was not normalized, or is zero.
RegionLowering::Value RegionLowering::float_product(const FloatFormat& f, Value x, Value y) {
  const FloatFormat to(b_, true);
  Value sum = b_.CreateAdd(f.characteristic(x), f.characteristic(y));
  Value sign = f.sign(b_.CreateXor(x, y));
  Value x_digits = b_.CreateShl(x, 8), y_digits = b_.CreateShl(y, 8);
  Value digits = nullptr, is_zero = nullptr;
  if (f.bits == 64) {
    llvm::Type* const wide = b_.getInt128Ty();
    Value product = b_.CreateMul(b_.CreateZExt(x_digits, wide), b_.CreateZExt(y_digits, wide));
    digits = b_.CreateTrunc(b_.CreateLShr(product, 64), to.type);
    is_zero = b_.CreateICmpEQ(product, llvm::ConstantInt::get(wide, 0));
  } else {
    digits = b_.CreateMul(b_.CreateZExt(x_digits, to.type), b_.CreateZExt(y_digits, to.type));
    is_zero = b_.CreateICmpEQ(digits, to.number(0));
    sign = b_.CreateShl(b_.CreateZExt(sign, to.type), 32);
    sum = b_.CreateZExt(sum, to.type);
  }
  const BasicBlock small = block("small"), normal = block("normal"), done = block("multiplied");
  Value is_small = f.bits == 64 ? b_.CreateICmpEQ(b_.CreateLShr(digits, 56), to.number(0)) : is_zero;
  b_.CreateCondBr(is_small, small, normal);
  b_.SetInsertPoint(small);
  leave_if(b_.CreateNot(is_zero), called());
  const BasicBlock from_small = b_.GetInsertBlock();
  b_.CreateBr(done);
  b_.SetInsertPoint(normal);
  Value finished = float_finish(to, sign, sum, digits, -64);
  const BasicBlock from_normal = b_.GetInsertBlock();
  b_.CreateBr(done);
  return joined(done, {to.number(0), from_small}, {finished, from_normal});
}

// Of normalized short operands.
RegionLowering::Value RegionLowering::float_quotient(const FloatFormat& f, Value x, Value y) {
  Value characteristic = b_.CreateSub(f.characteristic(x), f.characteristic(y));
  Value dividend = b_.CreateShl(x, 8), divisor = b_.CreateShl(y, 8);
  leave_if(f.begins_with_zero(dividend), called());
  leave_if(f.begins_with_zero(divisor), called());
  Value wide = b_.CreateShl(b_.CreateZExt(dividend, b_.getInt64Ty()), 20);
  Value quotient = b_.CreateUDiv(wide, b_.CreateZExt(b_.CreateLShr(divisor, 8), b_.getInt64Ty()));
  return float_finish(f, f.sign(b_.CreateXor(x, y)), characteristic, b_.CreateTrunc(quotient, f.type), 64 + 1);
}

RegionLowering::Value RegionLowering::float_half(const FloatFormat& f, Value y) {
  Value digits = b_.CreateLShr(b_.CreateShl(y, 8), 5);
  const BasicBlock before = b_.GetInsertBlock();
  const BasicBlock normal = block("normal"), done = block("halved");
  b_.CreateCondBr(b_.CreateICmpEQ(digits, f.number(0)), done, normal);
  b_.SetInsertPoint(normal);
  Value finished = float_finish(f, f.sign(y), f.characteristic(y), digits, 1);
  const BasicBlock from_normal = b_.GetInsertBlock();
  b_.CreateBr(done);
  return joined(done, {f.number(0), before}, {finished, from_normal});
}

// A zero fraction is zero whatever sign and characteristic are.
void RegionLowering::lower_float_sign(const ir::Operation& o) {
  const FloatFormat f(b_, o.code == Code::cc_float_sign_long);
  Value value = operand(o, 0);
  Value is_zero = b_.CreateICmpEQ(b_.CreateShl(value, 8), f.number(0));
  set_cc(f.bits == 64 ? CcKind::sign_long : CcKind::sign_word, b_.CreateSelect(is_zero, f.number(0), value));
}

// Normalized numbers are ordered as their images are, read as sign and magnitude.
void RegionLowering::lower_float_compare(const ir::Operation& o) {
  const FloatFormat f(b_, o.code == Code::cc_float_compare_long);
  std::array<Value, 2> ordered;
  for (unsigned n = 0; n < 2; ++n) {
    Value image = operand(o, n);
    Value is_odd = b_.CreateAnd(f.begins_with_zero(b_.CreateShl(image, 8)), b_.CreateICmpNE(image, f.number(0)));
    leave_if(is_odd, called());
    ordered[n] = b_.CreateXor(image, b_.CreateLShr(b_.CreateAShr(image, f.bits - 1), 1));
  }
  Value high = b_.CreateZExt(b_.CreateICmpSGT(ordered[0], ordered[1]), b_.getInt32Ty());
  Value low = b_.CreateZExt(b_.CreateICmpSLT(ordered[0], ordered[1]), b_.getInt32Ty());
  set_cc(CcKind::sign_word, b_.CreateSub(high, low));
}

}  // namespace replica
