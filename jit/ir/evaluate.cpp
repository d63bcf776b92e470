#include "jit/ir/evaluate.h"

#include "base/check.h"
#include "cpu/executor.h"
#include "cpu/interpreter.h"

namespace replica::ir {
namespace {

using Words = Executor<false>;

// The value of an operation that has been evaluated: a word, a long word or a flag in `bits`, or an area.
struct Value {
  u64 bits = 0;
  Area area{};
};

class Evaluator {
 public:
  Evaluator(const Block& block, Cpu& cpu) : block_(block), cpu_(cpu), values_(block.operations.size()) {}

  void run() {
    try {
      for (at_ = 0; at_ < block_.operations.size() && !left_; ++at_) step();
      if (!left_) cpu_.psw.address = next_;
    } catch (const ProgramException& exception) {
      end_by_exception(cpu_, exception.code, instruction_->insn.address, instruction_->insn.ilc);
    }
  }

 private:
  const Operation& operation() const { return block_.operations[at_]; }
  u32 word(unsigned n) const { return static_cast<u32>(values_[operation().operands[n]].bits); }
  u64 long_word(unsigned n) const { return values_[operation().operands[n]].bits; }
  bool flag(unsigned n) const { return values_[operation().operands[n]].bits != 0; }
  const Area& area(unsigned n) const { return values_[operation().operands[n]].area; }
  u32 word_or_zero(unsigned n) const { return operation().operands[n] == kNoRef ? 0 : word(n); }
  void result(u64 bits) { values_[at_].bits = bits; }
  void result(const Area& area) { values_[at_].area = area; }

  void leave(u32 address) {
    cpu_.psw.address = address;
    left_ = true;
  }
  void begin_instruction() {
    instruction_ = &block_.instructions[operation().imm];
    next_ = instruction_->insn.next();
    --cpu_.budget;
  }
  void run_routine() {
    const auto& bytes = instruction_->bytes;
    const u32 next = kPlainHandlers[bytes[0]](cpu_, bytes.data(), instruction_->insn.address);
    if (next != next_) leave(next);
  }
  void step();

