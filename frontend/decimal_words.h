// Packed-decimal arithmetic on whole fields as integers. What decimal.h says of the operations holds here too, only that a
// field is a Word, with its sign in the rightmost four bits: the caller has fetched the operands, and stores what comes back.
//
// The idea: an operand is at most 31 digits, which fit the 32 nibbles of a u128 with one to spare for a carry. Whole
// operands are therefore checked, added, subtracted, compared and shifted as one integer, all digits at once:
//
//   - Digit + 6 carries into the next nibble exactly when the digit is above 9. So adding 6 to every digit finds bad
//     digits, and makes binary addition carry where decimal addition does; a digit that did not carry gives its 6 back.
//   - Binary subtraction borrows where decimal subtraction does, and leaves 6 too much in a digit that borrowed.
//   - Packed digits compare as the integers they look like, and shift by four bits a digit.
//
// Multiplication and division go through binary: 10^31 is below 2^103.
//
// The usual operands have 8 bytes or less, and a u64 is twice as fast as a u128. `Word` is the one of the two that the fields
// at hand fit in; everything said above holds for both. All is inline because a call would send its operands through memory.
#pragma once

#include <algorithm>
#include <array>

#include "base/check.h"
#include "frontend/decimal.h"

namespace replica::decimal::words {

// What an operation makes of its fields. Of exceptions other than decimal overflow, the field says nothing.
template <typename Word>
struct Result {
  Word field;
  Outcome outcome;
};

constexpr u64 ten_to_16 = 10'000'000'000'000'000;

template <typename Word>
constexpr Word one_per_nibble = static_cast<Word>(~Word{0}) / 15;
template <typename Word>
constexpr Word sixes = (one_per_nibble<Word> * 6) >> 4;  // in each digit, not in the spare nibble
template <typename Word>
constexpr Word carries = one_per_nibble<Word> & ~Word{15};  // the bits that a carry or borrow of a digit arrives in

template <typename Word>
struct Number {
  Word digits;  // right-aligned, without the sign
  bool minus;
};

template <typename Word>
struct Operand : Number<Word> {
  bool valid;
};

// ---- Fields ----

constexpr unsigned digit_count(unsigned length) { return 2 * length - 1; }

// The digits of a field of so many bytes.
inline constexpr std::array<u128, 17> digit_masks = [] {
  std::array<u128, 17> masks{};
  for (unsigned length = 1; length <= 16; ++length) masks[length] = (u128{1} << 4 * digit_count(length)) - 1;
  return masks;
}();

// Signs are A-F; B and D are minus.
template <typename Word>
inline Operand<Word> operand(Word field) {
  const unsigned sign = static_cast<unsigned>(field & 15);
  const Word digits = field >> 4;
  const Word biased = digits + sixes<Word>;
  const bool digits_valid = ((biased ^ digits) & carries<Word>) == 0;
  return {{digits, sign == 0xB || sign == 0xD}, sign > 9 && digits_valid};
}

template <typename Word>
constexpr Word field_of(Number<Word> number) {
  return number.digits << 4 | (number.minus ? 0xD : 0xC);
}

// What fits of a result into `length` bytes, and the condition code. `lost` is not zero if the digits on its left, which do
// not fit, are not. Only a true zero is made positive.
template <typename Word>
inline Result<Word> finish(unsigned length, Number<Word> result, Word lost) {
  const Word kept = result.digits & static_cast<Word>(digit_masks[length]);
  const bool minus = result.minus && (kept | lost) != 0;
  const Word field = field_of<Word>({kept, minus});
  if (lost != 0) return {field, {3, Exception::decimal_overflow}};
  if (kept == 0) return {field, {0, Exception::none}};
  return {field, {static_cast<u8>(minus ? 1 : 2), Exception::none}};
}

template <typename Word>
inline Result<Word> finish(unsigned length, Number<Word> result) {
  return finish<Word>(length, result, result.digits & ~static_cast<Word>(digit_masks[length]));
}

template <typename Word>
constexpr Result<Word> exceptional(Exception exception) {
  return {0, {0, exception}};
}

// ---- All digits at once ----

// A six in each digit whose carry bit, one nibble to its left, is on.
template <typename Word>
constexpr Word six_below(Word carry_bits) {
  return carry_bits >> 2 | carry_bits >> 3;
}

template <typename Word>
constexpr Word add_digits(Word a, Word b) {
  const Word biased = a + sixes<Word>;
  const Word sum = biased + b;
  const Word carried = (biased ^ b ^ sum) & carries<Word>;
  return sum - six_below<Word>(carried ^ carries<Word>);
}

// a - b, where a is not below b.
template <typename Word>
constexpr Word subtract_digits(Word a, Word b) {
  const Word difference = a - b;
  const Word borrowed = (a ^ b ^ difference) & carries<Word>;
  return difference - six_below<Word>(borrowed);
}

template <typename Word>
inline Number<Word> add_numbers(Number<Word> a, Number<Word> b) {
  if (a.minus == b.minus) return {add_digits(a.digits, b.digits), a.minus};
  if (a.digits >= b.digits) return {subtract_digits(a.digits, b.digits), a.minus};
  return {subtract_digits(b.digits, a.digits), b.minus};
}

// ---- Between packed digits and binary ----

// Sixteen digits become one number in four steps, each of which joins neighbours: high * 2^k + low, as they stand in
// the word, less high * (2^k - 10^d).
inline u64 binary_of_16_digits(u64 x) {
  x -= (0x10 - 10) * (x >> 4 & 0x0F0F'0F0F'0F0F'0F0F);
  x -= (0x100 - 100) * (x >> 8 & 0x00FF'00FF'00FF'00FF);
  x -= (0x1'0000 - 10'000) * (x >> 16 & 0x0000'FFFF'0000'FFFF);
  if (x >> 32 != 0) x -= (0x1'0000'0000 - 100'000'000) * (x >> 32);  // most numbers are shorter
  return x;
}

template <typename Word>
inline Word to_binary(Word digits) {
  const u64 low = binary_of_16_digits(static_cast<u64>(digits));
  if constexpr (sizeof(Word) > sizeof(u64)) {
    const u64 high = static_cast<u64>(digits >> 64);
    if (high != 0) return u128{binary_of_16_digits(high)} * ten_to_16 + low;
  }
  return low;
}

// The steps of binary_of_16_digits backwards, for x below 10^16. The quotients by 100 and 10 are products with a scaled
// reciprocal, exact in their range, for every other lane at a time so that the products have room.
inline u64 digits_of_binary(u64 x) {
  if (x >= 100'000'000) x += (0x1'0000'0000 - 100'000'000) * (x / 100'000'000);
  x += (0x1'0000 - 10'000) * ((x >> 32) / 10'000 << 32 | static_cast<u32>(x) / 10'000);

  constexpr u64 fours = 0x0000'FFFF'0000'FFFF;
  const u64 low_hundreds = (x & fours) * 5243 >> 19 & 0x0000'007F'0000'007F;
  const u64 high_hundreds = (x >> 16 & fours) * 5243 >> 19 & 0x0000'007F'0000'007F;
  x += (0x100 - 100) * (high_hundreds << 16 | low_hundreds);

  constexpr u64 pairs = 0x00FF'00FF'00FF'00FF;
  const u64 low_tens = (x & pairs) * 103 >> 10 & 0x000F'000F'000F'000F;
  const u64 high_tens = (x >> 8 & pairs) * 103 >> 10 & 0x000F'000F'000F'000F;
  x += (0x10 - 10) * (high_tens << 8 | low_tens);
  return x;
}

template <typename Word>
inline Word to_digits(Word binary) {
  if constexpr (sizeof(Word) > sizeof(u64)) {
    if (binary >= ten_to_16) {
      const u64 high = static_cast<u64>(binary / ten_to_16);
      const u64 low = static_cast<u64>(binary - u128{high} * ten_to_16);
      return u128{digits_of_binary(high)} << 64 | digits_of_binary(low);
    }
  }
  return digits_of_binary(static_cast<u64>(binary));
}

// ---- Between zoned and packed digits ----

// The right halves of 8 bytes, side by side.
inline u64 packed_of_8_zoned(u64 x) {
  x &= 0x0F0F'0F0F'0F0F'0F0F;
  x = (x | x >> 4) & 0x00FF'00FF'00FF'00FF;
  x = (x | x >> 8) & 0x0000'FFFF'0000'FFFF;
  return (x | x >> 16) & 0xFFFF'FFFF;
}

// Each of 8 digits in a byte, with the zone F.
inline u64 zoned_of_8_digits(u64 x) {
  x = (x | x << 16) & 0x0000'FFFF'0000'FFFF;
  x = (x | x << 8) & 0x00FF'00FF'00FF'00FF;
  x = (x | x << 4) & 0x0F0F'0F0F'0F0F'0F0F;
  return x | 0xF0F0'F0F0'F0F0'F0F0;
}

// ---- The operations: a result of `length1` bytes, where the number of digits matters ----

template <typename Word>
inline Result<Word> zero_and_add(Word second, unsigned length1) {
  const auto source = operand<Word>(second);
  if (!source.valid) return exceptional<Word>(Exception::data);
  return finish<Word>(length1, source);
}

template <typename Word>
inline Result<Word> add(Word first, Word second, unsigned length1) {
  const auto augend = operand<Word>(first);
  const auto addend = operand<Word>(second);
  if (!augend.valid || !addend.valid) return exceptional<Word>(Exception::data);
  return finish<Word>(length1, add_numbers<Word>(augend, addend));
}

template <typename Word>
inline Result<Word> subtract(Word first, Word second, unsigned length1) {
  const auto minuend = operand<Word>(first);
  const auto subtrahend = operand<Word>(second);
  if (!minuend.valid || !subtrahend.valid) return exceptional<Word>(Exception::data);
  return finish<Word>(length1, add_numbers<Word>(minuend, {subtrahend.digits, !subtrahend.minus}));
}

template <typename Word>
inline Outcome compare(Word first, Word second) {
  const auto a = operand<Word>(first);
  const auto b = operand<Word>(second);
  if (!a.valid || !b.valid) return {0, Exception::data};
  const bool equal = a.digits == b.digits && (a.minus == b.minus || a.digits == 0);
  if (equal) return {0, Exception::none};
  const bool low = a.minus != b.minus ? a.minus : (a.digits < b.digits) != a.minus;
  return {static_cast<u8>(low ? 1 : 2), Exception::none};
}

// The lengths are those that may be.
template <typename Word>
inline Result<Word> multiply(Word first, Word second, unsigned length1, unsigned length2) {
  const auto multiplicand = operand<Word>(first);
  const auto multiplier = operand<Word>(second);
  const bool enough_zeros = multiplicand.digits >> 4 * digit_count(length1 - length2) == 0;
  if (!multiplicand.valid || !multiplier.valid || !enough_zeros) return exceptional<Word>(Exception::data);
  const Word product = to_binary<Word>(multiplicand.digits) * to_binary<Word>(multiplier.digits);
  return {field_of<Word>({to_digits<Word>(product), multiplicand.minus != multiplier.minus}), {0, Exception::none}};
}

// The result is quotient and remainder side by side. The lengths are those that may be.
template <typename Word>
inline Result<Word> divide(Word first, Word second, unsigned length1, unsigned length2) {
  const auto dividend = operand<Word>(first);
  const auto divisor = operand<Word>(second);
  if (!dividend.valid || !divisor.valid) return exceptional<Word>(Exception::data);

  // The manual's trial subtraction: the divisor's leftmost digit under the second digit of the dividend.
  const Word aligned_divisor = divisor.digits << 4 * digit_count(length1 - length2);
  if (aligned_divisor <= dividend.digits) return exceptional<Word>(Exception::decimal_divide);

  const Word numerator = to_binary<Word>(dividend.digits);
  const Word denominator = to_binary<Word>(divisor.digits);
  const Word quotient = numerator / denominator;
  const Word remainder = numerator - quotient * denominator;
  const Word left = field_of<Word>({to_digits<Word>(quotient), dividend.minus != divisor.minus});
  const Word right = field_of<Word>({to_digits<Word>(remainder), dividend.minus});
  return {left << 8 * length2 | right, {0, Exception::none}};
}

inline Result<u128> shift_and_round(u128 first, unsigned length1, unsigned shift, unsigned rounding_digit) {
  DCHECK(shift < 64);
  const auto source = operand<u128>(first);
  if (!source.valid || rounding_digit > 9) return exceptional<u128>(Exception::data);

  if (shift < 32) {
    const unsigned places_left = digit_count(length1) - std::min(shift, digit_count(length1));
    return finish<u128>(length1, {source.digits << 4 * shift, source.minus}, source.digits >> 4 * places_left);
  }
  const u128 with_last_lost_digit = source.digits >> 4 * (63 - shift);
  const bool round_up = (with_last_lost_digit & 15) + rounding_digit > 9;
  return finish<u128>(length1, {add_digits<u128>(with_last_lost_digit >> 4, round_up), source.minus});
}

inline Binary convert_to_binary(u64 packed) {
  const auto source = operand<u64>(packed);
  if (!source.valid) return {0, Exception::data};
  const i64 magnitude = static_cast<i64>(binary_of_16_digits(source.digits));
  const i64 value = source.minus ? -magnitude : magnitude;
  const bool fits = value == static_cast<i32>(value);
  return {static_cast<u32>(value), fits ? Exception::none : Exception::fixed_point_divide};
}

inline u64 convert_to_decimal(u32 value) {
  const bool minus = static_cast<i32>(value) < 0;
  const u32 magnitude = minus ? 0 - value : value;
  return field_of<u64>({digits_of_binary(magnitude), minus});
}

// Of the zoned digits that a u128 has; the rightmost sixteen.
inline u128 pack(u128 zoned) {
  const u64 sign = static_cast<u64>(zoned) >> 4 & 15;
  const u64 digits =
      packed_of_8_zoned(static_cast<u64>(zoned >> 64)) << 32 | packed_of_8_zoned(static_cast<u64>(zoned));
  return u128{digits} << 4 | sign;
}

inline u128 unpack(u128 packed) {
  const u64 digits = static_cast<u64>(packed >> 4);
  const u64 sign = static_cast<u64>(packed) & 15;
  const u64 low = (zoned_of_8_digits(static_cast<u32>(digits)) & ~u64{0xF0}) | sign << 4;
  return u128{zoned_of_8_digits(digits >> 32)} << 64 | low;
}

}  // namespace replica::decimal::words
