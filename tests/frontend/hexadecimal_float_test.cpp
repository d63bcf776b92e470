// Hexadecimal floating point, three ways: results taken from Hercules 3.13 and from the examples of GA22-7000, results
// worked out by hand for each rule, and a comparison on random operands with a slow model that does school arithmetic
// on vectors of hexadecimal digits.

#include "frontend/hexadecimal_float.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <iomanip>
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
  EXPECT_EQ(no_cc(divide_short(0x41100000, 0xC1000000, off)), short_result(0x41100000, Exception::divide));
  EXPECT_EQ(no_cc(divide_short(0xC1000000, 0x00000000, off)), short_result(0xC1000000, Exception::divide));
  EXPECT_EQ(no_cc(divide_long(0x4100000000000007, 0x4100000000000000, off)),
            long_result(0x4100000000000007, Exception::divide));
  EXPECT_EQ(no_cc(divide_extended({0x4100000000000007, 8}, {0x4100000000000000, 0}, off)),
            extended_result(0x4100000000000007, 8, Exception::divide));
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

// ---- The slow model. A short or long image is held left-justified in an Extended.
// ------------------------------------

using Digits = std::vector<int>;  // leftmost first

struct Value {
  bool negative;
  int characteristic;
  Digits fraction;
};

bool is_zero(const Digits& digits) {
  return std::all_of(digits.begin(), digits.end(), [](int digit) { return digit == 0; });
}

void shift_right(Value& value, int count) {
  const std::size_t width = value.fraction.size();
  value.fraction.insert(value.fraction.begin(), static_cast<std::size_t>(count), 0);
  value.fraction.resize(width);
  value.characteristic += count;
}

void normalize(Value& value) {
  if (is_zero(value.fraction)) return;
  while (value.fraction.front() == 0) {
    value.fraction.erase(value.fraction.begin());
    value.fraction.push_back(0);
    --value.characteristic;
  }
}

// Adds `b` into `a`, of the same width; says whether a carry came out.
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

Digits hexadecimal(u64 image) {
  Digits digits;
  for (int shift = 60; shift >= 0; shift -= 4) digits.push_back(static_cast<int>(image >> shift & 15));
  return digits;
}

// `width` is 6, 14, or 28.
Value read(const Extended& image, std::size_t width) {
  const Digits high = hexadecimal(image.high), low = hexadecimal(image.low);
  Value value{high[0] >= 8, high[0] % 8 * 16 + high[1], Digits(high.begin() + 2, high.end())};
  value.fraction.insert(value.fraction.end(), low.begin() + 2, low.end());
  value.fraction.resize(width);
  return value;
}

u64 long_image(bool negative, int characteristic, const Digits& fraction, std::size_t from) {
  u64 image = static_cast<u64>((negative ? 128 : 0) + (characteristic + 256) % 128);
  for (std::size_t i = from; i < from + 14; ++i) {
    image = image * 16 + static_cast<u64>(i < fraction.size() ? fraction[i] : 0);
  }
  return image;
}

Extended write(const Value& value) {
  return {long_image(value.negative, value.characteristic, value.fraction, 0),
          value.fraction.size() == 28 ? long_image(value.negative, value.characteristic - 14, value.fraction, 14) : 0};
}

ExtendedOutcome deliver(Value value, std::size_t width, Masks masks) {
  value.fraction.resize(width);
  const u8 cc = value.negative ? 1 : 2;
  if (value.characteristic > 127) return {write(value), cc, overflow};
  if (value.characteristic >= 0) return {write(value), cc, none};
  if (masks.underflow) return {write(value), cc, underflow};
  return {};
}

