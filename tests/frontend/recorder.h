// A builder for tests: it records what an instruction's meaning asks for. Values are references to recorded operations and
// have no truth value, so a meaning that branches on one does not compile.
//
// Recordings are read as statements, the operations that act (access storage, change state, branch, raise), in order; what
// they act on is printed as an expression over registers and accesses: "set_gr 1 (add (gr 1) (load32 (address 3 2 456)))".
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "frontend/semantics/all.h"

namespace replica {

class Recorder {
 public:
  template <typename Kind>
  struct Value {
    u32 index;
  };
  using Word = Value<struct WordKind>;
  using Long = Value<struct LongKind>;
  using Flag = Value<struct FlagKind>;
  using Area = Value<struct AreaKind>;

  struct Operand {
    u32 value;
    bool is_reference;
  };
  struct Operation {
    std::string_view name;
    std::vector<Operand> operands;
  };

  std::vector<Operation> operations() const { return operations_; }

  // The operations that act, in order.
  std::vector<std::string> statements() const {
    std::vector<std::string> result;
    for (const Operation& operation : operations_) {
      if (!is_pure(operation.name)) result.push_back(text(operation));
    }
    return result;
  }

  // ---- What an operation is ----

  // May end the instruction with nothing done.
  static bool is_check(std::string_view name) {
    return is_access(name) || name == "require" || name == "specification" || name == "operation_exception" ||
           name == "routine" || name == "execute";
  }
  static bool is_access(std::string_view name) {
    return name.starts_with("load") || name.starts_with("store") || name == "fetch_area" || name == "compare" ||
           is_update(name);
  }
  // An access that also is the change.
  static bool is_update(std::string_view name) { return name == "move" || name == "combine"; }
  // Changes architected state.
  static bool is_change(std::string_view name) {
    return name.starts_with("set_") || name.starts_with("cc_") || name.starts_with("area_store") ||
           name.starts_with("float_") || is_update(name) || name == "compare" ||
           (name.starts_with("store") && name != "store_area");
  }
  static bool sets_condition_code(std::string_view name) {
    return name.starts_with("cc_") || name == "set_cc" || name == "compare" || name == "combine";
  }
  static bool is_pure(std::string_view name) {
    return !is_check(name) && !is_change(name) && !name.starts_with("branch");
  }

  // ---- The vocabulary of frontend/semantics/builder.h ----

  Word word(u32 value) { return pure<Word>("word", value); }

  Word gr(unsigned n) { return pure<Word>(gr_is_set(n) ? "new_gr" : "gr", n); }
  void set_gr(unsigned n, Word value) { act("set_gr", n, value); }
  Long fpr(unsigned n) { return pure<Long>("fpr", n); }
  void set_fpr(unsigned n, Long value) { act("set_fpr", n, value); }
  Word fpr_short(unsigned n) { return pure<Word>("fpr_short", n); }
  void set_fpr_short(unsigned n, Word value) { act("set_fpr_short", n, value); }
  Word address(unsigned base, unsigned index, unsigned displacement) {
    const bool is_changed = (base != 0 && gr_is_set(base)) || (index != 0 && gr_is_set(index));
    return pure<Word>(is_changed ? "new_address" : "address", base, index, displacement);
  }

  Word load8(Word address) { return pure<Word>("load8", address); }
  Word load16(Word address) { return pure<Word>("load16", address); }
  Word load32(Word address) { return pure<Word>("load32", address); }
  Long load64(Word address) { return pure<Long>("load64", address); }
  void store8(Word address, Word value) { act("store8", address, value); }
  void store16(Word address, Word value) { act("store16", address, value); }
  void store32(Word address, Word value) { act("store32", address, value); }
  void store64(Word address, Long value) { act("store64", address, value); }
  Area fetch_area(Word address, u32 bytes) { return pure<Area>("fetch_area", address, bytes); }
  Area store_area(Word address, u32 bytes) { return pure<Area>("store_area", address, bytes); }
  Word area_load8(Area area, u32 offset) { return pure<Word>("area_load8", area, offset); }
  Word area_load32(Area area, u32 offset) { return pure<Word>("area_load32", area, offset); }
  void area_store8(Area area, u32 offset, Word value) { act("area_store8", area, offset, value); }
  void area_store32(Area area, u32 offset, Word value) { act("area_store32", area, offset, value); }

  void move(Word to, Word from, u32 bytes) { act("move", to, from, bytes); }
  void combine(Combination combination, Word to, Word from, u32 bytes) {
    act("combine", static_cast<u32>(combination), to, from, bytes);
  }
  void compare(Word first, Word second, u32 bytes) { act("compare", first, second, bytes); }

