// The recording builder: the semantics of frontend/semantics over references to operations, which is the translator. Values
// have no truth value, so a meaning that branches on one does not compile.
#pragma once

#include "frontend/semantics/all.h"
#include "jit/ir/block.h"

namespace replica {

class Recorder {
 public:
  struct Word {
    ir::Ref ref;
  };
  struct Long {
    ir::Ref ref;
  };
  struct Flag {
    ir::Ref ref;
  };
  struct Area {
    ir::Ref ref;
  };

  explicit Recorder(ir::Block& block) : block_(block) {}

  // The block's next instruction begins.
  void begin_instruction(u32 number) {
    emit(ir::Code::instruction, 0, number);
    got_.fill(ir::kNoRef);
  }

  // ---- Registers and addresses ----

  Word word(u32 value) { return {emit(ir::Code::word, 0, value)}; }
  Word gr(unsigned n) {
    if (got_[n] == ir::kNoRef) got_[n] = emit(ir::Code::get_gr, n);
    return {got_[n]};
  }
  void set_gr(unsigned n, Word value) {
    emit(ir::Code::set_gr, n, 0, value);
    got_[n] = ir::kNoRef;
  }
  Long fpr(unsigned n) { return {emit(ir::Code::get_fpr, n)}; }
  void set_fpr(unsigned n, Long value) { emit(ir::Code::set_fpr, n, 0, value); }
  Word fpr_short(unsigned n) { return {emit(ir::Code::get_fpr_short, n)}; }
  void set_fpr_short(unsigned n, Word value) { emit(ir::Code::set_fpr_short, n, 0, value); }
  Word address(unsigned base, unsigned index, unsigned displacement) {
    const ir::Ref base_ref = base == 0 ? ir::kNoRef : gr(base).ref;
    const ir::Ref index_ref = index == 0 ? ir::kNoRef : gr(index).ref;
    return {append({.code = ir::Code::address, .imm = displacement, .operands = {base_ref, index_ref, ir::kNoRef}})};
  }

  // ---- Storage ----

  Word load8(Word address) { return {emit(ir::Code::load8, 0, 0, address)}; }
  Word load16(Word address) { return {emit(ir::Code::load16, 0, 0, address)}; }
  Word load32(Word address) { return {emit(ir::Code::load32, 0, 0, address)}; }
  Long load64(Word address) { return {emit(ir::Code::load64, 0, 0, address)}; }
  void store8(Word address, Word value) { emit(ir::Code::store8, 0, 0, address, value); }
  void store16(Word address, Word value) { emit(ir::Code::store16, 0, 0, address, value); }
  void store32(Word address, Word value) { emit(ir::Code::store32, 0, 0, address, value); }
  void store64(Word address, Long value) { emit(ir::Code::store64, 0, 0, address, value); }
  Area fetch_area(Word address, u32 bytes) { return {emit(ir::Code::fetch_area, bytes, 0, address)}; }
  Area store_area(Word address, u32 bytes) { return {emit(ir::Code::store_area, bytes, 0, address)}; }
  Word area_load8(Area area, u32 offset) { return {emit(ir::Code::area_load8, offset, 0, area)}; }
  Word area_load32(Area area, u32 offset) { return {emit(ir::Code::area_load32, offset, 0, area)}; }
  void area_store8(Area area, u32 offset, Word value) { emit(ir::Code::area_store8, offset, 0, area, value); }
  void area_store32(Area area, u32 offset, Word value) { emit(ir::Code::area_store32, offset, 0, area, value); }

  void move(Word to, Word from, u32 bytes) { emit(ir::Code::move, bytes - 1, 0, to, from); }
  void combine(Combination combination, Word to, Word from, u32 bytes) {
    emit(ir::Code::combine, bytes - 1, static_cast<u32>(combination), to, from);
  }
  void compare(Word first, Word second, u32 bytes) { emit(ir::Code::compare, bytes - 1, 0, first, second); }

  // ---- Operations named alike here and in the list ----

#define WORD(name) \
  Word name(Word a, Word b) { return {emit(ir::Code::name, 0, 0, a, b)}; }
  WORD(add)
  WORD(sub)
  WORD(and_)
  WORD(or_)
  WORD(xor_)
  WORD(shift_left)
  WORD(shift_right)
  WORD(shift_right_signed)
#undef WORD
  Word sign_extend16(Word value) { return {emit(ir::Code::sign_extend16, 0, 0, value)}; }
  Long multiply(Word a, Word b) { return {emit(ir::Code::multiply, 0, 0, a, b)}; }
  Word low(Long value) { return {emit(ir::Code::low, 0, 0, value)}; }
  Word high(Long value) { return {emit(ir::Code::high, 0, 0, value)}; }
  Long join(Word high, Word low) { return {emit(ir::Code::join, 0, 0, high, low)}; }
  Long shift_left_long(Long value, Word amount) { return {emit(ir::Code::shift_left_long, 0, 0, value, amount)}; }
  Long shift_right_long(Long value, Word amount) { return {emit(ir::Code::shift_right_long, 0, 0, value, amount)}; }
  Long shift_right_signed_long(Long value, Word amount) {
    return {emit(ir::Code::shift_right_signed_long, 0, 0, value, amount)};
  }
  Flag is_divisible(Long dividend, Word divisor) { return {emit(ir::Code::is_divisible, 0, 0, dividend, divisor)}; }
  Word quotient(Long dividend, Word divisor) { return {emit(ir::Code::quotient, 0, 0, dividend, divisor)}; }
  Word remainder(Long dividend, Word divisor) { return {emit(ir::Code::remainder, 0, 0, dividend, divisor)}; }

