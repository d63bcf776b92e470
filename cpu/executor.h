// The executing builder: the semantics of frontend/semantics over words, which is the interpreter. An instruction's handler
// makes one, runs the meaning on it, and takes the next instruction address from it; after inlining nothing is left of it.
//
// Watched executors also note what PER wants to know and go through the paranoid checks.
#pragma once

#include <bit>

#include "cpu/cpu.h"
#include "cpu/routines.h"
#include "frontend/hexadecimal_float.h"
#include "frontend/semantics/floating_point.h"
#include "frontend/semantics/storage_to_storage.h"

namespace replica {

template <bool Watched>
class Executor {
 public:
  using Word = u32;
  using Long = u64;
  using Flag = bool;

  Executor(Cpu& cpu, u32 next) : cpu_(cpu), next_(next) {}

  // The address of the instruction to execute next.
  u32 next() const { return next_; }

  // ---- Registers and addresses ----

  Word word(u32 value) { return value; }
  Word gr(unsigned n) { return cpu_.gr[n]; }
  void set_gr(unsigned n, Word value) {
    if constexpr (Watched) {
      cpu_.set_gr(n, value);
    } else {
      cpu_.gr[n] = value;
    }
  }
  Long fpr(unsigned n) { return cpu_.fpr[n]; }
  void set_fpr(unsigned n, Long value) { cpu_.fpr[n] = value; }
  Word fpr_short(unsigned n) { return static_cast<u32>(cpu_.fpr[n] >> 32); }
  void set_fpr_short(unsigned n, Word value) { cpu_.fpr[n] = u64{value} << 32 | static_cast<u32>(cpu_.fpr[n]); }

  Word address(unsigned base, unsigned index, unsigned displacement) {
    // Register 0 stands for none. No branch: which registers an instruction names is hard to predict.
    const u32 base_value = base == 0 ? 0 : cpu_.gr[base];
    const u32 index_value = index == 0 ? 0 : cpu_.gr[index];
    return (base_value + index_value + displacement) & kAddressMask;
  }

  // ---- Storage ----

  Word load8(Word address) {
    const u8* p = fast(cpu_.map->fetch, address, 1);
    return p ? *p : cpu_.load8(address);
  }
  Word load16(Word address) {
    const u8* p = fast(cpu_.map->fetch, address, 2);
    return p ? load_be16(p) : cpu_.load16(address);
  }
  Word load32(Word address) {
    const u8* p = fast(cpu_.map->fetch, address, 4);
    return p ? load_be32(p) : cpu_.load32(address);
  }
  Long load64(Word address) {
    const u8* p = fast(cpu_.map->fetch, address, 8);
    return p ? load_be64(p) : cpu_.load64(address);
  }
  void store8(Word address, Word value) {
    if (u8* p = fast(cpu_.map->store, address, 1)) {
      *p = static_cast<u8>(value);
    } else {
      cpu_.store8(address, static_cast<u8>(value));
    }
  }
  void store16(Word address, Word value) {
    if (u8* p = fast(cpu_.map->store, address, 2)) {
      store_be16(p, static_cast<u16>(value));
    } else {
      cpu_.store16(address, static_cast<u16>(value));
    }
  }
  void store32(Word address, Word value) {
    if (u8* p = fast(cpu_.map->store, address, 4)) {
      store_be32(p, value);
    } else {
      cpu_.store32(address, value);
    }
  }
  void store64(Word address, Long value) {
    if (u8* p = fast(cpu_.map->store, address, 8)) {
      store_be64(p, value);
    } else {
      cpu_.store64(address, value);
    }
  }

  Area fetch_area(Word address, u32 length) { return cpu_.fetch_area(address, length); }
  Area store_area(Word address, u32 length) { return cpu_.store_area(address, length); }
  Word area_load8(const Area& area, u32 offset) { return *area.at(offset); }
  void area_store8(const Area& area, u32 offset, Word value) { *area.at(offset) = static_cast<u8>(value); }
  Word area_load32(const Area& area, u32 offset) {
    if (area.is_contiguous(offset + 4)) return load_be32(area.first + offset);
    u32 value = 0;
    for (u32 n = 0; n < 4; ++n) value = value << 8 | *area.at(offset + n);
    return value;
  }
  void area_store32(const Area& area, u32 offset, Word value) {
    if (area.is_contiguous(offset + 4)) return store_be32(area.first + offset, value);
    for (u32 n = 0; n < 4; ++n) *area.at(offset + n) = static_cast<u8>(value >> (24 - 8 * n));
  }

  void move(Word to, Word from, u32 length) { routines::move(cpu_, to, from, length); }
  void combine(Combination combination, Word to, Word from, u32 length) {
    set_cc(routines::combine(cpu_, combination, to, from, length));
  }
  void compare(Word first, Word second, u32 length) { set_cc(routines::compare(cpu_, first, second, length)); }

