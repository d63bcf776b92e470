// Decimal instructions whose operands fit words. Operands are fetched and stored here; in between, functions of ours compute
// (decimal_functions.h). What ends by an exception, and what overflows, leaves by called() before anything is stored.

#include "jit/llvm/decimal_functions.h"
#include "jit/llvm/region_lowering.h"
#include "jit/pieces.h"

namespace replica {

using ir::Code;

RegionLowering::Value RegionLowering::operand_address(unsigned base, unsigned index, u32 displacement) {
  Value sum = constant(displacement);
  for (const unsigned n : {base, index}) {
    if (n != 0) sum = b_.CreateAdd(sum, get_gr(n));
  }
  return b_.CreateAnd(sum, constant(kAddressMask));
}

// At most eight bytes, as a long word.
RegionLowering::Value RegionLowering::load_field(Value host, u32 length) {
  Value field = long_constant(0);
  for_each_piece(length, 8, [&](u32 offset, u32 piece) {
    Value bytes = b_.CreateZExt(load(at(host, offset), piece), b_.getInt64Ty());
    field = offset == 0 ? bytes : b_.CreateOr(b_.CreateShl(field, 8 * piece), bytes);
  });
  return field;
}

void RegionLowering::store_field(Value host, Value field, u32 length) {
  for_each_piece(length, 8, [&](u32 offset, u32 piece) {
    store(at(host, offset), b_.CreateLShr(field, 8 * (length - offset - piece)), piece);
  });
}

// A call of a function that does nothing but compute; what it returns in each of the two registers.
template <typename Function>
std::array<RegionLowering::Value, 2> RegionLowering::compute(Function* function, Value first, Value second, u32 length1,
                                                             u32 length2) {
  llvm::Type* const word = b_.getInt32Ty();
  llvm::Type* const long_word = b_.getInt64Ty();
  auto* const type = llvm::FunctionType::get(exit_type_, {long_word, long_word, word, word}, false);
  llvm::CallInst* const call = b_.CreateCall(type, pointer(reinterpret_cast<u64>(function)),
                                             {first, second, constant(length1), constant(length2)});
  call->setDoesNotAccessMemory();
  call->setDoesNotThrow();
  call->addFnAttr(llvm::Attribute::WillReturn);
  return {b_.CreateExtractValue(call, 0), b_.CreateExtractValue(call, 1)};
}

// The condition code that a function returned, as a word; leaves if that says that the instruction is not to be done here.
RegionLowering::Value RegionLowering::checked_cc(Value cc) {
  leave_if(b_.CreateICmpEQ(cc, long_constant(decimal_functions::kExceptional)), called());
  return b_.CreateTrunc(cc, b_.getInt32Ty());
}

void RegionLowering::lower_routine() {
  const ir::GuestInstruction& guest = instruction().code.instructions.front();
  const Insn& i = guest.insn;
  const u32 length1 = i.l1 + 1u, length2 = i.l2 + 1u;
  const auto source = [&](u32 length) {
    return look_up(operand_address(i.b2, i.x2, i.d2), length, Access::fetch, false);
  };
  const auto target = [&](u32 length) { return look_up(operand_address(i.b1, 0, i.d1), length, Access::store, false); };
  const auto arithmetic = [&](auto* function, bool sets_cc) {
    Value second = load_field(source(length2), length2);
    Value place = target(length1);
    const auto [field, cc] = compute(function, load_field(place, length1), second, length1, length2);
    Value number = checked_cc(cc);
    store_field(place, field, length1);
    if (sets_cc) set_cc(CcKind::in_psw, number);
  };
  Value nothing = long_constant(0);
  switch (guest.opcode) {
    case Opcode::ZAP: return arithmetic(decimal_functions::zero_and_add, true);
    case Opcode::AP: return arithmetic(decimal_functions::add, true);
    case Opcode::SP: return arithmetic(decimal_functions::subtract, true);
    case Opcode::MP: return arithmetic(decimal_functions::multiply, false);
    case Opcode::DP: return arithmetic(decimal_functions::divide, false);
    case Opcode::CP: {
      Value second = load_field(source(length2), length2);
      Value first = load_field(look_up(operand_address(i.b1, 0, i.d1), length1, Access::fetch, false), length1);
      return set_cc(CcKind::in_psw,
                    checked_cc(compute(decimal_functions::compare, first, second, length1, length2)[1]));
    }
    case Opcode::SRP: {
      Value place = target(length1);
      Value shift = b_.CreateZExt(b_.CreateAnd(operand_address(i.b2, 0, i.d2), constant(63)), b_.getInt64Ty());
      const auto [field, cc] =
          compute(decimal_functions::shift_and_round, load_field(place, length1), shift, length1, i.r3);
      Value number = checked_cc(cc);
      store_field(place, field, length1);
      return set_cc(CcKind::in_psw, number);
    }
    case Opcode::CVB: {
      const auto [value, cc] = compute(decimal_functions::convert_to_binary, nothing, load_field(source(8), 8));
      checked_cc(cc);
      sets_.push_back({Code::set_gr, i.r1, b_.CreateTrunc(value, b_.getInt32Ty())});
      return;
    }
    case Opcode::CVD: {
      Value value = b_.CreateZExt(get_gr(i.r1), b_.getInt64Ty());
      Value place = look_up(operand_address(i.b2, i.x2, i.d2), 8, Access::store, false);
      return store_field(place, compute(decimal_functions::convert_to_decimal, nothing, value)[0], 8);
    }
    case Opcode::PACK: {
      Value from = source(length2);
      const u32 left = length2 > 8 ? length2 - 8 : 0;
      Value zoned_left = left != 0 ? load_field(from, left) : nothing;
      Value zoned_right = load_field(at(from, left), length2 - left);
      return store_field(target(length1), compute(decimal_functions::pack, zoned_left, zoned_right)[0], length1);
    }
    case Opcode::UNPK: {
      const auto [zoned_right, zoned_left] =
          compute(decimal_functions::unpack, nothing, load_field(source(length2), length2));
      const u32 left = length1 > 8 ? length1 - 8 : 0;
      Value place = target(length1);
      if (left != 0) store_field(place, zoned_left, left);
      return store_field(at(place, left), zoned_right, length1 - left);
    }
    case Opcode::MVO: {
      Value shifted = b_.CreateShl(load_field(source(length2), length2), 4);
      Value place = target(length1);
      Value sign = b_.CreateAnd(load_field(place, length1), long_constant(15));
      return store_field(place, b_.CreateOr(shifted, sign), length1);
    }
    case Opcode::ED: {
      Value from = source(length1);
      return set_cc(CcKind::in_psw, edit(target(length1), from, length1));
    }
    default: failed_ = true;
  }
}

RegionLowering::Value RegionLowering::edit(Value pattern, Value source, u32 length) {
  llvm::Type* const place = b_.getPtrTy();
  auto* const type = llvm::FunctionType::get(b_.getInt64Ty(), {place, place, b_.getInt64Ty()}, false);
  llvm::CallInst* const call =
      b_.CreateCall(type, pointer(reinterpret_cast<u64>(decimal_functions::edit)),
                    {b_.CreateIntToPtr(pattern, place), b_.CreateIntToPtr(source, place), long_constant(length)});
  call->setMetadata(llvm::LLVMContext::MD_tbaa, guest_tag_);
  call->setMemoryEffects(llvm::MemoryEffects::argMemOnly());
  call->setDoesNotThrow();
  call->addFnAttr(llvm::Attribute::WillReturn);
  return checked_cc(call);
}

}  // namespace replica
