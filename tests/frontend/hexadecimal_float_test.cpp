// Hexadecimal floating point, three ways: results taken from Hercules 3.13 and from the examples of GA22-7000, results
// worked out by hand for each rule, and a comparison on random operands with a slow model that does school arithmetic
// on vectors of hexadecimal digits.

#include "frontend/hexadecimal_float.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <iomanip>
#include <iterator>
#include <map>
#include <ostream>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

namespace replica::hfp {

void PrintTo(const Extended& image, std::ostream* out) {
  *out << std::hex << std::setfill('0') << std::setw(16) << image.high << ' ' << std::setw(16) << image.low;
}

template <typename T>
void PrintTo(const Outcome<T>& outcome, std::ostream* out) {
  if constexpr (std::is_same_v<T, Extended>) {
    PrintTo(outcome.value, out);
  } else {
    *out << std::hex << std::setfill('0') << std::setw(sizeof(T) * 2) << outcome.value;
  }
  *out << " CC " << int{outcome.cc} << " exception " << static_cast<int>(outcome.exception);
}

namespace {

constexpr auto normalized = Normalization::yes;
constexpr auto unnormalized = Normalization::no;

constexpr Masks off{false, false};
constexpr Masks on{true, true};
constexpr Masks underflow_on{true, false};
constexpr Masks significance_on{false, true};

constexpr auto none = Exception::none;
constexpr auto overflow = Exception::exponent_overflow;
constexpr auto underflow = Exception::exponent_underflow;
constexpr auto significance = Exception::significance;
constexpr auto divide_by_zero = Exception::divide;

constexpr ShortOutcome short_sum(u32 value, u8 cc, Exception exception = none) { return {value, cc, exception}; }
constexpr LongOutcome long_sum(u64 value, u8 cc, Exception exception = none) { return {value, cc, exception}; }
constexpr ExtendedOutcome extended_sum(u64 high, u64 low, u8 cc, Exception exception = none) {
  return {{high, low}, cc, exception};
}

// For the instructions that leave the condition code alone: an outcome without it.
template <typename T>
Outcome<T> no_cc(Outcome<T> outcome) {
  outcome.cc = 0;
  return outcome;
}
constexpr ShortOutcome short_result(u32 value, Exception exception = none) { return {value, 0, exception}; }
constexpr LongOutcome long_result(u64 value, Exception exception = none) { return {value, 0, exception}; }
constexpr ExtendedOutcome extended_result(u64 high, u64 low, Exception exception = none) {
  return {{high, low}, 0, exception};
}

TEST(HexadecimalFloatAdd, SetsConditionCodeByResult) {
  EXPECT_EQ(add_short(0x41100000, 0x41200000, normalized, off), short_sum(0x41300000, 2));
  EXPECT_EQ(add_short(0xC1200000, 0x41100000, normalized, off), short_sum(0xC1100000, 1));
  EXPECT_EQ(add_short(0x42123456, 0xC2123456, normalized, off), short_sum(0, 0));
  EXPECT_EQ(subtract_short(0x41100000, 0x41200000, normalized, off), short_sum(0xC1100000, 1));
  EXPECT_EQ(subtract_short(0x41100000, 0xC1200000, normalized, off), short_sum(0x41300000, 2));
  EXPECT_EQ(add_long(0xC120000000000001, 0x4110000000000000, normalized, off), long_sum(0xC110000000000001, 1));
}

TEST(HexadecimalFloatAdd, CarryShiftsRightAndTruncates) {
  EXPECT_EQ(add_short(0x41FFFFFF, 0x41FFFFFF, normalized, off), short_sum(0x421FFFFF, 2));
  EXPECT_EQ(add_short(0x41FFFFFF, 0x41000001, unnormalized, off), short_sum(0x42100000, 2));
  EXPECT_EQ(add_long(0x41FFFFFFFFFFFFFF, 0x41FFFFFFFFFFFFFF, normalized, off), long_sum(0x421FFFFFFFFFFFFF, 2));
}

TEST(HexadecimalFloatAdd, GuardDigitTakesPartInNormalization) {
  EXPECT_EQ(add_short(0x41100000, 0xC0FFFFFF, normalized, off), short_sum(0x3B100000, 2));
  EXPECT_EQ(subtract_short(0x42100000, 0x41000001, normalized, off), short_sum(0x41FFFFFF, 2));
  EXPECT_EQ(subtract_long(0x4110000000000000, 0x40FFFFFFFFFFFFFF, normalized, off), long_sum(0x3310000000000000, 2));
}

TEST(HexadecimalFloatAdd, OnlyOneGuardDigitIsKept) {
  // .100000|0 - .00FFFF|F, the last F being lost
  EXPECT_EQ(subtract_short(0x42100000, 0x40FFFFFF, normalized, off), short_sum(0x41F00001, 2));
  // A zero operand with the larger characteristic shifts the other one away like any operand.
  EXPECT_EQ(add_short(0x47000000, 0x41123456, normalized, off), short_sum(0x41100000, 2));
  EXPECT_EQ(add_short(0x48000000, 0x41123456, normalized, off), short_sum(0, 0));
}

TEST(HexadecimalFloatAdd, UnnormalizedKeepsCharacteristic) {
  EXPECT_EQ(add_short(0x42000123, 0x42000100, unnormalized, off), short_sum(0x42000223, 2));
  EXPECT_EQ(add_long(0x4F08000000000000, 0x4E00000012345678, unnormalized, off), long_sum(0x4F08000001234567, 2));
  EXPECT_EQ(add_short(0x00000001, 0x00000001, unnormalized, on), short_sum(0x00000002, 2));
}

TEST(HexadecimalFloatAdd, UnnormalizedUsesThenDropsGuardDigit) {
  EXPECT_EQ(add_short(0xC3082100, 0x41123456, unnormalized, off), short_sum(0xC3080ECB, 1));  // appendix A
  EXPECT_EQ(subtract_short(0x42100000, 0x41000001, unnormalized, off), short_sum(0x420FFFFF, 2));
}

TEST(HexadecimalFloatAdd, UnnormalizedZeroIsJudgedWithoutGuardDigit) {
  EXPECT_EQ(subtract_short(0x42100000, 0x41FFFFFF, unnormalized, off), short_sum(0, 0));
  EXPECT_EQ(subtract_short(0x42100000, 0x41FFFFFF, unnormalized, on), short_sum(0x42000000, 0, significance));
  EXPECT_EQ(subtract_short(0x42100000, 0x41FFFFFF, normalized, on), short_sum(0x3C100000, 2));
}

TEST(HexadecimalFloatAdd, ExponentOverflowIsAlwaysTaken) {
  EXPECT_EQ(add_short(0x7FFFFFFF, 0x7FFFFFFF, normalized, off), short_sum(0x001FFFFF, 2, overflow));
  EXPECT_EQ(add_short(0xFFFFFFFF, 0xFFFFFFFF, normalized, on), short_sum(0x801FFFFF, 1, overflow));
  EXPECT_EQ(add_short(0x7FFFFFFF, 0x7F000001, unnormalized, off), short_sum(0x00100000, 2, overflow));
  EXPECT_EQ(add_long(0x7FFFFFFFFFFFFFFF, 0x7F00000000000001, normalized, off),
            long_sum(0x0010000000000000, 2, overflow));
}

TEST(HexadecimalFloatAdd, ExponentUnderflowIsTakenIfMaskIsOn) {
  EXPECT_EQ(add_short(0x00123456, 0x80123455, normalized, underflow_on), short_sum(0x7B100000, 2, underflow));
  EXPECT_EQ(add_short(0x80123456, 0x00123455, normalized, on), short_sum(0xFB100000, 1, underflow));
  EXPECT_EQ(add_short(0x00123456, 0x80123455, normalized, significance_on), short_sum(0, 0));
  EXPECT_EQ(add_long(0x0010000000000000, 0x800FFFFFFFFFFFFF, normalized, on),
            long_sum(0x7310000000000000, 2, underflow));
  EXPECT_EQ(add_long(0x0010000000000000, 0x800FFFFFFFFFFFFF, normalized, off), long_sum(0, 0));
}

TEST(HexadecimalFloatAdd, SignificanceIsTakenIfMaskIsOn) {
  EXPECT_EQ(add_short(0x42123456, 0xC2123456, normalized, significance_on), short_sum(0x42000000, 0, significance));
  EXPECT_EQ(add_short(0x42123456, 0xC2123456, normalized, underflow_on), short_sum(0, 0));
  EXPECT_EQ(add_short(0x48000000, 0xC1123456, normalized, on), short_sum(0x48000000, 0, significance));
  EXPECT_EQ(subtract_long(0x4E00000000000000, 0x4E00000000000000, unnormalized, off), long_sum(0, 0));
  EXPECT_EQ(subtract_long(0x4E00000000000000, 0x4E00000000000000, unnormalized, on),
            long_sum(0x4E00000000000000, 0, significance));
}

TEST(HexadecimalFloatAdd, ZeroSumIsPositive) {
  EXPECT_EQ(add_short(0x80000000, 0xC1000000, normalized, off), short_sum(0, 0));
  EXPECT_EQ(add_short(0x80000000, 0xC1000000, normalized, on), short_sum(0x41000000, 0, significance));
}

TEST(HexadecimalFloatAdd, ExtendedJoinsTheParts) {
  EXPECT_EQ(add_extended({0x4110000000000000, 0x3300000000000001}, {0x4110000000000000, 0x33FFFFFFFFFFFFFF}, off),
            extended_sum(0x4120000000000001, 0x3300000000000000, 2));
  EXPECT_EQ(subtract_extended({0x4110000000000001, 0x3300000000000000}, {0x4110000000000000, 0x3300000000000001}, off),
            extended_sum(0x33FFFFFFFFFFFFFF, 0x2500000000000000, 2));
  // The guard digit is the 29th: .1 - .0FF..F (28 digits) is 16**-29.
  EXPECT_EQ(subtract_extended({0x4110000000000000, 0}, {0x40FFFFFFFFFFFFFF, 0x32FFFFFFFFFFFFFF}, off),
            extended_sum(0x2510000000000000, 0x1700000000000000, 2));
}

TEST(HexadecimalFloatAdd, ExtendedLowOrderPartFollowsHighOrderPart) {
  // Sign and characteristic of the low-order parts are ignored in operands and made from the high-order part in
  // results.
  EXPECT_EQ(add_extended({0x4110000000000000, 0xFF00000000000002}, {0x4110000000000000, 0x8000000000000003}, off),
            extended_sum(0x4120000000000000, 0x3300000000000005, 2));
  EXPECT_EQ(add_extended({0xC110000000000000, 2}, {0xC110000000000000, 3}, off),
            extended_sum(0xC120000000000000, 0xB300000000000005, 1));
  EXPECT_EQ(add_extended({0x0D10000000000000, 2}, {0x0D10000000000000, 3}, on),
            extended_sum(0x0D20000000000000, 0x7F00000000000005, 2));
}

TEST(HexadecimalFloatAdd, ExtendedExceptions) {
  const Extended one{0x4110000000000000, 0x3300000000000000};
  EXPECT_EQ(subtract_extended(one, one, off), extended_sum(0, 0, 0));
  EXPECT_EQ(subtract_extended(one, one, on), extended_sum(0x4100000000000000, 0x3300000000000000, 0, significance));
  const Extended largest{0x7FFFFFFFFFFFFFFF, 0x71FFFFFFFFFFFFFF};
  EXPECT_EQ(add_extended(largest, largest, off), extended_sum(0x001FFFFFFFFFFFFF, 0x72FFFFFFFFFFFFFF, 2, overflow));
  EXPECT_EQ(subtract_extended({0, 0x0020000000000000}, {0, 0x0010000000000000}, off), extended_sum(0, 0, 0));
  EXPECT_EQ(subtract_extended({0, 0x0010000000000000}, {0, 0x0020000000000000}, on),
            extended_sum(0xF210000000000000, 0xE400000000000000, 1, underflow));
}

TEST(HexadecimalFloatCompare, SetsConditionCodeByDifference) {
  EXPECT_EQ(compare_short(0x41100000, 0x41100000), 0);
  EXPECT_EQ(compare_short(0x41100000, 0x41100001), 1);
  EXPECT_EQ(compare_short(0x41100001, 0x41100000), 2);
  EXPECT_EQ(compare_short(0xC1100000, 0x41100000), 1);
  EXPECT_EQ(compare_short(0xC1100000, 0xC1200000), 2);
  EXPECT_EQ(compare_long(0x4110000000000000, 0x40FFFFFFFFFFFFFF), 2);
  EXPECT_EQ(compare_long(0x7FFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF), 2);  // no exponent overflow
}

TEST(HexadecimalFloatCompare, UnnormalizedAndZeroOperands) {
  EXPECT_EQ(compare_short(0x42001000, 0x41010000), 0);
  EXPECT_EQ(compare_short(0xC2000000, 0x41000000), 0);
  // The examples of appendix A: the guard digit decides, and beyond it operands are equal.
  EXPECT_EQ(compare_long(0x4300000000000000, 0x35123456789ABCDE), 1);
  EXPECT_EQ(compare_long(0x4300000000000000, 0x34123456789ABCDE), 0);
  EXPECT_EQ(compare_long(0x4100123456789ABC, 0x3F123456789ABC0D), 0);
}

TEST(HexadecimalFloatMultiply, ProductIsNormalizedAndTruncated) {
  EXPECT_EQ(no_cc(multiply_short(0x41200000, 0x41300000, off)), long_result(0x4160000000000000));
  EXPECT_EQ(no_cc(multiply_short(0xC1FFFFFF, 0x41FFFFFF, off)), long_result(0xC2FFFFFE00000100));
  EXPECT_EQ(no_cc(multiply_long(0x4112345678ABCDEF, 0x4123456789ABCDEF, off)), long_result(0x41282174AA707E48));
  EXPECT_EQ(no_cc(multiply_long(0xC1FFFFFFFFFFFFFF, 0xC1FFFFFFFFFFFFFF, off)), long_result(0x42FFFFFFFFFFFFFE));
  EXPECT_EQ(no_cc(multiply_long_to_extended(0x4112345678ABCDEF, 0x4123456789ABCDEF, off)),
            extended_result(0x41282174AA707E48, 0x33CED7CB1F2A5210));
  EXPECT_EQ(no_cc(multiply_long_to_extended(0x41FFFFFFFFFFFFFF, 0xC1FFFFFFFFFFFFFF, off)),
            extended_result(0xC2FFFFFFFFFFFFFE, 0xB400000000000001));
}

TEST(HexadecimalFloatMultiply, ExtendedProductIsTruncatedTo28Digits) {
  EXPECT_EQ(no_cc(multiply_extended({0x4120000000000000, 0}, {0x4130000000000000, 0}, off)),
            extended_result(0x4160000000000000, 0x3300000000000000));
  // (1 - 16**-28)**2 = 1 - 2 * 16**-28 + 16**-56
  const Extended largest{0x41FFFFFFFFFFFFFF, 0x33FFFFFFFFFFFFFF};
  EXPECT_EQ(no_cc(multiply_extended(largest, largest, off)), extended_result(0x42FFFFFFFFFFFFFF, 0x34FFFFFFFFFFFFFE));
  // (1 + 16**-13)**2 = 1 + 2 * 16**-13 + 16**-26
  const Extended one_and_a_bit{0x4110000000000001, 0};
  EXPECT_EQ(no_cc(multiply_extended(one_and_a_bit, one_and_a_bit, off)),
            extended_result(0x4110000000000002, 0x3300000000000010));
}

TEST(HexadecimalFloatMultiply, OperandsAreNormalizedFirst) {
  EXPECT_EQ(no_cc(multiply_short(0x42000002, 0x46000030, off)), long_result(0x3E60000000000000));
  // The characteristic may drop below zero on the way.
  EXPECT_EQ(no_cc(multiply_short(0x00000001, 0x7F100000, on)), long_result(0x3910000000000000));
  EXPECT_EQ(no_cc(multiply_extended({0x4100000000000000, 0x0000000000000002}, {0x4230000000000000, 0}, off)),
            extended_result(0x2760000000000000, 0x1900000000000000));
}

TEST(HexadecimalFloatMultiply, ZeroProductIsTrueZero) {
  EXPECT_EQ(no_cc(multiply_short(0xC1000000, 0x41123456, on)), long_result(0));
  EXPECT_EQ(no_cc(multiply_short(0x7F000000, 0x7F123456, on)), long_result(0));
  EXPECT_EQ(no_cc(multiply_long(0x4112345600000000, 0x0000000000000000, on)), long_result(0));
  EXPECT_EQ(no_cc(multiply_long_to_extended(0xC100000000000000, 0x4112345600000000, on)), extended_result(0, 0));
  EXPECT_EQ(no_cc(multiply_extended({0xC100000000000000, 0}, {0x4112345600000000, 0}, on)), extended_result(0, 0));
}

TEST(HexadecimalFloatMultiply, ExponentExceptions) {
  EXPECT_EQ(no_cc(multiply_short(0x7F200000, 0x7F300000, off)), long_result(0x3D60000000000000, overflow));
  EXPECT_EQ(no_cc(multiply_short(0x01200000, 0x01300000, off)), long_result(0));
  EXPECT_EQ(no_cc(multiply_short(0x01200000, 0x01300000, on)), long_result(0x4160000000000000, underflow));
  // The final characteristic counts: 128 comes down to 127, 0 comes down to -1.
  EXPECT_EQ(no_cc(multiply_short(0x60100000, 0x60100000, off)), long_result(0x7F10000000000000));
  EXPECT_EQ(no_cc(multiply_short(0x20100000, 0xA0100000, on)), long_result(0xFF10000000000000, underflow));
  EXPECT_EQ(no_cc(multiply_long(0x6080000000000000, 0x6080000000000000, on)),
            long_result(0x0040000000000000, overflow));
}

TEST(HexadecimalFloatMultiply, ExtendedProductHasNoExceptionOfItsLowOrderPart) {
  EXPECT_EQ(no_cc(multiply_long_to_extended(0x0D12345678ABCDEF, 0x4023456789ABCDEF, on)),
            extended_result(0x0C282174AA707E48, 0x7ECED7CB1F2A5210));
  EXPECT_EQ(no_cc(multiply_long_to_extended(0x2010000000000000, 0x2010000000000000, on)),
            extended_result(0x7F10000000000000, 0x7100000000000000, underflow));
  EXPECT_EQ(no_cc(multiply_extended({0x2010000000000000, 0}, {0x2010000000000000, 0}, off)), extended_result(0, 0));
}

TEST(HexadecimalFloatDivide, QuotientIsTruncated) {
  EXPECT_EQ(no_cc(divide_short(0x41100000, 0x41300000, off)), short_result(0x40555555));
  EXPECT_EQ(no_cc(divide_short(0x41300000, 0xC1200000, off)), short_result(0xC1180000));
  EXPECT_EQ(no_cc(divide_short(0x41200000, 0x41300000, off)), short_result(0x40AAAAAA));
  EXPECT_EQ(no_cc(divide_long(0x4110000000000000, 0x4130000000000000, off)), long_result(0x4055555555555555));
  EXPECT_EQ(no_cc(divide_extended({0x4120000000000000, 0}, {0x4130000000000000, 0}, off)),
            extended_result(0x40AAAAAAAAAAAAAA, 0x32AAAAAAAAAAAAAA));
  EXPECT_EQ(no_cc(divide_extended({0xC130000000000000, 0}, {0x4120000000000000, 0}, off)),
            extended_result(0xC118000000000000, 0xB300000000000000));
}

// The dividend is the divisor plus 2**-61, so that the quotient is a hair less than 1 + 16**-15. In the long division
// of 64-bit words the remainder then has the same left word as the divisor.
TEST(HexadecimalFloatDivide, ExtendedQuotientWithLargestSecondWord) {
  EXPECT_EQ(
      no_cc(divide_extended({0x4180000000000000, 0x0008FFFFFFFFFFFF}, {0x4180000000000000, 0x0000FFFFFFFFFFFF}, off)),
      extended_result(0x4110000000000000, 0x3300FFFFFFFFFFFF));
}

TEST(HexadecimalFloatDivide, OperandsAreNormalizedFirst) {
  EXPECT_EQ(no_cc(divide_short(0x41100000, 0x42010000, off)), short_result(0x41100000));
  EXPECT_EQ(no_cc(divide_short(0x46000030, 0x42000002, off)), short_result(0x46180000));
  EXPECT_EQ(
      no_cc(divide_extended({0x4100000000000000, 0x0000000000000030}, {0x4100000000000000, 0x0000000000000002}, off)),
      extended_result(0x4218000000000000, 0x3400000000000000));
}

TEST(HexadecimalFloatDivide, ZeroDividendGivesTrueZero) {
  EXPECT_EQ(no_cc(divide_short(0x41000000, 0xC1300000, on)), short_result(0));
  EXPECT_EQ(no_cc(divide_long(0xFF00000000000000, 0x0010000000000000, on)), long_result(0));
  EXPECT_EQ(no_cc(divide_extended({0xC100000000000000, 0}, {0x4110000000000000, 0}, on)), extended_result(0, 0));
}

TEST(HexadecimalFloatDivide, ZeroDivisorSuppresses) {
  EXPECT_EQ(no_cc(divide_short(0x41100000, 0xC1000000, off)), short_result(0x41100000, divide_by_zero));
  EXPECT_EQ(no_cc(divide_short(0xC1000000, 0x00000000, off)), short_result(0xC1000000, divide_by_zero));
  EXPECT_EQ(no_cc(divide_long(0x4100000000000007, 0x4100000000000000, off)),
            long_result(0x4100000000000007, divide_by_zero));
  EXPECT_EQ(no_cc(divide_extended({0x4100000000000007, 8}, {0x4100000000000000, 0}, off)),
            extended_result(0x4100000000000007, 8, divide_by_zero));
}

TEST(HexadecimalFloatDivide, ExponentExceptions) {
  EXPECT_EQ(no_cc(divide_short(0x7F100000, 0x00100000, off)), short_result(0x40100000, overflow));
  EXPECT_EQ(no_cc(divide_short(0x00100000, 0x7F100000, off)), short_result(0));
  EXPECT_EQ(no_cc(divide_short(0x80100000, 0x7F100000, on)), short_result(0xC2100000, underflow));
  EXPECT_EQ(no_cc(divide_short(0x00100000, 0x41100000, on)), short_result(0x00100000));  // -1 comes up to 0
  EXPECT_EQ(no_cc(divide_extended({0x7F10000000000000, 0}, {0x0010000000000000, 0}, off)),
            extended_result(0x4010000000000000, 0x3200000000000000, overflow));
}

TEST(HexadecimalFloatHalve, ResultIsNormalizedWithTheBitShiftedOut) {
  EXPECT_EQ(no_cc(halve_short(0x4113579B, off)), short_result(0x409ABCD8));
  EXPECT_EQ(no_cc(halve_short(0xC1100001, off)), short_result(0xC0800008));
  EXPECT_EQ(no_cc(halve_short(0x41300001, off)), short_result(0x41180000));
  EXPECT_EQ(no_cc(halve_short(0x41000001, off)), short_result(0x3B800000));
  EXPECT_EQ(no_cc(halve_long(0x4110000000000001, off)), long_result(0x4080000000000008));
}

TEST(HexadecimalFloatHalve, ZeroAndUnderflow) {
  EXPECT_EQ(no_cc(halve_short(0xC1000000, on)), short_result(0));
  EXPECT_EQ(no_cc(halve_short(0x00100000, off)), short_result(0));
  EXPECT_EQ(no_cc(halve_short(0x00100000, on)), short_result(0x7F800000, underflow));
  EXPECT_EQ(no_cc(halve_short(0x00200000, on)), short_result(0x00100000));
  EXPECT_EQ(no_cc(halve_long(0x8010000000000000, on)), long_result(0xFF80000000000000, underflow));
}

TEST(HexadecimalFloatRound, HalfIsRoundedUpInMagnitude) {
  EXPECT_EQ(no_cc(round_long_to_short(0x4112345678000000)), short_result(0x41123456));
  EXPECT_EQ(no_cc(round_long_to_short(0x411234567FFFFFFF)), short_result(0x41123456));
  EXPECT_EQ(no_cc(round_long_to_short(0xC112345680000000)), short_result(0xC1123457));
  EXPECT_EQ(no_cc(round_long_to_short(0x41FFFFFF80000000)), short_result(0x42100000));
  EXPECT_EQ(no_cc(round_long_to_short(0x7FFFFFFF80000000)), short_result(0x00100000, overflow));
  EXPECT_EQ(no_cc(round_extended_to_long({0x4112345678ABCDEF, 0x3380000000000000})), long_result(0x4112345678ABCDF0));
  EXPECT_EQ(no_cc(round_extended_to_long({0x4112345678ABCDEF, 0xFF7FFFFFFFFFFFFF})), long_result(0x4112345678ABCDEF));
  EXPECT_EQ(no_cc(round_extended_to_long({0xFFFFFFFFFFFFFFFF, 0x0080000000000000})),
            long_result(0x8010000000000000, overflow));
}

TEST(HexadecimalFloatRound, DoesNotNormalize) {
  EXPECT_EQ(no_cc(round_long_to_short(0x4100000080000000)), short_result(0x41000001));
  EXPECT_EQ(no_cc(round_long_to_short(0xC100000000000000)), short_result(0xC1000000));
  EXPECT_EQ(no_cc(round_extended_to_long({0xC100000000000000, 0})), long_result(0xC100000000000000));
}

TEST(HexadecimalFloatTest, ZeroFractionWhateverSignAndCharacteristic) {
  EXPECT_EQ(test_short(0xC1000000), 0);
  EXPECT_EQ(test_short(0x41012345), 2);
  EXPECT_EQ(test_short(0x80000001), 1);
  EXPECT_EQ(test_long(0xC100000000000000), 0);
  EXPECT_EQ(test_long(0xC100000000000001), 1);
  EXPECT_EQ(test_long(0x4100000000000001), 2);
}

// The slow model. A short or long image is held left-justified in an Extended; `width` is the number of hexadecimal
// digits in a fraction.

using Digits =
    std::array<int, 57>;  // leftmost first, zero beyond the width; 56 is the longest product, one more a carry

struct Value {
  bool negative;
  int characteristic;
  Digits fraction;
};

bool is_zero(const Digits& digits) {
  return std::all_of(digits.begin(), digits.end(), [](int digit) { return digit == 0; });
}

void truncate(Digits& digits, int width) { std::fill(digits.begin() + width, digits.end(), 0); }

void shift_left(Digits& digits) {
  std::copy(digits.begin() + 1, digits.end(), digits.begin());
  digits.back() = 0;
}

void shift_right(Value& value, int count) {
  const auto end = value.fraction.end() - std::min<std::ptrdiff_t>(count, std::ssize(value.fraction));
  std::copy_backward(value.fraction.begin(), end, value.fraction.end());
  std::fill_n(value.fraction.begin(), value.fraction.end() - end, 0);
  value.characteristic += count;
}

void normalize(Value& value) {
  if (is_zero(value.fraction)) return;
  for (; value.fraction.front() == 0; --value.characteristic) shift_left(value.fraction);
}

// Adds `b` to `a`; says whether a carry came out.
bool add_digits(Digits& a, const Digits& b) {
  int carry = 0;
  for (std::size_t i = a.size(); i-- > 0;) {
    const int digit = a[i] + b[i] + carry;
    a[i] = digit % 16;
    carry = digit / 16;
  }
  return carry != 0;
}

void subtract_digits(Digits& a, const Digits& b) {
  int borrow = 0;
  for (std::size_t i = a.size(); i-- > 0;) {
    const int digit = a[i] - b[i] - borrow;
    a[i] = (digit + 16) % 16;
    borrow = digit < 0 ? 1 : 0;
  }
}

void add_to_magnitude(Value& a, const Digits& b) {
  if (!add_digits(a.fraction, b)) return;
  shift_right(a, 1);
  a.fraction.front() = 1;
}

Value read(const Extended& image, int width) {
  Value value{image.high >> 63 == 1, static_cast<int>(image.high >> 56 & 127), {}};
  for (int i = 0; i < width; ++i) {
    value.fraction[static_cast<std::size_t>(i)] = (i < 14 ? image.high : image.low) >> (52 - 4 * (i % 14)) & 15;
  }
  return value;
}

u64 long_image(bool negative, int characteristic, const int* digits) {
  u64 image = u64{negative} << 7 | (static_cast<u64>(characteristic) & 127);
  for (int i = 0; i < 14; ++i) image = image << 4 | static_cast<u64>(digits[i]);
  return image;
}

Extended write(const Value& value, int width) {
  const int* digits = value.fraction.data();
  return {long_image(value.negative, value.characteristic, digits),
          width == 28 ? long_image(value.negative, value.characteristic - 14, digits + 14) : 0};
}

ExtendedOutcome deliver(Value value, int width, Masks masks) {
  truncate(value.fraction, width);
  const u8 cc = value.negative ? 1 : 2;
  if (value.characteristic > 127) return {write(value, width), cc, overflow};
  if (value.characteristic >= 0) return {write(value, width), cc, none};
  if (masks.underflow) return {write(value, width), cc, underflow};
  return {};
}

// The aligned sum with guard digit.
Value model_sum(Value a, Value b, int width) {
  if (a.characteristic < b.characteristic) shift_right(a, b.characteristic - a.characteristic);
  if (b.characteristic < a.characteristic) shift_right(b, a.characteristic - b.characteristic);
  truncate(a.fraction, width + 1);
  truncate(b.fraction, width + 1);
  if (a.negative == b.negative) {
    add_to_magnitude(a, b.fraction);
    return a;
  }
  if (a.fraction < b.fraction) std::swap(a, b);
  subtract_digits(a.fraction, b.fraction);
  return a;
}

ExtendedOutcome model_add(const Value& a, const Value& b, int width, Normalization normalization, Masks masks) {
  Value result = model_sum(a, b, width);
  if (normalization == Normalization::no) truncate(result.fraction, width);
  if (is_zero(result.fraction)) {
    if (!masks.significance) return {};
    result.negative = false;
    return {write(result, width), 0, significance};
  }
  if (normalization == Normalization::yes) normalize(result);
  return deliver(result, width, masks);
}

Value negated(Value value) {
  value.negative = !value.negative;
  return value;
}

u8 model_compare(const Value& a, const Value& b, int width) {
  const Value difference = model_sum(a, negated(b), width);
  if (is_zero(difference.fraction)) return 0;
  return difference.negative ? 1 : 2;
}

ExtendedOutcome model_multiply(Value a, Value b, int width, int result_width, Masks masks) {
  normalize(a);
  normalize(b);
  Value result{a.negative != b.negative, a.characteristic + b.characteristic - 64, {}};
  for (auto i = static_cast<std::size_t>(width); i-- > 0;) {
    int carry = 0;
    for (auto j = static_cast<std::size_t>(width); j-- > 0;) {
      const int digit = result.fraction[i + j + 1] + a.fraction[i] * b.fraction[j] + carry;
      result.fraction[i + j + 1] = digit % 16;
      carry = digit / 16;
    }
    result.fraction[i] = carry;
  }
  if (is_zero(result.fraction)) return {};
  normalize(result);
  return deliver(result, result_width, masks);
}

ExtendedOutcome model_divide(Value a, Value b, int width, const Extended& dividend, Masks masks) {
  if (is_zero(b.fraction)) return {dividend, 0, divide_by_zero};
  if (is_zero(a.fraction)) return {};
  normalize(a);
  normalize(b);
  // One digit of the quotient is left of the point, and one digit is made room for on the left of the remainder.
  Value result{a.negative != b.negative, a.characteristic - b.characteristic + 65, {}};
  shift_right(a, 1);
  shift_right(b, 1);
  for (int i = 0; i <= width; ++i) {
    for (; a.fraction >= b.fraction; subtract_digits(a.fraction, b.fraction))
      ++result.fraction[static_cast<std::size_t>(i)];
    shift_left(a.fraction);
  }
  normalize(result);
  return deliver(result, width, masks);
}

ExtendedOutcome model_halve(Value a, int width, Masks masks) {
  if (is_zero(a.fraction)) return {};
  int remainder = 0;
  for (int& digit : a.fraction) {
    const int dividend = remainder * 16 + digit;
    digit = dividend / 2;
    remainder = dividend % 2;
  }
  normalize(a);
  return deliver(a, width, masks);
}

ExtendedOutcome model_round(Value a, int width) {
  const auto position = static_cast<std::size_t>(width);
  Digits unit{};
  unit[position - 1] = a.fraction[position] >= 8 ? 1 : 0;
  add_to_magnitude(a, unit);
  return deliver(a, width, off);
}

// The comparison.

u32 as_short(const Extended& image) { return static_cast<u32>(image.high >> 32); }
Extended short_part(const Extended& image) { return {image.high >> 32 << 32, 0}; }
Extended long_part(const Extended& image) { return {image.high, 0}; }
ExtendedOutcome widened(const ShortOutcome& o) { return {{u64{o.value} << 32, 0}, o.cc, o.exception}; }
ExtendedOutcome widened(const LongOutcome& o) { return {{o.value, 0}, o.cc, o.exception}; }
ExtendedOutcome widened(const ExtendedOutcome& o) { return o; }
ExtendedOutcome widened(u8 cc) { return {{0, 0}, cc, none}; }

using Operation = ExtendedOutcome (*)(const Extended& a, const Extended& b, Masks masks);

struct Instruction {
  const char* mnemonic;
  std::vector<Exception> exceptions;
  Operation fast, slow;
};

void PrintTo(const Instruction& instruction, std::ostream* out) { *out << instruction.mnemonic; }

#define OPERATION(expression)                                                               \
  [](const Extended& a, [[maybe_unused]] const Extended& b, [[maybe_unused]] Masks masks) { \
    return widened(expression);                                                             \
  }

const std::vector<Exception> sums = {overflow, underflow, significance};
const std::vector<Exception> unnormalized_sums = {overflow, significance};
const std::vector<Exception> products = {overflow, underflow};
const std::vector<Exception> quotients = {overflow, underflow, divide_by_zero};

const Instruction instructions[] = {
    {"AER", sums, OPERATION(add_short(as_short(a), as_short(b), normalized, masks)),
     OPERATION(model_add(read(a, 6), read(b, 6), 6, normalized, masks))},
    {"ADR", sums, OPERATION(add_long(a.high, b.high, normalized, masks)),
     OPERATION(model_add(read(a, 14), read(b, 14), 14, normalized, masks))},
    {"AXR", sums, OPERATION(add_extended(a, b, masks)),
     OPERATION(model_add(read(a, 28), read(b, 28), 28, normalized, masks))},
    {"SER", sums, OPERATION(subtract_short(as_short(a), as_short(b), normalized, masks)),
     OPERATION(model_add(read(a, 6), negated(read(b, 6)), 6, normalized, masks))},
    {"SDR", sums, OPERATION(subtract_long(a.high, b.high, normalized, masks)),
     OPERATION(model_add(read(a, 14), negated(read(b, 14)), 14, normalized, masks))},
    {"SXR", sums, OPERATION(subtract_extended(a, b, masks)),
     OPERATION(model_add(read(a, 28), negated(read(b, 28)), 28, normalized, masks))},
    {"AUR", unnormalized_sums, OPERATION(add_short(as_short(a), as_short(b), unnormalized, masks)),
     OPERATION(model_add(read(a, 6), read(b, 6), 6, unnormalized, masks))},
    {"AWR", unnormalized_sums, OPERATION(add_long(a.high, b.high, unnormalized, masks)),
     OPERATION(model_add(read(a, 14), read(b, 14), 14, unnormalized, masks))},
    {"SUR", unnormalized_sums, OPERATION(subtract_short(as_short(a), as_short(b), unnormalized, masks)),
     OPERATION(model_add(read(a, 6), negated(read(b, 6)), 6, unnormalized, masks))},
    {"SWR", unnormalized_sums, OPERATION(subtract_long(a.high, b.high, unnormalized, masks)),
     OPERATION(model_add(read(a, 14), negated(read(b, 14)), 14, unnormalized, masks))},
    {"CER",
     {},
     OPERATION(compare_short(as_short(a), as_short(b))),
     OPERATION(model_compare(read(a, 6), read(b, 6), 6))},
    {"CDR", {}, OPERATION(compare_long(a.high, b.high)), OPERATION(model_compare(read(a, 14), read(b, 14), 14))},
    {"MER", products, OPERATION(no_cc(multiply_short(as_short(a), as_short(b), masks))),
     OPERATION(no_cc(model_multiply(read(a, 6), read(b, 6), 6, 14, masks)))},
    {"MDR", products, OPERATION(no_cc(multiply_long(a.high, b.high, masks))),
     OPERATION(no_cc(model_multiply(read(a, 14), read(b, 14), 14, 14, masks)))},
    {"MXDR", products, OPERATION(no_cc(multiply_long_to_extended(a.high, b.high, masks))),
     OPERATION(no_cc(model_multiply(read(a, 14), read(b, 14), 14, 28, masks)))},
    {"MXR", products, OPERATION(no_cc(multiply_extended(a, b, masks))),
     OPERATION(no_cc(model_multiply(read(a, 28), read(b, 28), 28, 28, masks)))},
    {"DER", quotients, OPERATION(no_cc(divide_short(as_short(a), as_short(b), masks))),
     OPERATION(no_cc(model_divide(read(a, 6), read(b, 6), 6, short_part(a), masks)))},
    {"DDR", quotients, OPERATION(no_cc(divide_long(a.high, b.high, masks))),
     OPERATION(no_cc(model_divide(read(a, 14), read(b, 14), 14, long_part(a), masks)))},
    {"DXR", quotients, OPERATION(no_cc(divide_extended(a, b, masks))),
     OPERATION(no_cc(model_divide(read(a, 28), read(b, 28), 28, a, masks)))},
    {"HER",
     {underflow},
     OPERATION(no_cc(halve_short(as_short(a), masks))),
     OPERATION(no_cc(model_halve(read(a, 6), 6, masks)))},
    {"HDR",
     {underflow},
     OPERATION(no_cc(halve_long(a.high, masks))),
     OPERATION(no_cc(model_halve(read(a, 14), 14, masks)))},
    {"LRER", {overflow}, OPERATION(no_cc(round_long_to_short(a.high))), OPERATION(no_cc(model_round(read(a, 14), 6)))},
    {"LRDR", {overflow}, OPERATION(no_cc(round_extended_to_long(a))), OPERATION(no_cc(model_round(read(a, 28), 14)))},
};

// Operands where something happens: characteristics near each other, near the ends, or such that product or quotient is
// near the ends; fractions that are zero, unnormalized, short, all ones, or nearly the same.
class Operands {
 public:
  void next(Extended& a, Extended& b, Masks& masks) {
    const int characteristic_of_a = characteristic(64);
    a = {image(characteristic_of_a, fraction()), image(below(128), fraction())};
    b = {image(characteristic(characteristic_of_a), fraction()), image(below(128), fraction())};
    if (one_in(4)) make_alike(b, a);
    masks = {one_in(2), one_in(2)};
  }