  // ---- Arithmetic ----

  Word add(Word a, Word b) { return a + b; }
  Word sub(Word a, Word b) { return a - b; }
  Word and_(Word a, Word b) { return a & b; }
  Word or_(Word a, Word b) { return a | b; }
  Word xor_(Word a, Word b) { return a ^ b; }
  Word shift_left(Word value, Word amount) { return static_cast<u32>(u64{value} << amount); }
  Word shift_right(Word value, Word amount) { return static_cast<u32>(u64{value} >> amount); }
  Word shift_right_signed(Word value, Word amount) {
    return static_cast<u32>(static_cast<i64>(static_cast<i32>(value)) >> amount);
  }
  Word sign_extend16(Word value) { return static_cast<u32>(static_cast<i32>(static_cast<i16>(value))); }

  Long multiply(Word a, Word b) {
    return static_cast<u64>(static_cast<i64>(static_cast<i32>(a)) * static_cast<i32>(b));
  }
  Word low(Long value) { return static_cast<u32>(value); }
  Word high(Long value) { return static_cast<u32>(value >> 32); }
  Long join(Word high, Word low) { return u64{high} << 32 | low; }
  Long shift_left_long(Long value, Word amount) { return value << amount; }
  Long shift_right_long(Long value, Word amount) { return value >> amount; }
  Long shift_right_signed_long(Long value, Word amount) { return static_cast<u64>(static_cast<i64>(value) >> amount); }

  // Whether a 64-bit dividend has a 32-bit quotient.
  Flag is_divisible(Long dividend, Word divisor) {
    const i64 signed_dividend = static_cast<i64>(dividend);
    const i32 signed_divisor = static_cast<i32>(divisor);
    if (signed_divisor == 0) return false;
    if (signed_divisor == -1) return signed_dividend <= 0x80000000ll && signed_dividend > -0x80000000ll;
    const i64 quotient = signed_dividend / signed_divisor;
    return quotient == static_cast<i32>(quotient);
  }
  Word quotient(Long dividend, Word divisor) {
    return static_cast<u32>(static_cast<i64>(dividend) / static_cast<i32>(divisor));
  }
  Word remainder(Long dividend, Word divisor) {
    return static_cast<u32>(static_cast<i64>(dividend) % static_cast<i32>(divisor));
  }

  // ---- Comparison ----

  Flag equal(Word a, Word b) { return a == b; }
  Flag equal_long(Long a, Long b) { return a == b; }
  Flag less_signed(Word a, Word b) { return static_cast<i32>(a) < static_cast<i32>(b); }
  Flag not_(Flag flag) { return !flag; }
  Word select(Flag flag, Word if_true, Word if_false) { return flag ? if_true : if_false; }

  // ---- Condition code ----

  void set_cc(Word value) { cpu_.psw.cc = static_cast<u8>(value); }
  void cc_sign(Word value) { set_cc((value != 0) + (static_cast<i32>(value) > 0)); }
  void cc_sign_long(Long value) { set_cc((value != 0) + (static_cast<i64>(value) > 0)); }
  void cc_nonzero(Word value) { set_cc(value != 0); }
  void cc_test_mask(Word selected, Word mask) { set_cc(selected == 0 ? 0 : selected == mask ? 3 : 1); }
  void cc_sign_or_overflow(Long value, Flag overflow) {
    if (overflow) return fixed_point_overflow();
    cc_sign_long(value);
  }
  void cc_add_signed(Word a, Word b) {
    i32 sum;
    if (__builtin_add_overflow(static_cast<i32>(a), static_cast<i32>(b), &sum)) [[unlikely]] {
      return fixed_point_overflow();
    }
    cc_sign(static_cast<u32>(sum));
  }
  void cc_subtract_signed(Word a, Word b) {
    i32 difference;
    if (__builtin_sub_overflow(static_cast<i32>(a), static_cast<i32>(b), &difference)) [[unlikely]] {
      return fixed_point_overflow();
    }
    cc_sign(static_cast<u32>(difference));
  }
  void cc_add_logical(Word a, Word b) {
    u32 sum;
    const bool carry = __builtin_add_overflow(a, b, &sum);
    set_cc((sum != 0) | carry << 1);
  }
  void cc_subtract_logical(Word a, Word b) { set_cc((a != b) | (a >= b) << 1); }
  void cc_compare_signed(Word a, Word b) {
    const i32 first = static_cast<i32>(a), second = static_cast<i32>(b);
    set_cc((first != second) + (first > second));
  }
  void cc_compare_logical(Word a, Word b) { set_cc((a != b) + (a > b)); }
  Flag cc_in(unsigned mask) { return (mask << cpu_.psw.cc) & 8; }
  void set_program_mask(Word mask) { cpu_.set_program_mask(static_cast<u8>(mask)); }