// The aligned sum with guard digit, and a carry digit if there is a carry.
Value model_sum(Value a, Value b) {
  a.fraction.push_back(0);
  b.fraction.push_back(0);
  if (a.characteristic < b.characteristic) shift_right(a, b.characteristic - a.characteristic);
  if (b.characteristic < a.characteristic) shift_right(b, a.characteristic - b.characteristic);
  if (a.negative != b.negative) {
    if (a.fraction < b.fraction) std::swap(a, b);
    subtract_digits(a.fraction, b.fraction);
  } else if (add_digits(a.fraction, b.fraction)) {
    shift_right(a, 1);
    a.fraction.front() = 1;
  }
  return a;
}

ExtendedOutcome model_add(const Value& a, const Value& b, Normalization normalization, Masks masks) {
  const std::size_t width = a.fraction.size();
  Value result = model_sum(a, b);
  if (normalization == Normalization::no) result.fraction.resize(width);
  if (is_zero(result.fraction)) {
    if (!masks.significance) return {};
    result.negative = false;
    result.fraction.resize(width);
    return {write(result), 0, significance};
  }
  if (normalization == Normalization::yes) normalize(result);
  return deliver(result, width, masks);
}

u8 model_compare(const Value& a, Value b) {
  b.negative = !b.negative;
  const Value difference = model_sum(a, b);
  if (is_zero(difference.fraction)) return 0;
  return difference.negative ? 1 : 2;
}