 private:
  int below(int bound) { return static_cast<int>(random_() % static_cast<u64>(bound)); }
  bool one_in(int count) { return below(count) == 0; }

  int characteristic(int other) {
    const int targets[] = {other, other, other, 0, 127, 64 - other, 191 - other, other + 64, other - 64, below(128)};
    const int spread = one_in(2) ? 3 : 18;
    const int target = targets[below(std::ssize(targets))];
    return std::clamp(target + below(2 * spread + 1) - spread, 0, 127);
  }

  u64 fraction() {
    u64 result = random_() & all_ones;
    if (one_in(8)) result = 0;
    if (one_in(8)) result = all_ones;
    if (one_in(8)) result &= random_() & random_() & random_();
    if (one_in(8)) result |= all_ones & (random_() | random_() | random_());
    if (one_in(3)) result >>= 4 * below(14);
    if (one_in(3)) result = result >> 32 << 32;
    if (one_in(3)) result = all_ones & result << (4 * below(14));
    return result;
  }

  u64 image(int characteristic, u64 fraction) {
    return u64{one_in(2)} << 63 | static_cast<u64>(characteristic) << 56 | fraction;
  }

  // Gives `image` the fraction of `other` but for the last bit of a short, long, or extended fraction.
  void make_alike(Extended& image, const Extended& other) {
    image.high ^= (image.high ^ other.high) & all_ones;
    image.low ^= (image.low ^ other.low) & all_ones;
    if (one_in(4)) image.high ^= u64{1} << 32;
    if (one_in(4)) image.high ^= 1;
    if (one_in(4)) image.low ^= 1;
  }

