// The condition code: deferred as in tier 1, by how it was set and from which operands. What a branch asks is made from those.

#include <bit>

#include <llvm/IR/Intrinsics.h>

#include "jit/llvm/region_lowering.h"
#include "jit/regions/region_code.h"

namespace replica {
namespace {

using ir::Code;

// The bits of a branch mask.
constexpr u32 k0 = 8, k1 = 4, k2 = 2, k3 = 1;

}  // namespace

void RegionLowering::set_cc(CcKind kind, Value a, Value b) { new_cc_ = {kind, a, b}; }

void RegionLowering::lower_cc(const ir::Operation& o) {
  const CcKind kind = *cc_kind_of(instruction().code, o);
  if (o.code == Code::cc_sign_or_overflow) {
    leave_if(flag(o.operands[1]), called());
    return set_cc(kind, operand(o, 0));
  }
  if (ir::may_overflow(o) && region_.mode.fixed_point_overflow) check_overflow(o);
  set_cc(kind, operand(o, 0), o.places().size() > 1 ? operand(o, 1) : nullptr);
}

void RegionLowering::check_overflow(const ir::Operation& o) {
  const auto intrinsic =
      o.code == Code::cc_add_signed ? llvm::Intrinsic::sadd_with_overflow : llvm::Intrinsic::ssub_with_overflow;
  Value sum = b_.CreateBinaryIntrinsic(intrinsic, operand(o, 0), operand(o, 1));
  leave_if(b_.CreateExtractValue(sum, 1), called());
}

RegionLowering::Value RegionLowering::word_of(llvm::AllocaInst* variable) {
  return b_.CreateTrunc(b_.CreateLoad(b_.getInt64Ty(), variable), b_.getInt32Ty());
}

// True if a condition code is one that the mask of BRANCH ON CONDITION names: 0 if a = b, 1 if a < b, 2 if a > b.
RegionLowering::Value RegionLowering::comparison(u32 mask, Value a, Value b, bool is_signed) {
  using Predicate = llvm::CmpInst::Predicate;
  const auto compare = [&](Predicate with_sign, Predicate without) {
    return b_.CreateICmp(is_signed ? with_sign : without, a, b);
  };
  switch (mask & (k0 | k1 | k2)) {
    case 0: return b_.getFalse();
    case k0: return b_.CreateICmpEQ(a, b);
    case k1: return compare(Predicate::ICMP_SLT, Predicate::ICMP_ULT);
    case k2: return compare(Predicate::ICMP_SGT, Predicate::ICMP_UGT);
    case k0 | k1: return compare(Predicate::ICMP_SLE, Predicate::ICMP_ULE);
    case k0 | k2: return compare(Predicate::ICMP_SGE, Predicate::ICMP_UGE);
    case k1 | k2: return b_.CreateICmpNE(a, b);
    default: return b_.getTrue();
  }
}

RegionLowering::Value RegionLowering::sum_in(u32 mask, CcKind kind, Value a, Value b) {
  const bool adds = kind == CcKind::add_signed;
  if (!adds && mask == k0) return b_.CreateICmpEQ(a, b);
  if (!adds && mask == (k1 | k2 | k3)) return b_.CreateICmpNE(a, b);
  Value both =
      b_.CreateBinaryIntrinsic(adds ? llvm::Intrinsic::sadd_with_overflow : llvm::Intrinsic::ssub_with_overflow, a, b);
  Value sum = b_.CreateExtractValue(both, 0), overflow = b_.CreateExtractValue(both, 1);
  Value by_sign = comparison(mask, sum, constant(0), true);
  return b_.CreateSelect(overflow, b_.getInt1(mask & k3), by_sign);
}

RegionLowering::Value RegionLowering::number_in(u32 mask, Value number) {
  u32 numbers = 0;  // bit n from the right: whether code n is in the mask
  for (u32 n = 0; n < 4; ++n) numbers |= (mask >> (3 - n) & 1) << n;
  return b_.CreateTrunc(b_.CreateLShr(constant(numbers), number), b_.getInt1Ty());
}

RegionLowering::Value RegionLowering::cc_in(u32 mask) {
  const CcKind kind = now_.cc;
  if (kind == CcKind::unknown || kind == CcKind::in_psw) return number_in(mask, cc_number());
  const bool is_long = kind == CcKind::sign_long || kind == CcKind::compare_logical_long;
  Value a = is_long ? b_.CreateLoad(b_.getInt64Ty(), cc_a_) : word_of(cc_a_);
  if (kind == CcKind::sign_word || kind == CcKind::sign_long) {
    return comparison(mask, a, llvm::ConstantInt::get(a->getType(), 0), true);
  }
  if (kind == CcKind::nonzero) {
    Value is_zero = b_.CreateICmpEQ(a, constant(0));
    return b_.CreateSelect(is_zero, b_.getInt1(mask & k0), b_.getInt1(mask & k1));
  }
  Value b = is_long ? b_.CreateLoad(b_.getInt64Ty(), cc_b_) : word_of(cc_b_);
  switch (kind) {
    case CcKind::add_signed:
    case CcKind::subtract_signed: return sum_in(mask, kind, a, b);
    case CcKind::add_logical: {
      Value sum = b_.CreateAdd(a, b);
      Value is_zero = b_.CreateICmpEQ(sum, constant(0));
      Value with = b_.CreateSelect(is_zero, b_.getInt1(mask & k2), b_.getInt1(mask & k3));
      Value without = b_.CreateSelect(is_zero, b_.getInt1(mask & k0), b_.getInt1(mask & k1));
      return b_.CreateSelect(b_.CreateICmpULT(sum, a), with, without);
    }
    case CcKind::subtract_logical:  // code 1 is low, 2 equal, 3 high
      return comparison((mask & k1) | (mask & k2) << 2 | (mask & k3) << 1, a, b, false);
    case CcKind::test_mask: {
      Value others = b_.CreateSelect(b_.CreateICmpEQ(a, b), b_.getInt1(mask & k3), b_.getInt1(mask & k1));
      return b_.CreateSelect(b_.CreateICmpEQ(a, constant(0)), b_.getInt1(mask & k0), others);
    }
    default: return comparison(mask, a, b, kind == CcKind::compare_signed);
  }
}

// The number that the operands make. Of what is not known how, and of rarer kinds, the program's own function tells.
RegionLowering::Value RegionLowering::cc_number() {
  Value in_psw = b_.CreateZExt(b_.CreateLoad(b_.getInt8Ty(), cc_in_psw_), b_.getInt32Ty());
  if (now_.cc == CcKind::in_psw) return in_psw;
  if (now_.cc != CcKind::unknown) {
    Value number = constant(0);
    for (u32 code = 1; code < 4; ++code) {
      number = b_.CreateSelect(cc_in(k0 >> code), constant(code), number);
    }
    return number;
  }
  llvm::Type* const word = b_.getInt32Ty();
  llvm::Type* const long_word = b_.getInt64Ty();
  auto* const type = llvm::FunctionType::get(word, {word, long_word, long_word, word}, false);
  Value kind = b_.CreateLoad(word, cc_kind_);
  Value a = b_.CreateLoad(long_word, cc_a_), b = b_.CreateLoad(long_word, cc_b_);
  llvm::CallInst* const call = b_.CreateCall(type, pointer(environment_.number_of_cc), {kind, a, b, in_psw});
  call->setDoesNotAccessMemory();
  call->setDoesNotThrow();
  call->addFnAttr(llvm::Attribute::WillReturn);
  return call;
}

}  // namespace replica
