// Hexadecimal floating point. The arithmetic itself is frontend/hexadecimal_float.h; what stands here is which registers
// and storage an instruction combines. GA22-7000 "Floating-Point Instructions".
#pragma once

#include "frontend/semantics/builder.h"

namespace replica {

// The arithmetic operations that a builder knows, in their short and long forms.
enum class FloatOperation : u8 { add, subtract, add_unnormalized, subtract_unnormalized, multiply, divide, halve };

namespace semantics {

// Register numbers other than 0, 2, 4 and 6 are specification exceptions.
constexpr bool is_float_register(unsigned n) { return (n & 9) == 0; }
// Register numbers of the pairs of extended operands: 0 and 4.
constexpr bool is_float_pair(unsigned n) { return (n & 11) == 0; }

inline bool float_registers_are_valid(const Insn& i) { return is_float_register(i.r1) && is_float_register(i.r2); }

// ---- Load and store ----

template <Builder B>
void LDR(B& b, const Insn& i) {
  if (!float_registers_are_valid(i)) return b.specification();
  b.set_fpr(i.r1, b.fpr(i.r2));
}
// The short forms leave the right half of the register as it is.
template <Builder B>
void LER(B& b, const Insn& i) {
  if (!float_registers_are_valid(i)) return b.specification();
  b.set_fpr_short(i.r1, b.fpr_short(i.r2));
}
template <Builder B>
void LD(B& b, const Insn& i) {
  if (!is_float_register(i.r1)) return b.specification();
  b.set_fpr(i.r1, b.load64(second_address(b, i)));
}
template <Builder B>
void LE(B& b, const Insn& i) {
  if (!is_float_register(i.r1)) return b.specification();
  b.set_fpr_short(i.r1, b.load32(second_address(b, i)));
}
template <Builder B>
void STD(B& b, const Insn& i) {
  if (!is_float_register(i.r1)) return b.specification();
  b.store64(second_address(b, i), b.fpr(i.r1));
}
template <Builder B>
void STE(B& b, const Insn& i) {
  if (!is_float_register(i.r1)) return b.specification();
  b.store32(second_address(b, i), b.fpr_short(i.r1));
}

// ---- Load with a sign operation: CC 0 fraction zero, 1 negative, 2 positive ----

// The left word of the result is left_word(left word of R2).
template <Builder B, typename LeftWord>
void load_signed_long(B& b, const Insn& i, LeftWord left_word) {
  if (!float_registers_are_valid(i)) return b.specification();
  auto value = b.fpr(i.r2);
  auto result = b.join(left_word(b.high(value)), b.low(value));
  b.set_fpr(i.r1, result);
  b.cc_float_sign_long(result);
}
template <Builder B, typename LeftWord>
void load_signed_short(B& b, const Insn& i, LeftWord left_word) {
  if (!float_registers_are_valid(i)) return b.specification();
  auto result = left_word(b.fpr_short(i.r2));
  b.set_fpr_short(i.r1, result);
  b.cc_float_sign_short(result);
}
template <Builder B>
void LTDR(B& b, const Insn& i) {
  load_signed_long(b, i, [](auto word) { return word; });
}
template <Builder B>
void LTER(B& b, const Insn& i) {
  load_signed_short(b, i, [](auto word) { return word; });
}
template <Builder B>
void LCDR(B& b, const Insn& i) {
  load_signed_long(b, i, [&](auto word) { return b.xor_(word, b.word(0x80000000)); });
}
template <Builder B>
void LCER(B& b, const Insn& i) {
  load_signed_short(b, i, [&](auto word) { return b.xor_(word, b.word(0x80000000)); });
}
template <Builder B>
void LPDR(B& b, const Insn& i) {
  load_signed_long(b, i, [&](auto word) { return b.and_(word, b.word(0x7FFFFFFF)); });
}
template <Builder B>
void LPER(B& b, const Insn& i) {
  load_signed_short(b, i, [&](auto word) { return b.and_(word, b.word(0x7FFFFFFF)); });
}
template <Builder B>
void LNDR(B& b, const Insn& i) {
  load_signed_long(b, i, [&](auto word) { return b.or_(word, b.word(0x80000000)); });
}
template <Builder B>
void LNER(B& b, const Insn& i) {
  load_signed_short(b, i, [&](auto word) { return b.or_(word, b.word(0x80000000)); });
}

// ---- Compare: CC 0 equal, 1 first operand low, 2 first operand high ----

template <Builder B>
void CDR(B& b, const Insn& i) {
  if (!float_registers_are_valid(i)) return b.specification();
  b.cc_float_compare_long(b.fpr(i.r1), b.fpr(i.r2));
}
template <Builder B>
void CER(B& b, const Insn& i) {
  if (!float_registers_are_valid(i)) return b.specification();
  b.cc_float_compare_short(b.fpr_short(i.r1), b.fpr_short(i.r2));
}
template <Builder B>
void CD(B& b, const Insn& i) {
  if (!is_float_register(i.r1)) return b.specification();
  b.cc_float_compare_long(b.fpr(i.r1), b.load64(second_address(b, i)));
}
template <Builder B>
void CE(B& b, const Insn& i) {
  if (!is_float_register(i.r1)) return b.specification();
  b.cc_float_compare_short(b.fpr_short(i.r1), b.load32(second_address(b, i)));
}

// ---- Arithmetic: the builder stores the result in R1, sets the code for sums, and raises what the result calls for ----

template <Builder B>
void float_long_registers(B& b, const Insn& i, FloatOperation operation) {
  if (!float_registers_are_valid(i)) return b.specification();
  b.float_long(operation, i.r1, b.fpr(i.r1), b.fpr(i.r2));
}
template <Builder B>
void float_short_registers(B& b, const Insn& i, FloatOperation operation) {
  if (!float_registers_are_valid(i)) return b.specification();
  b.float_short(operation, i.r1, b.fpr_short(i.r1), b.fpr_short(i.r2));
}
template <Builder B>
void float_long_storage(B& b, const Insn& i, FloatOperation operation) {
  if (!is_float_register(i.r1)) return b.specification();
  b.float_long(operation, i.r1, b.fpr(i.r1), b.load64(second_address(b, i)));
}
template <Builder B>
void float_short_storage(B& b, const Insn& i, FloatOperation operation) {
  if (!is_float_register(i.r1)) return b.specification();
  b.float_short(operation, i.r1, b.fpr_short(i.r1), b.load32(second_address(b, i)));
}

#define FLOAT_ARITHMETIC(mnemonic, shape, operation) \
  template <Builder B>                               \
  void mnemonic(B& b, const Insn& i) {               \
    shape(b, i, FloatOperation::operation);          \
  }
FLOAT_ARITHMETIC(ADR, float_long_registers, add)
FLOAT_ARITHMETIC(AER, float_short_registers, add)
FLOAT_ARITHMETIC(AD, float_long_storage, add)
FLOAT_ARITHMETIC(AE, float_short_storage, add)
FLOAT_ARITHMETIC(SDR, float_long_registers, subtract)
FLOAT_ARITHMETIC(SER, float_short_registers, subtract)
FLOAT_ARITHMETIC(SD, float_long_storage, subtract)
FLOAT_ARITHMETIC(SE, float_short_storage, subtract)
FLOAT_ARITHMETIC(AWR, float_long_registers, add_unnormalized)
FLOAT_ARITHMETIC(AUR, float_short_registers, add_unnormalized)
FLOAT_ARITHMETIC(AW, float_long_storage, add_unnormalized)
FLOAT_ARITHMETIC(AU, float_short_storage, add_unnormalized)
FLOAT_ARITHMETIC(SWR, float_long_registers, subtract_unnormalized)
FLOAT_ARITHMETIC(SUR, float_short_registers, subtract_unnormalized)
FLOAT_ARITHMETIC(SW, float_long_storage, subtract_unnormalized)
FLOAT_ARITHMETIC(SU, float_short_storage, subtract_unnormalized)
FLOAT_ARITHMETIC(MDR, float_long_registers, multiply)
FLOAT_ARITHMETIC(MD, float_long_storage, multiply)
FLOAT_ARITHMETIC(DDR, float_long_registers, divide)
FLOAT_ARITHMETIC(DER, float_short_registers, divide)
FLOAT_ARITHMETIC(DD, float_long_storage, divide)
FLOAT_ARITHMETIC(DE, float_short_storage, divide)
// The product of short operands is long and fills the register.
FLOAT_ARITHMETIC(MER, float_short_registers, multiply)
FLOAT_ARITHMETIC(ME, float_short_storage, multiply)
// Half of R2 goes to R1; the first operand takes no part.
FLOAT_ARITHMETIC(HDR, float_long_registers, halve)
FLOAT_ARITHMETIC(HER, float_short_registers, halve)
#undef FLOAT_ARITHMETIC

}  // namespace semantics
}  // namespace replica
