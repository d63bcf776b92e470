// The idea: one implementation over the fraction width. Every operation takes its operands apart (Number), develops an
// intermediate result that has one carry digit on the left and one guard digit on the right (Intermediate), and hands
// it to `finish`, which shifts the leading digit into place, drops what does not fit, and judges the characteristic.
// One guard digit is all that addition keeps, and all that multiplication and division need to be truncations of the
// exact result, because normalized operands leave at most one leading zero. Characteristics are plain integers until
// `pack` cuts them to seven bits, which is also the wrap by 128 that overflow and underflow call for.

#include "frontend/hexadecimal_float.h"

#include <algorithm>
#include <bit>
#include <type_traits>
#include <utility>

#include "base/bits.h"

namespace replica::hfp {
namespace {

constexpr int excess = 64;
constexpr int last_characteristic = 127;

// `Fraction` has room for `digits` hexadecimal digits plus carry and guard digit.
struct ShortFormat {
  using Image = u32;
  using Fraction = u32;
  static constexpr int digits = 6;
};
struct LongFormat {
  using Image = u64;
  using Fraction = u64;
  static constexpr int digits = 14;
};
struct ExtendedFormat {
  using Image = Extended;
  using Fraction = u128;
  static constexpr int digits = 28;
};

template <typename Format>
using OutcomeOf = Outcome<typename Format::Image>;

template <typename Format>
struct Number {
  bool negative;
  int characteristic;  // may lie outside 0-127 during an operation
  typename Format::Fraction fraction;
};

template <typename Format>
struct Intermediate {
  bool negative;
  int characteristic;                // that of the digits without the carry
  typename Format::Fraction digits;  // carry digit, the digits of the format, guard digit
};

template <typename Format>
Number<Format> unpack(typename Format::Image image) {
  if constexpr (std::is_same_v<Format, ExtendedFormat>) {
    const auto high = unpack<LongFormat>(image.high);
    const auto low = unpack<LongFormat>(image.low);
    return {high.negative, high.characteristic, u128{high.fraction} << 56 | low.fraction};
  } else {
    return {ibm_bit(image, 0), static_cast<int>(ibm_bits(image, 1, 7)), ibm_bits(image, 8, sizeof image * 8 - 1)};
  }
}

template <typename Format>
typename Format::Image pack(const Number<Format>& number) {
  if constexpr (std::is_same_v<Format, ExtendedFormat>) {
    const u64 high = static_cast<u64>(number.fraction >> 56);
    const u64 low = ibm_bits(static_cast<u64>(number.fraction), 8, 63);
    return {pack<LongFormat>({number.negative, number.characteristic, high}),
            pack<LongFormat>({number.negative, number.characteristic - LongFormat::digits, low})};
  } else {
    using Image = typename Format::Image;
    const Image sign = number.negative ? ibm_mask<Image>(0) : 0;
    const Image characteristic = static_cast<Image>(number.characteristic & last_characteristic);
    return sign | characteristic << (Format::digits * 4) | number.fraction;
  }
}

int leading_zero_bits(u32 value) { return std::countl_zero(value); }
int leading_zero_bits(u64 value) { return std::countl_zero(value); }
int leading_zero_bits(u128 value) {
  const u64 high = static_cast<u64>(value >> 64);
  return high != 0 ? std::countl_zero(high) : 64 + std::countl_zero(static_cast<u64>(value));
}

// Leading zero digits of a value of `width` hexadecimal digits.
template <typename Fraction>
int leading_zero_digits(Fraction value, int width) {
  return (leading_zero_bits(value) - (static_cast<int>(sizeof(Fraction)) * 8 - width * 4)) / 4;
}

// Brings the intermediate result to the format: the carry shifts it right, leading zeros shift it left if it is to be
// normalized, and what is right of the format's last digit is lost. A zero fraction keeps sign and characteristic; it
// must come with Normalization::no.
template <typename Format>
OutcomeOf<Format> finish(const Intermediate<Format>& result, Normalization normalization, Masks masks) {
  const int zeros = leading_zero_digits(result.digits, Format::digits + 2);
  const int shift = normalization == Normalization::yes ? zeros : std::min(zeros, 1);
  const Number<Format> number{result.negative, result.characteristic + 1 - shift, result.digits << (4 * shift) >> 8};
  const u8 cc = number.negative ? 1 : 2;
  if (number.characteristic > last_characteristic) return {pack(number), cc, Exception::exponent_overflow};
  if (number.characteristic >= 0) return {pack(number), cc, Exception::none};
  if (masks.underflow) return {pack(number), cc, Exception::exponent_underflow};
  return {};  // true zero
}

// The end of multiplication, division, and halving, where a zero fraction is a true zero without further ado.
template <typename Format>
OutcomeOf<Format> finish_normalized(const Intermediate<Format>& result, Masks masks) {
  if (result.digits == 0) return {};
  return finish(result, Normalization::yes, masks);
}

// The algebraic sum at the larger of the two characteristics; of the digits shifted out one is kept as guard digit.
template <typename Format>
Intermediate<Format> sum(Number<Format> a, Number<Format> b) {
  if (a.characteristic < b.characteristic) std::swap(a, b);
  const int distance = a.characteristic - b.characteristic;
  const auto larger = a.fraction << 4;
  const auto aligned = distance > Format::digits ? 0 : b.fraction << 4 >> (4 * distance);
  if (a.negative == b.negative) return {a.negative, a.characteristic, larger + aligned};
  if (larger >= aligned) return {a.negative, a.characteristic, larger - aligned};
  return {b.negative, a.characteristic, aligned - larger};
}

template <typename Format>
OutcomeOf<Format> add(const Number<Format>& a, const Number<Format>& b, Normalization normalization, Masks masks) {
  auto result = sum(a, b);
  // The guard digit takes part in an unnormalized sum, but not in the decision whether that sum is zero.
  if (normalization == Normalization::no) result.digits = result.digits >> 4 << 4;
  if (result.digits != 0) return finish(result, normalization, masks);
  if (!masks.significance) return {};  // true zero
  return {pack<Format>({false, result.characteristic, 0}), 0, Exception::significance};
}

template <typename Format>
Number<Format> negated(Number<Format> number) {
  number.negative = !number.negative;
  return number;
}

template <typename Format>
u8 compare(const Number<Format>& a, const Number<Format>& b) {
  const auto difference = sum(a, negated(b));
  if (difference.digits == 0) return 0;
  return difference.negative ? 1 : 2;
}

// Takes an image apart and normalizes it. A zero fraction stays zero.
template <typename Format>
Number<Format> unpack_normalized(typename Format::Image image) {
  const auto number = unpack<Format>(image);
  const int zeros = leading_zero_digits(number.fraction, Format::digits);
  return {number.negative, number.characteristic - zeros, number.fraction << (4 * zeros)};
}

// Everything about a product but its digits. The result may be of a wider format than the operands.
template <typename Result, typename Format>
Intermediate<Result> product(const Number<Format>& a, const Number<Format>& b, typename Result::Fraction digits) {
  return {a.negative != b.negative, a.characteristic + b.characteristic - excess, digits};
}

// The left half of the 256-bit product.
u128 high_product(u128 a, u128 b) {
  const u64 a_high = static_cast<u64>(a >> 64), a_low = static_cast<u64>(a);
  const u64 b_high = static_cast<u64>(b >> 64), b_low = static_cast<u64>(b);
  const u128 middle = u128{a_high} * b_low + (u128{a_low} * b_low >> 64);
  const u128 other_middle = u128{a_low} * b_high + static_cast<u64>(middle);
  return u128{a_high} * b_high + (middle >> 64) + (other_middle >> 64);
}

// The quotients of two normalized fractions (so a < 16b), as the digits of an Intermediate.
u32 quotient(u32 a, u32 b) { return static_cast<u32>((u64{a} << 28) / b); }
u64 quotient(u64 a, u64 b) { return static_cast<u64>((u128{a} << 60) / b); }

// The next 64 bits of remainder / divisor, where the remainder is less than the divisor and the divisor's leftmost bit
// is on (long division in words; the estimate from the divisor's left word is never too small and at most 2 too large).
u64 next_quotient_word(u128& remainder, u128 divisor) {
  const u64 high = static_cast<u64>(divisor >> 64), low = static_cast<u64>(divisor);
  u64 word = remainder >> 64 == high ? ~u64{0} : static_cast<u64>(remainder / high);
  u128 rest = remainder - u128{word} * high;
  while (rest >> 64 == 0 && rest << 64 < u128{word} * low) {
    --word;
    rest += high;
  }
  remainder = (rest << 64) - u128{word} * low;
  return word;
}

u128 quotient(u128 a, u128 b) {
  const u128 left_justified = b << 16;
  const int shift = leading_zero_bits(left_justified);
  u128 remainder = a << 12 << shift;  // a / 16, so that it is less than b
  const u128 divisor = left_justified << shift;
  const u64 first = next_quotient_word(remainder, divisor);
  const u64 second = next_quotient_word(remainder, divisor);
  return (u128{first} << 64 | second) >> 8;
}

template <typename Format>
OutcomeOf<Format> divide(typename Format::Image dividend, typename Format::Image divisor, Masks masks) {
  const auto a = unpack_normalized<Format>(dividend);
  const auto b = unpack_normalized<Format>(divisor);
  if (b.fraction == 0) return {dividend, 0, Exception::divide};
  const int characteristic = a.characteristic - b.characteristic + excess;
  return finish_normalized<Format>({a.negative != b.negative, characteristic, quotient(a.fraction, b.fraction)}, masks);
}

// The bit shifted out goes to the guard digit.
template <typename Format>
OutcomeOf<Format> halve(const Number<Format>& a, Masks masks) {
  return finish_normalized<Format>({a.negative, a.characteristic, a.fraction << 4 >> 1}, masks);
}

// `digits` is the fraction of `a` cut to the digits of the result and a guard digit; adding half of a unit to the guard
// digit rounds.
template <typename Result, typename Format>
OutcomeOf<Result> round(const Number<Format>& a, typename Result::Fraction digits) {
  return finish<Result>({a.negative, a.characteristic, digits + 8}, Normalization::no, Masks{});
}

template <typename Format>
u8 test(const Number<Format>& a) {
  if (a.fraction == 0) return 0;
  return a.negative ? 1 : 2;
}

}  // namespace

ShortOutcome add_short(u32 a, u32 b, Normalization normalization, Masks masks) {
  return add(unpack<ShortFormat>(a), unpack<ShortFormat>(b), normalization, masks);
}
ShortOutcome subtract_short(u32 a, u32 b, Normalization normalization, Masks masks) {
  return add(unpack<ShortFormat>(a), negated(unpack<ShortFormat>(b)), normalization, masks);
}
LongOutcome add_long(u64 a, u64 b, Normalization normalization, Masks masks) {
  return add(unpack<LongFormat>(a), unpack<LongFormat>(b), normalization, masks);
}
LongOutcome subtract_long(u64 a, u64 b, Normalization normalization, Masks masks) {
  return add(unpack<LongFormat>(a), negated(unpack<LongFormat>(b)), normalization, masks);
}
ExtendedOutcome add_extended(Extended a, Extended b, Masks masks) {
  return add(unpack<ExtendedFormat>(a), unpack<ExtendedFormat>(b), Normalization::yes, masks);
}
ExtendedOutcome subtract_extended(Extended a, Extended b, Masks masks) {
  return add(unpack<ExtendedFormat>(a), negated(unpack<ExtendedFormat>(b)), Normalization::yes, masks);
}

u8 compare_short(u32 a, u32 b) { return compare(unpack<ShortFormat>(a), unpack<ShortFormat>(b)); }
u8 compare_long(u64 a, u64 b) { return compare(unpack<LongFormat>(a), unpack<LongFormat>(b)); }

// 12 digits; two zeros and the guard digit follow.
LongOutcome multiply_short(u32 a, u32 b, Masks masks) {
  const auto x = unpack_normalized<ShortFormat>(a), y = unpack_normalized<ShortFormat>(b);
  return finish_normalized(product<LongFormat>(x, y, u64{x.fraction} * y.fraction << 12), masks);
}
// 28 digits, of which 15 are kept.
LongOutcome multiply_long(u64 a, u64 b, Masks masks) {
  const auto x = unpack_normalized<LongFormat>(a), y = unpack_normalized<LongFormat>(b);
  const u64 digits = static_cast<u64>(u128{x.fraction} * y.fraction >> 52);
  return finish_normalized(product<LongFormat>(x, y, digits), masks);
}
// 28 digits; the guard digit follows.
ExtendedOutcome multiply_long_to_extended(u64 a, u64 b, Masks masks) {
  const auto x = unpack_normalized<LongFormat>(a), y = unpack_normalized<LongFormat>(b);
  return finish_normalized(product<ExtendedFormat>(x, y, u128{x.fraction} * y.fraction << 4), masks);
}
// 56 digits, of which left-justified factors give the left 32, of which 29 are kept.
ExtendedOutcome multiply_extended(Extended a, Extended b, Masks masks) {
  const auto x = unpack_normalized<ExtendedFormat>(a), y = unpack_normalized<ExtendedFormat>(b);
  return finish_normalized(product<ExtendedFormat>(x, y, high_product(x.fraction << 16, y.fraction << 16) >> 12),
                           masks);
}

ShortOutcome divide_short(u32 a, u32 b, Masks masks) { return divide<ShortFormat>(a, b, masks); }
LongOutcome divide_long(u64 a, u64 b, Masks masks) { return divide<LongFormat>(a, b, masks); }
ExtendedOutcome divide_extended(Extended a, Extended b, Masks masks) { return divide<ExtendedFormat>(a, b, masks); }

ShortOutcome halve_short(u32 a, Masks masks) { return halve(unpack<ShortFormat>(a), masks); }
LongOutcome halve_long(u64 a, Masks masks) { return halve(unpack<LongFormat>(a), masks); }

ShortOutcome round_long_to_short(u64 a) {
  const auto number = unpack<LongFormat>(a);
  return round<ShortFormat>(number, static_cast<u32>(number.fraction >> 28));
}
LongOutcome round_extended_to_long(Extended a) {
  const auto number = unpack<ExtendedFormat>(a);
  return round<LongFormat>(number, static_cast<u64>(number.fraction >> 52));
}

u8 test_short(u32 a) { return test(unpack<ShortFormat>(a)); }
u8 test_long(u64 a) { return test(unpack<LongFormat>(a)); }

}  // namespace replica::hfp