  // ---- Floating point ----

  void cc_float_sign_long(Long value) { set_cc(hfp::test_long(value)); }
  void cc_float_sign_short(Word value) { set_cc(hfp::test_short(value)); }
  void cc_float_compare_long(Long a, Long b) { set_cc(hfp::compare_long(a, b)); }
  void cc_float_compare_short(Word a, Word b) { set_cc(hfp::compare_short(a, b)); }
  void float_long(FloatOperation operation, unsigned r1, Long first, Long second) {
    const hfp::Masks masks = routines::float_masks(cpu_);
    using hfp::Normalization;
    switch (operation) {
      case FloatOperation::add: return sum_long(r1, hfp::add_long(first, second, Normalization::yes, masks));
      case FloatOperation::subtract: return sum_long(r1, hfp::subtract_long(first, second, Normalization::yes, masks));
      case FloatOperation::add_unnormalized:
        return sum_long(r1, hfp::add_long(first, second, Normalization::no, masks));
      case FloatOperation::subtract_unnormalized:
        return sum_long(r1, hfp::subtract_long(first, second, Normalization::no, masks));
      case FloatOperation::multiply: return result_long(r1, hfp::multiply_long(first, second, masks));
      case FloatOperation::divide: return result_long(r1, hfp::divide_long(first, second, masks));
      case FloatOperation::halve: return result_long(r1, hfp::halve_long(second, masks));
    }
  }
  void float_short(FloatOperation operation, unsigned r1, Word first, Word second) {
    const hfp::Masks masks = routines::float_masks(cpu_);
    using hfp::Normalization;
    switch (operation) {
      case FloatOperation::add: return sum_short(r1, hfp::add_short(first, second, Normalization::yes, masks));
      case FloatOperation::subtract:
        return sum_short(r1, hfp::subtract_short(first, second, Normalization::yes, masks));
      case FloatOperation::add_unnormalized:
        return sum_short(r1, hfp::add_short(first, second, Normalization::no, masks));
      case FloatOperation::subtract_unnormalized:
        return sum_short(r1, hfp::subtract_short(first, second, Normalization::no, masks));
      case FloatOperation::multiply: return result_long(r1, hfp::multiply_short(first, second, masks));
      case FloatOperation::divide: return result_short(r1, hfp::divide_short(first, second, masks));
      case FloatOperation::halve: return result_short(r1, hfp::halve_short(second, masks));
    }
  }

  // ---- Control ----

  void branch(Word target) {
    next_ = target;
    if constexpr (Watched) cpu_.per.events |= PerEvents::kBranch;
  }
  void branch_if(Flag taken, Word target) {
    if (taken) branch(target);
  }
  Word link_information(const Insn& i) {
    return static_cast<u32>(i.ilc) << 30 | static_cast<u32>(cpu_.psw.cc) << 28 |
           static_cast<u32>(cpu_.psw.program_mask) << 24 | i.next();
  }
  void specification() { cpu_.throw_program(ProgramCode::specification); }
  void require(Flag condition, ProgramCode code) {
    if (!condition) [[unlikely]]
      cpu_.throw_program(code);
  }
  void execute(Word target, const Insn& i);

  template <Opcode opcode>
  void routine(const Insn& i) {
    if constexpr (routines::changes_flow(opcode)) {
      cpu_.psw.address = next_;
      routines::kRoutine<opcode>(cpu_, i);
      next_ = cpu_.psw.address;
    } else {
      routines::kRoutine<opcode>(cpu_, i);
    }
  }

 private:
  u8* fast(const std::array<i64, kMaxBlocks>& entries, Word address, u32 length) {
    if constexpr (Watched) {
      return nullptr;
    } else {
      return cpu_.mapped(entries, address, length);
    }
  }
  void fixed_point_overflow() {
    set_cc(3);
    if (cpu_.psw.program_mask & Psw::kFixedPointOverflow) cpu_.throw_program(ProgramCode::fixed_point_overflow);
  }

  void raise(hfp::Exception exception) {
    if (exception != hfp::Exception::none) [[unlikely]]
      cpu_.throw_program(static_cast<ProgramCode>(exception));
  }
  void result_long(unsigned r1, const hfp::LongOutcome& outcome) {
    set_fpr(r1, outcome.value);
    raise(outcome.exception);
  }
  void result_short(unsigned r1, const hfp::ShortOutcome& outcome) {
    set_fpr_short(r1, outcome.value);
    raise(outcome.exception);
  }
  void sum_long(unsigned r1, const hfp::LongOutcome& outcome) {
    set_cc(outcome.cc);
    result_long(r1, outcome);
  }
  void sum_short(unsigned r1, const hfp::ShortOutcome& outcome) {
    set_cc(outcome.cc);
    result_short(r1, outcome);
  }

  Cpu& cpu_;
  u32 next_;
};

}  // namespace replica