  Word add(Word a, Word b) { return pure<Word>("add", a, b); }
  Word sub(Word a, Word b) { return pure<Word>("sub", a, b); }
  Word and_(Word a, Word b) { return pure<Word>("and", a, b); }
  Word or_(Word a, Word b) { return pure<Word>("or", a, b); }
  Word xor_(Word a, Word b) { return pure<Word>("xor", a, b); }
  Word shift_left(Word value, Word amount) { return pure<Word>("shift_left", value, amount); }
  Word shift_right(Word value, Word amount) { return pure<Word>("shift_right", value, amount); }
  Word shift_right_signed(Word value, Word amount) { return pure<Word>("shift_right_signed", value, amount); }
  Word sign_extend16(Word value) { return pure<Word>("sign_extend16", value); }
  Long multiply(Word a, Word b) { return pure<Long>("multiply", a, b); }
  Word low(Long value) { return pure<Word>("low", value); }
  Word high(Long value) { return pure<Word>("high", value); }
  Long join(Word high, Word low) { return pure<Long>("join", high, low); }
  Long shift_left_long(Long value, Word amount) { return pure<Long>("shift_left_long", value, amount); }
  Long shift_right_long(Long value, Word amount) { return pure<Long>("shift_right_long", value, amount); }
  Long shift_right_signed_long(Long value, Word amount) { return pure<Long>("shift_right_signed_long", value, amount); }
  Flag is_divisible(Long dividend, Word divisor) { return pure<Flag>("is_divisible", dividend, divisor); }
  Word quotient(Long dividend, Word divisor) { return pure<Word>("quotient", dividend, divisor); }
  Word remainder(Long dividend, Word divisor) { return pure<Word>("remainder", dividend, divisor); }

  Flag equal(Word a, Word b) { return pure<Flag>("equal", a, b); }
  Flag equal_long(Long a, Long b) { return pure<Flag>("equal_long", a, b); }
  Flag less_signed(Word a, Word b) { return pure<Flag>("less_signed", a, b); }
  Flag not_(Flag flag) { return pure<Flag>("not", flag); }
  Flag both(Flag a, Flag b) { return pure<Flag>("both", a, b); }
  Word select(Flag flag, Word a, Word b) { return pure<Word>("select", flag, a, b); }

  void set_cc(Word value) { act("set_cc", value); }
  void set_cc_overflow() { act("set_cc_overflow"); }
  void cc_sign(Word value) { act("cc_sign", value); }
  void cc_sign_long(Long value) { act("cc_sign_long", value); }
  void cc_nonzero(Word value) { act("cc_nonzero", value); }
  void cc_sign_or_overflow(Long value, Flag overflow) { act("cc_sign_or_overflow", value, overflow); }
  void cc_test_mask(Word selected, Word mask) { act("cc_test_mask", selected, mask); }
  void cc_add_signed(Word a, Word b) { act("cc_add_signed", a, b); }
  void cc_subtract_signed(Word a, Word b) { act("cc_subtract_signed", a, b); }
  void cc_add_logical(Word a, Word b) { act("cc_add_logical", a, b); }
  void cc_subtract_logical(Word a, Word b) { act("cc_subtract_logical", a, b); }
  void cc_compare_signed(Word a, Word b) { act("cc_compare_signed", a, b); }
  void cc_compare_logical(Word a, Word b) { act("cc_compare_logical", a, b); }
  Flag cc_in(unsigned mask) { return pure<Flag>("in_cc", mask); }
  void set_program_mask(Word value) { act("set_program_mask", value); }

  void cc_float_sign_long(Long value) { act("cc_float_sign_long", value); }
  void cc_float_sign_short(Word value) { act("cc_float_sign_short", value); }
  void cc_float_compare_long(Long a, Long b) { act("cc_float_compare_long", a, b); }
  void cc_float_compare_short(Word a, Word b) { act("cc_float_compare_short", a, b); }
  void float_long(FloatOperation operation, unsigned r1, Long first, Long second) {
    act("float_long", static_cast<u32>(operation), r1, first, second);
  }
  void float_short(FloatOperation operation, unsigned r1, Word first, Word second) {
    act("float_short", static_cast<u32>(operation), r1, first, second);
  }

  void branch(Word target) { act("branch", target); }
  void branch_if(Flag taken, Word target) { act("branch_if", taken, target); }
  Word link_information(const Insn&) { return pure<Word>("link_information"); }
  void specification() { act("specification"); }
  void operation_exception() { act("operation_exception"); }
  void require(Flag condition, ProgramCode code) { act("require", condition, static_cast<u32>(code)); }
  void execute(Word target, const Insn&) { act("execute", target); }
  template <Opcode opcode>
  void routine(const Insn&) {
    act("routine", static_cast<u32>(opcode));
  }

 private:
  static Operand operand(u32 immediate) { return {immediate, false}; }
  template <typename Kind>
  static Operand operand(Value<Kind> value) {
    return {value.index, true};
  }

  template <typename... Operands>
  void act(std::string_view name, Operands... operands) {
    operations_.push_back({name, {operand(operands)...}});
  }
  template <typename Result, typename... Operands>
  Result pure(std::string_view name, Operands... operands) {
    act(name, operands...);
    return {static_cast<u32>(operations_.size() - 1)};
  }

  bool gr_is_set(unsigned n) const {
    for (const Operation& operation : operations_) {
      if (operation.name == "set_gr" && operation.operands[0].value == n) return true;
    }
    return false;
  }

  std::string text(const Operation& operation) const {
    std::string result(operation.name);
    for (const Operand& operand : operation.operands) {
      result += operand.is_reference ? fmt::format(" ({})", text(operations_[operand.value]))
                                     : fmt::format(" {:X}", operand.value);
    }
    return result;
  }

  std::vector<Operation> operations_;
};

static_assert(Builder<Recorder>);

}  // namespace replica