  static constexpr u64 all_ones = (u64{1} << 56) - 1;
  std::mt19937_64 random_{370};
};

class HexadecimalFloatModel : public testing::TestWithParam<Instruction> {};

TEST_P(HexadecimalFloatModel, AgreesOnRandomOperands) {
  constexpr int rounds = 200'000;
  constexpr int enough = 200;  // of each exception, so that the comparison has seen it
  Operands operands;
  std::map<Exception, int> seen;
  for (int i = 0; i < rounds; ++i) {
    Extended a, b;
    Masks masks;
    operands.next(a, b, masks);
    const ExtendedOutcome expected = GetParam().slow(a, b, masks);
    ++seen[expected.exception];
    ASSERT_EQ(GetParam().fast(a, b, masks), expected)
        << testing::PrintToString(a) << " and " << testing::PrintToString(b) << " masks " << masks.underflow
        << masks.significance;
  }
  seen.erase(none);
  for (const Exception exception : GetParam().exceptions) EXPECT_GE(seen[exception], enough) << int(exception);
  EXPECT_EQ(seen.size(), GetParam().exceptions.size());
}

INSTANTIATE_TEST_SUITE_P(, HexadecimalFloatModel, testing::ValuesIn(instructions),
                         [](const auto& test) { return std::string(test.param.mnemonic); });

}  // namespace
}  // namespace replica::hfp
