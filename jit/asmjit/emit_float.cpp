// Hexadecimal floating point: the common cases of frontend/hexadecimal_float.cpp as host code. Whatever may end in an
// exception, and operands that are far from normalized, go to the cold stub.
//
// The same code serves both formats, in 64-bit or 32-bit registers: sign, characteristic, 14 or 6 digits. Intermediate
// results are as there: a carry digit, the digits of the format, a guard digit.

#include <algorithm>

#include "frontend/semantics/floating_point.h"
#include "jit/asmjit/block_generator.h"

namespace replica {
namespace {

using ir::Code;

// A format, and the registers of its width that the code uses: all five scratch registers.
struct FloatFormat {
  bool is_long;
  u32 bits, digits;
  host::Gp x, y, a, b, shift;

  explicit FloatFormat(bool long_format)
      : is_long(long_format),
        bits(is_long ? 64 : 32),
        digits(is_long ? 14 : 6),
        x(sized(host::rax)),
        y(sized(host::rdx)),
        a(sized(host::rbx)),
        b(sized(host::rbp)),
        shift(sized(host::rcx)) {}

  u32 fraction_bits() const { return 4 * digits; }
  host::Gp sized(const host::Gp& gp) const {
    if (is_long) return gp.r64();
    return gp.r32();
  }
};

bool has_lzcnt() {
  static const bool has = asmjit::CpuInfo::host().features().x86().hasLZCNT();
  return has;
}

void emit_characteristic(Assembler& a, const FloatFormat& f, const host::Gp& to, const host::Gp& image) {
  a.mov(to, image);
  a.shl(to, 1);
  a.shr(to, f.fraction_bits() + 1);
}

// The digits, with the guard digit, in the place of the image.
void emit_digits(Assembler& a, const host::Gp& image) {
  a.shl(image, 8);
  a.shr(image, 4);
}

}  // namespace

void BlockGenerator::emit_float(Ref at) {
  const ir::Operation& o = operation(at);
  const auto float_operation = static_cast<FloatOperation>(o.n);
  load_pair(operation(at).operands[0], host::rax, operation(at).operands[1], host::rdx, at);
  const FloatResult result = {a_.new_label(), a_.new_label()};
  switch (float_operation) {
    case FloatOperation::subtract:
    case FloatOperation::add: emit_float_sum(at, result); break;
    case FloatOperation::multiply: emit_float_product(at, result); break;
    case FloatOperation::divide: emit_float_quotient(at, result); break;
    default: emit_float_half(at, result);
  }
  // Products of short operands are long.
  const bool is_long = o.code == Code::float_long || float_operation == FloatOperation::multiply;
  a_.bind(result.done);
  const host::Gp image = FloatFormat(is_long).a;
  a_.mov(is_long ? fpr_operand(o.imm) : short_fpr_operand(o.imm), image);
  if (!ir::sets_cc(o) || o.has_dead_cc) return;
  a_.mov(cc_a_operand(is_long ? 8 : 4), image);
  cc_ = is_long ? CcKind::sign_long : CcKind::sign_word;
}

// Normalizes the intermediate result, and puts it together in rbx. `bias` is what is to be added to the characteristic if
// the carry digit is not zero. There is a digit that is not zero.
void BlockGenerator::emit_float_finish(bool is_long, const host::Gp& digits, const host::Gp& characteristic, i32 bias) {
  const FloatFormat f(is_long);
  const host::Gp d = f.sized(digits);
  if (has_lzcnt()) {
    a_.lzcnt(f.shift, d);
  } else {
    a_.bsr(f.shift, d);
    a_.xor_(host::ecx, f.bits - 1);
  }
  a_.and_(host::ecx, f.bits - 4);
  a_.shl_by_cl(d);
  a_.shr(d, 8);
  a_.shr(host::ecx, 2);
  a_.sub(characteristic.r32(), host::ecx);
  a_.add(characteristic.r32(), bias);
  a_.cmp(characteristic.r32(), 127);
  a_.ja(cold());
  a_.shl(f.sized(characteristic), f.fraction_bits());
  a_.or_(f.sized(characteristic), d);
  a_.shr(f.b, f.bits - 1);
  a_.shl(f.b, f.bits - 1);
  a_.or_(f.b, f.sized(characteristic));
  a_.mov(f.a, f.b);
}

// Most sums are of the same sign as the first operand, which has the larger characteristic, and need neither carry nor
// normalization: then the second fraction is added to the image of the first.
void BlockGenerator::emit_float_sum(Ref at, const FloatResult& result) {
  const FloatFormat f(operation(at).code == Code::float_long);
  const Label general = a_.new_label();
  if (static_cast<FloatOperation>(operation(at).n) == FloatOperation::subtract) a_.btc(f.y, f.bits - 1);
  a_.mov(f.b, f.x);
  a_.xor_(f.b, f.y);
  a_.js(general);
  a_.mov(f.shift, f.x);
  a_.mov(f.a, f.y);
  a_.shr(f.shift, f.fraction_bits());
  a_.shr(f.a, f.fraction_bits());
  a_.sub(host::ecx, host::ebx);
  a_.cmp(host::ecx, f.digits);
  a_.ja(general);
  a_.mov(f.a, f.y);
  a_.shl(host::ecx, 2);
  a_.shl(f.a, 8);
  a_.shr(f.a, 8);
  a_.shr_by_cl(f.a);
  a_.add(f.a, f.x);
  a_.mov(f.b, f.a);
  a_.mov(f.shift, f.a);
  a_.xor_(f.b, f.x);
  a_.shl(f.shift, 8);
  a_.shr(f.b, f.fraction_bits());
  a_.jnz(general);
  a_.shr(f.shift, f.bits - 4);
  a_.jz(general);
  out_of_line([this, f, general, result] {
    a_.bind(general);
    emit_general_float_sum(f.is_long, result);
    a_.jmp(result.done);
    a_.bind(result.zero);
    a_.test(psw_program_mask(), Psw::kSignificance);
    a_.jnz(cold());
    a_.xor_(host::ebx, host::ebx);
    a_.jmp(result.done);
  });
}

void BlockGenerator::emit_general_float_sum(bool is_long, const FloatResult& result) {
  const FloatFormat f(is_long);
  const Label in_order = a_.new_label(), near = a_.new_label();
  a_.mov(f.a, f.x);
  a_.mov(f.shift, f.y);
  a_.shl(f.a, 1);
  a_.shl(f.shift, 1);
  a_.cmp(f.a, f.shift);
  a_.jae(in_order);
  a_.xchg(f.x, f.y);
  a_.bind(in_order);
  a_.mov(f.b, f.x);
  a_.xor_(f.b, f.y);
  emit_characteristic(a_, f, f.shift, f.x);
  emit_characteristic(a_, f, f.a, f.y);
  a_.sub(host::ecx, host::ebx);
  a_.cmp(host::ecx, f.digits + 1);
  a_.jbe(near);
  a_.mov(host::ecx, f.digits + 1);
  a_.bind(near);
  a_.shl(host::ecx, 2);
  emit_digits(a_, f.y);
  a_.shr_by_cl(f.y);
  a_.mov(f.a, f.x);
  emit_digits(a_, f.a);
  // Its complement if the signs differ.
  a_.sar(f.b, f.bits - 1);
  a_.xor_(f.y, f.b);
  a_.sub(f.y, f.b);
  a_.mov(f.b, f.x);
  a_.shl(f.x, 1);
  a_.shr(f.x, f.fraction_bits() + 1);
  a_.add(f.a, f.y);
  a_.jz(result.zero);
  a_.js(cold());  // the one of the larger characteristic was not normalized
  emit_float_finish(is_long, f.a, f.x, 1);
}

void BlockGenerator::emit_float_product(Ref at, const FloatResult& result) {
  const FloatFormat f(operation(at).code == Code::float_long);
  const Label small = a_.new_label();
  a_.mov(f.b, f.x);
  a_.xor_(f.b, f.y);
  emit_characteristic(a_, f, f.a, f.x);
  emit_characteristic(a_, f, f.shift, f.y);
  a_.add(host::ebx, host::ecx);
  a_.shl(f.x, 8);
  a_.shl(f.y, 8);
  if (f.is_long) {
    a_.mul(host::rdx);
    a_.mov(host::rcx, host::rdx);
    a_.shr(host::rcx, 56);
    a_.jz(small);  // more than one leading zero: an operand was not normalized
  } else {
    a_.shl(host::rbp, 32);  // the sign, for the long product
    a_.imul(host::rdx, host::rax);
    a_.test(host::rdx, host::rdx);
    a_.jz(small);
  }
  emit_float_finish(true, host::rdx, host::rbx, -64);
  out_of_line([this, f, small, result] {
    a_.bind(small);
    if (f.is_long) {
      a_.or_(host::rax, host::rdx);
      a_.jnz(cold());
    }
    a_.xor_(host::ebx, host::ebx);
    a_.jmp(result.done);
  });
}

// Of normalized operands; else the quotient might have too many digits.
void BlockGenerator::emit_float_quotient(Ref at, const FloatResult&) {
  const FloatFormat f(operation(at).code == Code::float_long);
  a_.mov(f.b, f.x);
  a_.xor_(f.b, f.y);
  emit_characteristic(a_, f, f.shift, f.x);
  emit_characteristic(a_, f, f.a, f.y);
  a_.sub(host::ecx, host::ebx);
  a_.mov(f.a, f.y);
  a_.shl(f.x, 8);
  a_.shl(f.a, 8);
  a_.mov(f.y, f.x);
  a_.shr(f.y, f.bits - 4);
  a_.jz(cold());
  a_.mov(f.y, f.a);
  a_.shr(f.y, f.bits - 4);
  a_.jz(cold());
  a_.shr(f.a, 8);
  if (f.is_long) {
    a_.mov(host::rdx, host::rax);
    a_.shr(host::rdx, 12);
    a_.shl(host::rax, 52);
  } else {
    a_.xor_(host::edx, host::edx);
    a_.shl(host::rax, 20);
  }
  a_.div(host::rbx);
  a_.mov(host::edx, host::ecx);
  emit_float_finish(f.is_long, host::rax, host::rdx, 64 + 1);
}

void BlockGenerator::emit_float_half(Ref at, const FloatResult& result) {
  const FloatFormat f(operation(at).code == Code::float_long);
  a_.mov(f.b, f.y);
  emit_characteristic(a_, f, f.a, f.y);
  a_.shl(f.y, 8);
  a_.jz(result.zero);
  a_.shr(f.y, 5);
  emit_float_finish(f.is_long, f.y, f.a, 1);
  out_of_line([this, result] {
    a_.bind(result.zero);
    a_.xor_(host::ebx, host::ebx);
    a_.jmp(result.done);
  });
}

// A zero fraction is zero whatever sign and characteristic are.
void BlockGenerator::emit_cc_float_sign(Ref at) {
  if (operation(at).has_dead_cc) return;
  const FloatFormat f(operation(at).code == Code::cc_float_sign_long);
  const host::Gp value = f.sized(values_.in_register(operation(at).operands[0]));
  const host::Gp tested = f.sized(values_.allocate());
  a_.mov(tested, value);
  a_.shl(tested, 8);
  a_.cmovnz(tested, value);
  a_.mov(cc_a_operand(f.bits / 8), tested);
  values_.release(tested);
  cc_ = f.is_long ? CcKind::sign_long : CcKind::sign_word;
}

// Normalized numbers are ordered as their images are, read as sign and magnitude.
void BlockGenerator::emit_cc_float_compare(Ref at) {
  const FloatFormat f(operation(at).code == Code::cc_float_compare_long);
  load_pair(operation(at).operands[0], host::rax, operation(at).operands[1], host::rdx, at);
  for (const host::Gp& image : {f.x, f.y}) {
    const Label is_ordered = a_.new_label();
    a_.mov(f.a, image);
    a_.shl(f.a, 8);
    a_.shr(f.a, f.bits - 4);
    a_.jnz(is_ordered);
    a_.test(image, image);
    a_.jnz(cold());
    a_.bind(is_ordered);
    // The magnitude of a negative number is complemented, so that the order is that of signed numbers.
    a_.mov(f.a, image);
    a_.sar(f.a, f.bits - 1);
    a_.shr(f.a, 1);
    a_.xor_(image, f.a);
  }
  if (operation(at).has_dead_cc) return;
  a_.xor_(host::ecx, host::ecx);
  a_.xor_(host::ebx, host::ebx);
  a_.cmp(f.x, f.y);
  a_.setg(host::cl);
  a_.setl(host::bl);
  a_.sub(host::ecx, host::ebx);
  a_.mov(cc_a_operand(4), host::ecx);
  cc_ = CcKind::sign_word;
}

}  // namespace replica