  Flag equal(Word a, Word b) { return {emit(ir::Code::equal, 0, 0, a, b)}; }
  Flag equal_long(Long a, Long b) { return {emit(ir::Code::equal_long, 0, 0, a, b)}; }
  Flag less_signed(Word a, Word b) { return {emit(ir::Code::less_signed, 0, 0, a, b)}; }
  Flag not_(Flag flag) { return {emit(ir::Code::not_, 0, 0, flag)}; }
  Word select(Flag flag, Word if_true, Word if_false) {
    return {append({.code = ir::Code::select, .operands = {flag.ref, if_true.ref, if_false.ref}})};
  }

#define CONDITION_CODE(name, Value) \
  void name(Value value) { emit(ir::Code::name, 0, 0, value); }
  CONDITION_CODE(set_cc, Word)
  CONDITION_CODE(cc_sign, Word)
  CONDITION_CODE(cc_sign_long, Long)
  CONDITION_CODE(cc_nonzero, Word)
  CONDITION_CODE(cc_float_sign_long, Long)
  CONDITION_CODE(cc_float_sign_short, Word)
#undef CONDITION_CODE
#define CONDITION_CODE(name, Value) \
  void name(Value a, Value b) { emit(ir::Code::name, 0, 0, a, b); }
  CONDITION_CODE(cc_add_signed, Word)
  CONDITION_CODE(cc_subtract_signed, Word)
  CONDITION_CODE(cc_test_mask, Word)
  CONDITION_CODE(cc_add_logical, Word)
  CONDITION_CODE(cc_subtract_logical, Word)
  CONDITION_CODE(cc_compare_signed, Word)
  CONDITION_CODE(cc_compare_logical, Word)
  CONDITION_CODE(cc_float_compare_long, Long)
  CONDITION_CODE(cc_float_compare_short, Word)
#undef CONDITION_CODE
  void cc_sign_or_overflow(Long value, Flag overflow) { emit(ir::Code::cc_sign_or_overflow, 0, 0, value, overflow); }
  Flag cc_in(unsigned mask) { return {emit(ir::Code::cc_in, mask)}; }
  void set_program_mask(Word mask) { emit(ir::Code::set_program_mask, 0, 0, mask); }

  void float_long(FloatOperation operation, unsigned r1, Long first, Long second) {
    emit(ir::Code::float_long, static_cast<unsigned>(operation), r1, first, second);
  }
  void float_short(FloatOperation operation, unsigned r1, Word first, Word second) {
    emit(ir::Code::float_short, static_cast<unsigned>(operation), r1, first, second);
  }

  // ---- Control ----

  void branch(Word target) { emit(ir::Code::branch, 0, 0, target); }
  void branch_if(Flag taken, Word target) { emit(ir::Code::branch_if, 0, 0, taken, target); }
  Word link_information(const Insn& i) {
    return {emit(ir::Code::link_information, 0, static_cast<u32>(i.ilc) << 30 | i.next())};
  }
  void specification() { raise(ProgramCode::specification); }
  void operation_exception() { raise(ProgramCode::operation); }
  void require(Flag condition, ProgramCode code) { emit(ir::Code::require, static_cast<unsigned>(code), 0, condition); }
  void execute(Word, const Insn&) { emit(ir::Code::routine); }
  template <Opcode>
  void routine(const Insn&) {
    emit(ir::Code::routine);
  }

 private:
  ir::Ref append(const ir::Operation& operation) {
    block_.operations.push_back(operation);
    return static_cast<ir::Ref>(block_.operations.size() - 1);
  }
  template <typename... Values>
  ir::Ref emit(ir::Code code, unsigned n = 0, u32 imm = 0, Values... values) {
    ir::Operation operation{.code = code, .n = static_cast<u8>(n), .imm = imm};
    std::size_t count = 0;
    ((operation.operands[count++] = values.ref), ...);
    return append(operation);
  }
  void raise(ProgramCode code) { emit(ir::Code::raise, static_cast<unsigned>(code)); }

  ir::Block& block_;
  std::array<ir::Ref, 16> got_;  // the operation of the present instruction that has got the general register as it is
};

}  // namespace replica