ExtendedOutcome model_multiply(Value a, Value b, std::size_t result_width, Masks masks) {
  normalize(a);
  normalize(b);
  const std::size_t width = a.fraction.size();
  Value result{a.negative != b.negative, a.characteristic + b.characteristic - 64, Digits(2 * width)};
  for (std::size_t i = width; i-- > 0;) {
    int carry = 0;
    for (std::size_t j = width; j-- > 0;) {
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

ExtendedOutcome model_divide(const Extended& dividend, const Extended& divisor, std::size_t width, Masks masks) {
  Value a = read(dividend, width), b = read(divisor, width);
  if (is_zero(b.fraction)) return {dividend, 0, Exception::divide};
  if (is_zero(a.fraction)) return {};
  normalize(a);
  normalize(b);
  Value result{a.negative != b.negative, a.characteristic - b.characteristic + 65, {}};  // 65: one digit is an integer
  Digits& remainder = a.fraction;
  remainder.insert(remainder.begin(), 0);
  b.fraction.insert(b.fraction.begin(), 0);
  while (result.fraction.size() <= width) {
    int digit = 0;
    for (; remainder >= b.fraction; ++digit) subtract_digits(remainder, b.fraction);
    result.fraction.push_back(digit);
    remainder.erase(remainder.begin());
    remainder.push_back(0);
  }
  normalize(result);
  return deliver(result, width, masks);
}

ExtendedOutcome model_halve(Value a, Masks masks) {
  if (is_zero(a.fraction)) return {};
  const std::size_t width = a.fraction.size();
  a.fraction.push_back(0);
  int remainder = 0;
  for (int& digit : a.fraction) {
    const int dividend = remainder * 16 + digit;
    digit = dividend / 2;
    remainder = dividend % 2;
  }
  normalize(a);
  return deliver(a, width, masks);
}

ExtendedOutcome model_round(Value a, std::size_t width) {
  const bool up = a.fraction[width] >= 8;
  a.fraction.resize(width);
  Digits unit(width);
  unit.back() = up ? 1 : 0;
  if (add_digits(a.fraction, unit)) {
    shift_right(a, 1);
    a.fraction.front() = 1;
  }
  return deliver(a, width, off);
}

// ---- The comparison
// ----------------------------------------------------------------------------------------------------

u32 as_short(const Extended& image) { return static_cast<u32>(image.high >> 32); }
Extended short_part(const Extended& image) { return {image.high >> 32 << 32, 0}; }
Extended long_part(const Extended& image) { return {image.high, 0}; }
ExtendedOutcome widened(const ShortOutcome& o) { return {{u64{o.value} << 32, 0}, o.cc, o.exception}; }
ExtendedOutcome widened(const LongOutcome& o) { return {{o.value, 0}, o.cc, o.exception}; }
ExtendedOutcome widened(const ExtendedOutcome& o) { return o; }
ExtendedOutcome widened(u8 cc) { return {{0, 0}, cc, none}; }

struct Instruction {
  const char* mnemonic;
  std::vector<Exception> exceptions;
  std::function<ExtendedOutcome(const Extended&, const Extended&, Masks)> fast, slow;
};

void PrintTo(const Instruction& instruction, std::ostream* out) { *out << instruction.mnemonic; }

#define OUTCOME(expression) \
  [](const Extended& a, const Extended& b, Masks masks) { return (void)a, (void)b, (void)masks, widened(expression); }

const std::vector<Exception> all_of_addition = {overflow, underflow, significance};
const std::vector<Exception> all_of_unnormalized = {overflow, significance};
const std::vector<Exception> all_of_multiplication = {overflow, underflow};
const std::vector<Exception> all_of_division = {overflow, underflow, Exception::divide};

Extended negated(Extended image) {
  image.high ^= u64{1} << 63;
  return image;
}

const Instruction instructions[] = {
    {"AER", all_of_addition, OUTCOME(add_short(as_short(a), as_short(b), normalized, masks)),
     OUTCOME(model_add(read(a, 6), read(b, 6), normalized, masks))},
    {"ADR", all_of_addition, OUTCOME(add_long(a.high, b.high, normalized, masks)),
     OUTCOME(model_add(read(a, 14), read(b, 14), normalized, masks))},
    {"AXR", all_of_addition, OUTCOME(add_extended(a, b, masks)),
     OUTCOME(model_add(read(a, 28), read(b, 28), normalized, masks))},
    {"SER", all_of_addition, OUTCOME(subtract_short(as_short(a), as_short(b), normalized, masks)),
     OUTCOME(model_add(read(a, 6), read(negated(b), 6), normalized, masks))},
    {"SDR", all_of_addition, OUTCOME(subtract_long(a.high, b.high, normalized, masks)),
     OUTCOME(model_add(read(a, 14), read(negated(b), 14), normalized, masks))},
    {"SXR", all_of_addition, OUTCOME(subtract_extended(a, b, masks)),
     OUTCOME(model_add(read(a, 28), read(negated(b), 28), normalized, masks))},
    {"AUR", all_of_unnormalized, OUTCOME(add_short(as_short(a), as_short(b), unnormalized, masks)),
     OUTCOME(model_add(read(a, 6), read(b, 6), unnormalized, masks))},
    {"AWR", all_of_unnormalized, OUTCOME(add_long(a.high, b.high, unnormalized, masks)),
     OUTCOME(model_add(read(a, 14), read(b, 14), unnormalized, masks))},
    {"SUR", all_of_unnormalized, OUTCOME(subtract_short(as_short(a), as_short(b), unnormalized, masks)),
     OUTCOME(model_add(read(a, 6), read(negated(b), 6), unnormalized, masks))},
    {"SWR", all_of_unnormalized, OUTCOME(subtract_long(a.high, b.high, unnormalized, masks)),
     OUTCOME(model_add(read(a, 14), read(negated(b), 14), unnormalized, masks))},
    {"CER", {}, OUTCOME(compare_short(as_short(a), as_short(b))), OUTCOME(model_compare(read(a, 6), read(b, 6)))},
    {"CDR", {}, OUTCOME(compare_long(a.high, b.high)), OUTCOME(model_compare(read(a, 14), read(b, 14)))},
    {"MER", all_of_multiplication, OUTCOME(no_cc(multiply_short(as_short(a), as_short(b), masks))),
     OUTCOME(no_cc(model_multiply(read(a, 6), read(b, 6), 14, masks)))},
    {"MDR", all_of_multiplication, OUTCOME(no_cc(multiply_long(a.high, b.high, masks))),
     OUTCOME(no_cc(model_multiply(read(a, 14), read(b, 14), 14, masks)))},
    {"MXDR", all_of_multiplication, OUTCOME(no_cc(multiply_long_to_extended(a.high, b.high, masks))),
     OUTCOME(no_cc(model_multiply(read(a, 14), read(b, 14), 28, masks)))},
    {"MXR", all_of_multiplication, OUTCOME(no_cc(multiply_extended(a, b, masks))),
     OUTCOME(no_cc(model_multiply(read(a, 28), read(b, 28), 28, masks)))},
    {"DER", all_of_division, OUTCOME(no_cc(divide_short(as_short(a), as_short(b), masks))),
     OUTCOME(no_cc(model_divide(short_part(a), b, 6, masks)))},
    {"DDR", all_of_division, OUTCOME(no_cc(divide_long(a.high, b.high, masks))),
     OUTCOME(no_cc(model_divide(long_part(a), b, 14, masks)))},
    {"DXR", all_of_division, OUTCOME(no_cc(divide_extended(a, b, masks))),
     OUTCOME(no_cc(model_divide(a, b, 28, masks)))},
    {"HER",
     {underflow},
     OUTCOME(no_cc(halve_short(as_short(a), masks))),
     OUTCOME(no_cc(model_halve(read(a, 6), masks)))},
    {"HDR", {underflow}, OUTCOME(no_cc(halve_long(a.high, masks))), OUTCOME(no_cc(model_halve(read(a, 14), masks)))},
    {"LRER", {overflow}, OUTCOME(no_cc(round_long_to_short(a.high))), OUTCOME(no_cc(model_round(read(a, 14), 6)))},
    {"LRDR", {overflow}, OUTCOME(no_cc(round_extended_to_long(a))), OUTCOME(no_cc(model_round(read(a, 28), 14)))},
};

// Operands where something happens: characteristics near each other, near the ends, or such that product or quotient is
// near the ends; fractions that are zero, unnormalized, short, all ones, or nearly the same.
class Operands {
 public:
  void next(Extended& a, Extended& b, Masks& masks) {
    const int first = characteristic(64);
    const int second = characteristic(first);
    const u64 fraction_of_a = fraction(), low_of_a = fraction();
    const bool alike = one_in(4);
    a = {image(first, fraction_of_a), image(below(128), low_of_a)};
    b = {image(second, alike ? fraction_of_a : fraction()), image(below(128), alike ? low_of_a : fraction())};
    if (alike) b.high ^= u64{1} << (below(2) * 32) & 0xFF;
    if (alike && one_in(2)) b.low ^= 1;
    masks = {one_in(2), one_in(2)};
  }

 private:
  int below(u64 bound) { return static_cast<int>(random_() % bound); }
  bool one_in(u64 count) { return below(count) == 0; }

  int characteristic(int first) {
    const int targets[] = {first, first, first, 0, 127, 64 - first, 191 - first, first + 64, first - 64, below(128)};
    return std::clamp(targets[below(std::size(targets))] + below(one_in(2) ? 5 : 37) - (one_in(2) ? 2 : 18), 0, 127);
  }

  u64 fraction() {
    constexpr u64 all_ones = (u64{1} << 56) - 1;
    u64 result = random_() & all_ones;
    if (one_in(8)) result = 0;
    if (one_in(8)) result = all_ones;
    if (one_in(8)) result &= random_() & random_() & random_();
    if (one_in(8)) result |= all_ones & ~(random_() & random_() & random_());
    if (one_in(3)) result = result >> (4 * below(14));
    if (one_in(3)) result = result >> 32 << 32;
    if (one_in(3)) result = all_ones & result << (4 * below(14));
    return result;
  }

  u64 image(int characteristic, u64 fraction) {
    return static_cast<u64>((one_in(2) ? 128 : 0) + characteristic) << 56 | fraction;
  }

  std::mt19937_64 random_{370};
};

class HexadecimalFloatModel : public testing::TestWithParam<Instruction> {};

TEST_P(HexadecimalFloatModel, AgreesOnRandomOperands) {
  constexpr int rounds = 200'000;
  constexpr int enough = 100;  // of each exception, so that the comparison has seen it
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