  const Block& block_;
  Cpu& cpu_;
  std::vector<Value> values_;
  Ref at_ = 0;
  const GuestInstruction* instruction_ = nullptr;
  u32 next_ = 0;
  bool left_ = false;
};

void Evaluator::step() {
  const Operation& o = operation();
  Words words(cpu_, next_);
  switch (o.code) {
    case Code::instruction: return begin_instruction();
    case Code::assume_gr:
      if (cpu_.gr[o.n] != o.imm) leave(block_.address);
      return;
    case Code::word: return result(o.imm);
    case Code::get_gr: return result(words.gr(o.n));
    case Code::set_gr: return words.set_gr(o.n, word(0));
    case Code::get_fpr: return result(words.fpr(o.n));
    case Code::set_fpr: return words.set_fpr(o.n, long_word(0));
    case Code::get_fpr_short: return result(words.fpr_short(o.n));
    case Code::set_fpr_short: return words.set_fpr_short(o.n, word(0));
    case Code::link_information: return result(words.link_information(instruction_->insn));
    case Code::address: return result((word_or_zero(0) + word_or_zero(1) + o.imm) & kAddressMask);

    case Code::load8: return result(words.load8(word(0)));
    case Code::load16: return result(words.load16(word(0)));
    case Code::load32: return result(words.load32(word(0)));
    case Code::load64: return result(words.load64(word(0)));
    case Code::store8: return words.store8(word(0), word(1));
    case Code::store16: return words.store16(word(0), word(1));
    case Code::store32: return words.store32(word(0), word(1));
    case Code::store64: return words.store64(word(0), long_word(1));
    case Code::fetch_area: return result(words.fetch_area(word(0), o.n));
    case Code::store_area: return result(words.store_area(word(0), o.n));
    case Code::move: return words.move(word(0), word(1), o.n + 1u);
    case Code::combine: return words.combine(static_cast<Combination>(o.imm), word(0), word(1), o.n + 1u);
    case Code::compare: return words.compare(word(0), word(1), o.n + 1u);
    case Code::area_load8: return result(words.area_load8(area(0), o.n));
    case Code::area_load32: return result(words.area_load32(area(0), o.n));
    case Code::area_store8: return words.area_store8(area(0), o.n, word(1));
    case Code::area_store32: return words.area_store32(area(0), o.n, word(1));

    case Code::add: return result(words.add(word(0), word(1)));
    case Code::sub: return result(words.sub(word(0), word(1)));
    case Code::and_: return result(words.and_(word(0), word(1)));
    case Code::or_: return result(words.or_(word(0), word(1)));
    case Code::xor_: return result(words.xor_(word(0), word(1)));
    case Code::shift_left: return result(words.shift_left(word(0), word(1)));
    case Code::shift_right: return result(words.shift_right(word(0), word(1)));
    case Code::shift_right_signed: return result(words.shift_right_signed(word(0), word(1)));
    case Code::sign_extend16: return result(words.sign_extend16(word(0)));
    case Code::multiply: return result(words.multiply(word(0), word(1)));
    case Code::low: return result(words.low(long_word(0)));
    case Code::high: return result(words.high(long_word(0)));
    case Code::join: return result(words.join(word(0), word(1)));
    case Code::shift_left_long: return result(words.shift_left_long(long_word(0), word(1)));
    case Code::shift_right_long: return result(words.shift_right_long(long_word(0), word(1)));
    case Code::shift_right_signed_long: return result(words.shift_right_signed_long(long_word(0), word(1)));
    case Code::is_divisible: return result(u64{words.is_divisible(long_word(0), word(1))});
    case Code::quotient: return result(words.quotient(long_word(0), word(1)));
    case Code::remainder: return result(words.remainder(long_word(0), word(1)));

    case Code::equal: return result(u64{words.equal(word(0), word(1))});
    case Code::equal_long: return result(u64{words.equal_long(long_word(0), long_word(1))});
    case Code::less_signed: return result(u64{words.less_signed(word(0), word(1))});
    case Code::not_: return result(u64{!flag(0)});
    case Code::select: return result(words.select(flag(0), word(1), word(2)));

    case Code::set_cc: return words.set_cc(word(0));
    case Code::cc_sign: return words.cc_sign(word(0));
    case Code::cc_sign_long: return words.cc_sign_long(long_word(0));
    case Code::cc_nonzero: return words.cc_nonzero(word(0));
    case Code::cc_test_mask: return words.cc_test_mask(word(0), word(1));
    case Code::cc_add_logical: return words.cc_add_logical(word(0), word(1));
    case Code::cc_subtract_logical: return words.cc_subtract_logical(word(0), word(1));
    case Code::cc_compare_signed: return words.cc_compare_signed(word(0), word(1));
    case Code::cc_compare_logical: return words.cc_compare_logical(word(0), word(1));
    case Code::cc_float_sign_long: return words.cc_float_sign_long(long_word(0));
    case Code::cc_float_sign_short: return words.cc_float_sign_short(word(0));
    case Code::cc_float_compare_long: return words.cc_float_compare_long(long_word(0), long_word(1));
    case Code::cc_float_compare_short: return words.cc_float_compare_short(word(0), word(1));
    case Code::cc_add_signed: return words.cc_add_signed(word(0), word(1));
    case Code::cc_subtract_signed: return words.cc_subtract_signed(word(0), word(1));
    case Code::cc_sign_or_overflow: return words.cc_sign_or_overflow(long_word(0), flag(1));
    case Code::cc_in: return result(u64{words.cc_in(o.n)});
    case Code::set_program_mask: return words.set_program_mask(word(0));

    case Code::float_long: return words.float_long(static_cast<FloatOperation>(o.n), o.imm, long_word(0), long_word(1));
    case Code::float_short: return words.float_short(static_cast<FloatOperation>(o.n), o.imm, word(0), word(1));

    case Code::raise: return cpu_.throw_program(static_cast<ProgramCode>(o.n));
    case Code::require: return words.require(flag(0), static_cast<ProgramCode>(o.n));
    case Code::branch: return leave(word(0));
    case Code::branch_if:
      if (flag(0)) leave(word(1));
      return;
    case Code::routine: return run_routine();
  }
}

}  // namespace

void evaluate(const Block& block, Cpu& cpu) { Evaluator(block, cpu).run(); }

}  // namespace replica::ir
