// Packed-decimal arithmetic: tables of cases with outside values (GA22-7000, runs on Hercules 3.13, hand computation),
// then random operands against a model that works like a child with a pencil, one digit at a time.

#include "frontend/decimal.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace replica::decimal {
namespace {

using Bytes = std::vector<u8>;  // exactly as long as the field, so that the address sanitizer sees an access beyond it

int hex_digit(char c) { return c <= '9' ? c - '0' : c - 'A' + 10; }

Bytes bytes(std::string_view hex) {
  Bytes result(hex.size() / 2);
  for (std::size_t i = 0; i < result.size(); ++i) {
    result[i] = static_cast<u8>(hex_digit(hex[2 * i]) << 4 | hex_digit(hex[2 * i + 1]));
  }
  return result;
}

std::string hex(const Bytes& field) {
  std::string result;
  for (const u8 byte : field) {
    result += "0123456789ABCDEF"[byte >> 4];
    result += "0123456789ABCDEF"[byte & 15];
  }
  return result;
}

constexpr Exception none = Exception::none;
constexpr Exception specification = Exception::specification;
constexpr Exception data = Exception::data;
constexpr Exception overflow = Exception::decimal_overflow;
constexpr Exception decimal_divide = Exception::decimal_divide;

bool completes(Exception exception) { return exception == none || exception == overflow; }

using Operation = Outcome (*)(u8*, unsigned, const u8*, unsigned);

struct Case {
  std::string first, second, result;
  int cc;
  Exception exception = none;
};

void expect_cases(Operation operation, const std::vector<Case>& cases) {
  for (const Case& row : cases) {
    SCOPED_TRACE(row.first + ", " + row.second);
    Bytes first = bytes(row.first);
    const Bytes second = bytes(row.second);
    const Outcome outcome = operation(first.data(), static_cast<unsigned>(first.size()), second.data(),
                                      static_cast<unsigned>(second.size()));
    EXPECT_EQ(hex(first), row.result);
    EXPECT_EQ(outcome.exception, row.exception);
    if (completes(row.exception)) {
      EXPECT_EQ(outcome.cc, row.cc);
    }
  }
}

std::string nines(std::size_t count) { return std::string(count, '9'); }
std::string zeros(std::size_t count) { return std::string(count, '0'); }

// For operations that leave the condition code alone, and for rows that end in an exception with no code.
constexpr int any = 0;

Outcome compare_only(u8* first, unsigned length1, const u8* second, unsigned length2) {
  return compare(first, length1, second, length2);
}

// ---- Hand-made cases ----

TEST(ZeroAndAdd, MovesTheNumberWithThePreferredSign) {
  const std::vector<Case> cases = {
      {"0000", "00000D", "000C", 0},
      {"FFFF", "012A", "012C", 2},  // the old contents need not be valid
      {"FFFF", "012B", "012D", 1},
      {"FFFF", "012C", "012C", 2},
      {"FFFF", "012D", "012D", 1},
      {"FFFF", "012E", "012C", 2},
      {"FFFF", "012F", "012C", 2},
      {"FF", "7D", "7D", 1},
      {"FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", "7D", zeros(30) + "7D", 1},
      {"FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", "1234567890123456789012345678901F", "1234567890123456789012345678901C", 2},
  };
  expect_cases(zero_and_add, cases);
}

TEST(ZeroAndAdd, OverflowsWhenNonzeroDigitsAreLost) {
  const std::vector<Case> cases = {
      {"0000", "01000D", "000D", 3, overflow},  // only a true zero turns positive
      {"0000", "01000C", "000C", 3, overflow},          {"0000", "00999D", "999D", 1},
      {"00", "1" + zeros(30) + "B", "0D", 3, overflow}, {"00", zeros(30) + "5B", "5D", 1},
  };
  expect_cases(zero_and_add, cases);
}

TEST(ZeroAndAdd, WantsValidDigitsAndSign) {
  const std::vector<Case> cases = {
      {"1234", "0129", "1234", any, data}, {"1234", "0120", "1234", any, data}, {"1234", "0A2C", "1234", any, data},
      {"1234", "F12C", "1234", any, data}, {"00", "F0000C", "00", any, data},  // also in digits that do not fit
  };
  expect_cases(zero_and_add, cases);
}

TEST(AddDecimal, GivesTheSignOfTheSum) {
  const std::vector<Case> cases = {
      {"0000005C", "0000005D", "0000000C", 0},
      {"000D", "000D", "000C", 0},
      {"0C", "0B", "0C", 0},
      {"123C", "456C", "579C", 2},
      {"123D", "456D", "579D", 1},
      {"123C", "456D", "333D", 1},
      {"456C", "123D", "333C", 2},
      {"123F", "456B", "333D", 1},
      {"456A", "123E", "579C", 2},
      {"0999999C", "1C", "1000000C", 2},
      {"1000000C", "1D", "0999999C", 2},
      {"5C", "008D", "3D", 1},  // the second operand may be longer
      {"0" + nines(30) + "C", "1C", "1" + zeros(30) + "C", 2},
      {"1" + zeros(30) + "D", "1C", "0" + nines(30) + "D", 1},
  };
  expect_cases(add, cases);
}

TEST(AddDecimal, TruncatesOnOverflow) {
  const std::vector<Case> cases = {
      {"9999999C", "0000001C", "0000000C", 3, overflow},
      {"500D", "500D", "000D", 3, overflow},  // minus zero: the sign of the true sum
      {"600D", "500D", "100D", 3, overflow},
      {"5C", "123D", "8D", 3, overflow},  // -118
      {"5D", "123C", "8C", 3, overflow},
      {"3C", "123D", "0D", 3, overflow},  // -120
      {nines(31) + "D", nines(31) + "D", nines(30) + "8D", 3, overflow},
      {nines(31) + "C", "1C", zeros(31) + "C", 3, overflow},
      {"0C", "1" + zeros(30) + "C", "0C", 3, overflow},
  };
  expect_cases(add, cases);
}

TEST(AddDecimal, ChecksBothOperands) {
  const std::vector<Case> cases = {
      {"00A1C0", "1C", "00A1C0", any, data}, {"0A1C", "001C", "0A1C", any, data}, {"001C", "0A1C", "001C", any, data},
      {"0019", "001C", "0019", any, data},   {"001C", "0019", "001C", any, data},
  };
  expect_cases(add, cases);
}

TEST(SubtractDecimal, InvertsTheSecondSign) {
  const std::vector<Case> cases = {
      {"123C", "124C", "001D", 1},       {"123C", "123C", "000C", 0},           {"123D", "123D", "000C", 0},
      {"000D", "000C", "000C", 0},       {"123C", "124D", "247C", 2},           {"123D", "124B", "001C", 2},
      {"123D", "124F", "247D", 1},       {"500C", "500D", "000C", 3, overflow}, {"500D", "500C", "000D", 3, overflow},
      {"5C", "125C", "0D", 3, overflow}, {"001C", "0019", "001C", any, data},   {"F01C", "001C", "F01C", any, data},
  };
  expect_cases(subtract, cases);
}

TEST(CompareDecimal, ComparesValues) {
  const std::vector<Case> cases = {
      {"000C", "000D", "000C", 0},
      {"0B", "000000000A", "0B", 0},
      {"123C", "0000123F", "123C", 0},
      {"123D", "0000123B", "123D", 0},
      {"123C", "123D", "123C", 2},
      {"123D", "123C", "123D", 1},
      {"005C", "006C", "005C", 1},
      {"006C", "005C", "006C", 2},
      {"005D", "006D", "005D", 2},
      {"006D", "005D", "006D", 1},
      {"000C", "001D", "000C", 2},
      {"000D", "001C", "000D", 1},
      {"9C", "1" + zeros(30) + "C", "9C", 1},
      {nines(31) + "D", "9D", nines(31) + "D", 1},
      {"0A1C", "001C", "0A1C", any, data},
      {"001C", "0011", "001C", any, data},
  };
  expect_cases(compare_only, cases);
}

TEST(MultiplyDecimal, Multiplies) {
  const std::vector<Case> cases = {
      {"0000123C", "456D", "0056088D", any},
      {"0000123D", "456D", "0056088C", any},
      {"0000123B", "456F", "0056088D", any},
      {"0000000C", "456D", "0000000D", any},  // minus zero stays
      {"0000000D", "456D", "0000000C", any},
      {"0000123D", "000C", "0000000D", any},
      {"00123C", "9C", "01107C", any},
      {"009C", "9C", "081C", any},
      {zeros(16) + nines(15) + "C", nines(15) + "C", "0" + nines(14) + "8" + zeros(14) + "1C", any},  // (10^15 - 1)^2
      {zeros(22) + "100000000C", "100000000C", zeros(14) + "1" + zeros(16) + "C", any},
      {zeros(23) + nines(8) + "C", "100000000C", zeros(15) + nines(8) + zeros(8) + "C", any},
      {"00" + nines(29) + "D", "9C", "08" + nines(28) + "1D", any},
  };
  expect_cases(multiply, cases);
}

TEST(MultiplyDecimal, Exceptions) {
  const std::vector<Case> cases = {
      {"0012345C", "456D", "0012345C", any, data},  // fewer than two leading zero bytes
      {"01000C", "1C", "01000C", any, data},        // zero bytes are wanted, not zero digits
      {"0000123C", "45AD", "0000123C", any, data},
      {"00001230", "456D", "00001230", any, data},
      {"0000A23C", "456D", "0000A23C", any, data},
      {"123C", "456D", "123C", any, specification},
      {"3C", "456D", "3C", any, specification},
      {zeros(31) + "1", zeros(16) + "1C", zeros(31) + "1", any, specification},  // nine bytes; goes before the bad sign
      {"FFFF", "FFFF", "FFFF", any, specification},                              // goes before data
  };
  expect_cases(multiply, cases);
}

TEST(DivideDecimal, Divides) {
  const std::vector<Case> cases = {
      {"00000012345C", "067D", "0000184D017C", any},
      {"00000012345D", "067C", "0000184D017D", any},
      {"00000012345D", "067B", "0000184C017D", any},
      {"00000012345F", "067A", "0000184C017C", any},
      {"0000010D", "005C", "002D000D", any},  // a zero remainder has the dividend's sign
      {"0000000D", "005C", "000D000D", any},  // a zero quotient that of algebra
      {"0000000C", "005D", "000D000C", any},
      {"0000004D", "005D", "000C004D", any},
      {"0009990C", "010C", "999C000C", any},  // the largest quotient
      {"0009999C", "010C", "999C009C", any},
      {"007C", "2D", "3D1C", any},
      {"0" + nines(14) + "8" + zeros(14) + "1C", nines(15) + "C", nines(15) + "C" + zeros(15) + "C", any},
      {"08" + nines(28) + "1D", "9C", nines(29) + "D0D", any},
      {"0" + nines(14) + "8" + nines(15) + "C", nines(15) + "C", nines(15) + "C" + nines(14) + "8C", any},
  };
  expect_cases(divide, cases);
}

TEST(DivideDecimal, Exceptions) {
  const std::vector<Case> cases = {
      {"1234567C", "001C", "1234567C", any, decimal_divide},
      {"0010000C", "001C", "0010000C", any, decimal_divide},  // by the lengths: quotient 10000
      {"0010000C", "010C", "0010000C", any, decimal_divide},  // quotient 1000, the least that does not fit
      {"0" + nines(15) + zeros(15) + "C", nines(15) + "C", "0" + nines(15) + zeros(15) + "C", any, decimal_divide},
      {"0000567C", "000C", "0000567C", any, decimal_divide},
      {"0000000C", "000D", "0000000C", any, decimal_divide},
      {"090C", "1C", "090C", any, decimal_divide},
      {"00005A7C", "000C", "00005A7C", any, data},  // goes before decimal divide
      {"0000567C", "0A0C", "0000567C", any, data},
      {"0000567C", "0000", "0000567C", any, data},
      {"00005670", "001C", "00005670", any, data},
      {"FFFF", "FFFF", "FFFF", any, specification},  // goes before data
      {"7C", "002C", "7C", any, specification},
      {zeros(31) + "C", zeros(16) + "1C", zeros(31) + "C", any, specification},  // nine bytes
  };
  expect_cases(divide, cases);
}

struct ShiftCase {
  std::string field;
  unsigned shift, rounding_digit;
  std::string result;
  int cc;
  Exception exception = none;
};

constexpr unsigned right(unsigned places) { return 64 - places; }

void expect_cases(const std::vector<ShiftCase>& cases) {
  for (const ShiftCase& row : cases) {
    SCOPED_TRACE(row.field + ", " + std::to_string(row.shift) + ", " + std::to_string(row.rounding_digit));
    Bytes field = bytes(row.field);
    const Outcome outcome =
        shift_and_round(field.data(), static_cast<unsigned>(field.size()), row.shift, row.rounding_digit);
    EXPECT_EQ(hex(field), row.result);
    EXPECT_EQ(outcome.exception, row.exception);
    if (completes(row.exception)) {
      EXPECT_EQ(outcome.cc, row.cc);
    }
  }
}

TEST(ShiftAndRoundDecimal, ShiftsLeft) {
  const std::vector<ShiftCase> cases = {
      {"0012345C", 2, 5, "1234500C", 2},
      {"0012345B", 0, 5, "0012345D", 1},  // no shift still makes the sign a preferred one
      {"0000000D", 0, 0, "0000000C", 0},
      {"0000000D", 31, 0, "0000000C", 0},
      {"0012345C", 3, 0, "2345000C", 3, overflow},
      {"0010000D", 5, 0, "0000000D", 3, overflow},  // minus zero
      {"0000001D", 31, 0, "0000000D", 3, overflow},
      {"1D", 1, 0, "0D", 3, overflow},
      {zeros(30) + "7D", 30, 0, "7" + zeros(30) + "D", 1},
      {zeros(30) + "7D", 31, 0, zeros(31) + "D", 3, overflow},
      {"1" + zeros(30) + "C", 1, 0, zeros(31) + "C", 3, overflow},
      {"2" + zeros(29) + "3C", 30, 0, "3" + zeros(30) + "C", 3, overflow},
  };
  expect_cases(cases);
}

TEST(ShiftAndRoundDecimal, ShiftsRightAndRounds) {
  const std::vector<ShiftCase> cases = {
      {"0012345C", right(1), 5, "0001235C", 2},
      {"0012345D", right(1), 0, "0001234D", 1},
      {"0012344D", right(1), 5, "0001234D", 1},
      {"0012345D", right(32), 5, "0000000C", 0},
      {"0000005D", right(1), 4, "0000000C", 0},
      {"0000005D", right(1), 5, "0000001D", 1},  // rounding is by magnitude
      {"0000001F", right(1), 9, "0000001C", 2},
      {"9999999C", right(1), 5, "1000000C", 2},  // the carry goes through all digits and always fits
      {"9C", right(1), 1, "1C", 2},
      {nines(31) + "D", right(1), 9, "1" + zeros(30) + "D", 1},
      {nines(31) + "D", right(31), 1, zeros(30) + "1D", 1},
      {nines(31) + "D", right(31), 0, zeros(31) + "C", 0},
      {nines(31) + "D", right(32), 9, zeros(31) + "C", 0},  // the last digit shifted out is a zero
      {"8" + zeros(30) + "C", right(30), 0, zeros(30) + "8C", 2},
  };
  expect_cases(cases);
}

TEST(ShiftAndRoundDecimal, WantsValidDigitsAlsoForRounding) {
  const std::vector<ShiftCase> cases = {
      {"0000005D", right(1), 10, "0000005D", any, data},
      {"0000005D", 1, 10, "0000005D", any, data},  // although a left shift does not round
      {"0000005D", 0, 15, "0000005D", any, data},
      {"00000055", 0, 0, "00000055", any, data},
      {"A000005C", right(32), 0, "A000005C", any, data},
      {"B000005C", 8, 0, "B000005C", any, data},
  };
  expect_cases(cases);
}

TEST(EveryOperation, FindsABadDigitInAnyPlaceOfAnyLength) {
  for (unsigned length = 1; length <= 16; ++length) {
    for (unsigned place = 0; place < 2 * length; ++place) {
      for (int nibble = 0; nibble < 16; ++nibble) {
        std::string text = nines(2 * length - 1) + "C";
        text[place] = "0123456789ABCDEF"[nibble];
        const bool is_sign = place == 2 * length - 1;
        const Bytes field = bytes(text);
        Bytes target = bytes(zeros(31) + "C");
        EXPECT_EQ(zero_and_add(target.data(), 16, field.data(), length).exception,
                  (nibble > 9) == is_sign ? none : data)
            << text;
      }
    }
  }
}

TEST(EveryOperation, AllowsOverlappingOperands) {
  Bytes field = bytes("0000123C");
  EXPECT_EQ(add(field.data(), 4, field.data(), 4).cc, 2);
  EXPECT_EQ(hex(field), "0000246C");
  EXPECT_EQ(compare(field.data(), 4, field.data(), 4).cc, 0);
  EXPECT_EQ(multiply(field.data(), 4, field.data() + 2, 2).exception, none);
  EXPECT_EQ(hex(field), "0060516C");
  EXPECT_EQ(zero_and_add(field.data(), 4, field.data() + 2, 2).cc, 2);
  EXPECT_EQ(hex(field), "0000516C");
  EXPECT_EQ(divide(field.data(), 4, field.data() + 2, 2).exception, none);
  EXPECT_EQ(hex(field), "001C000C");
  EXPECT_EQ(subtract(field.data() + 2, 2, field.data() + 2, 2).cc, 0);
}

struct ConversionCase {
  std::string packed;
  u32 value;
  Exception exception = none;
};

TEST(ConvertToBinary, GivesTheLow32BitsOfTheSignedNumber) {
  const std::vector<ConversionCase> cases = {
      {"000002147483647C", 0x7FFFFFFF},
      {"000002147483648C", 0x80000000, Exception::fixed_point_divide},
      {"000002147483648D", 0x80000000},
      {"000002147483649D", 0x7FFFFFFF, Exception::fixed_point_divide},
      {"999999999999999C", 0xA4C67FFF, Exception::fixed_point_divide},
      {"999999999999999D", 0x5B398001, Exception::fixed_point_divide},
      {"000004294967296C", 0x00000000, Exception::fixed_point_divide},
      {"000000000000000D", 0},
      {"000000000000001B", 0xFFFFFFFF},
      {"000000000000010A", 10},
      {"000001234567890E", 1234567890},
      {"000001234567890F", 1234567890},
  };
  for (const ConversionCase& row : cases) {
    const Binary binary = convert_to_binary(bytes(row.packed).data());
    EXPECT_EQ(binary.value, row.value) << row.packed;
    EXPECT_EQ(binary.exception, row.exception) << row.packed;
  }
  for (const char* bad : {"00000214748364A7", "0000021474836470", "A00000000000000C"}) {
    EXPECT_EQ(convert_to_binary(bytes(bad).data()).exception, data) << bad;
  }
}

TEST(ConvertToDecimal, GivesPreferredSigns) {
  const std::vector<ConversionCase> cases = {
      {"000002147483648D", 0x80000000}, {"000002147483647C", 0x7FFFFFFF}, {"000000000000000C", 0},
      {"000000000000001D", 0xFFFFFFFF}, {"000000000000009C", 9},          {"000000000000010C", 10},
      {"000000000000099C", 99},         {"000000000000100C", 100},        {"000000099999999C", 99999999},
      {"000000100000000C", 100000000},  {"000001234567890C", 1234567890},
  };
  for (const ConversionCase& row : cases) {
    Bytes packed(8);
    convert_to_decimal(row.value, packed.data());
    EXPECT_EQ(hex(packed), row.packed);
  }
}

// ---- Zoned digits, and digits moved by half a byte ----

using Conversion = void (*)(u8*, unsigned, const u8*, unsigned);

void expect_converted(Conversion conversion, const std::vector<Case>& cases) {
  for (const Case& row : cases) {
    SCOPED_TRACE(row.first + ", " + row.second);
    Bytes first = bytes(row.first);
    const Bytes second = bytes(row.second);
    conversion(first.data(), static_cast<unsigned>(first.size()), second.data(), static_cast<unsigned>(second.size()));
    EXPECT_EQ(hex(first), row.result);
  }
}

TEST(Pack, TakesTheRightHalvesAndSwapsTheLast) {
  const std::vector<Case> cases = {
      {"00", "F1", "1F", any},
      {"FFFFFF", "F1F2C3", "00123C", any},
      {"FF", "F1F2C3", "3C", any},      // digits on the left are ignored
      {"FFFF", "ABCDEF", "BDFE", any},  // nothing is checked
      {std::string(32, 'F'), "F1F2F3F4F5F6F7F8F9F0F1F2F3F4F5D6", zeros(15) + "1234567890123456D", any},
      {std::string(18, 'F'), "F1F2F3F4F5F6F7F8F9F0F1F2F3F4F5D6", "01234567890123456D", any},
  };
  expect_converted(pack, cases);
}

TEST(Unpack, GivesEachDigitAZoneAndSwapsTheLast) {
  const std::vector<Case> cases = {
      {"00", "1F", "F1", any},
      {"00000000", "123C", "F0F1F2C3", any},
      {"0000", "00123C", "F2C3", any},
      {"000000", "ABCD", "FAFBDC", any},
      {zeros(32), "1234567890123456789012345678901D", "F6F7F8F9F0F1F2F3F4F5F6F7F8F9F0D1", any},
      {zeros(32), "123C", "F0F0F0F0F0F0F0F0F0F0F0F0F0F1F2C3", any},
  };
  expect_converted(unpack, cases);
}

TEST(MoveWithOffset, StandsToTheLeftOfTheOldSign) {
  const std::vector<Case> cases = {
      {"0C", "34", "4C", any},
      {"FFFFFFFC", "123456", "0123456C", any},
      {"FFFC", "123456", "456C", any},
      {std::string(31, 'F') + "D", "12345678901234567890123456789012", "2345678901234567890123456789012D", any},
  };
  expect_converted(move_with_offset, cases);
}

// ---- The pencil: one digit at a time ----

constexpr unsigned most_places = 64;

struct Written {
  std::array<int, most_places> digit{};  // units first
  bool minus = false;
  bool valid = true;

  bool is_zero() const {
    return std::all_of(digit.begin(), digit.end(), [](int d) { return d == 0; });
  }
};

Written read(const u8* field, unsigned length) {
  Written number;
  for (unsigned place = 0; place < 2 * length - 1; ++place) {
    const u8 byte = field[length - 1 - (place + 1) / 2];
    number.digit[place] = place % 2 == 0 ? byte / 16 : byte % 16;
    if (number.digit[place] > 9) number.valid = false;
  }
  switch (field[length - 1] % 16) {
    case 0xA:
    case 0xC:
    case 0xE:
    case 0xF: break;
    case 0xB:
    case 0xD: number.minus = true; break;
    default: number.valid = false;
  }
  return number;
}

// Writes the digits that have a place; true if the others are zero.
bool write(u8* field, unsigned length, const Written& number) {
  const unsigned places = 2 * length - 1;
  field[length - 1] = static_cast<u8>(number.digit[0] * 16 + (number.minus ? 0xD : 0xC));
  for (unsigned i = 1; i < length; ++i) {
    field[length - 1 - i] = static_cast<u8>(number.digit[2 * i] * 16 + number.digit[2 * i - 1]);
  }
  return std::all_of(number.digit.begin() + places, number.digit.end(), [](int d) { return d == 0; });
}

int compare_magnitudes(const Written& a, const Written& b) {
  for (unsigned place = most_places; place-- > 0;) {
    if (a.digit[place] != b.digit[place]) return a.digit[place] < b.digit[place] ? -1 : 1;
  }
  return 0;
}

void add_magnitude(Written& to, const Written& number) {
  int carry = 0;
  for (unsigned place = 0; place < most_places; ++place) {
    to.digit[place] += number.digit[place] + carry;
    carry = to.digit[place] >= 10;
    if (carry != 0) to.digit[place] -= 10;
  }
}

void take_magnitude(Written& from, const Written& number) {
  int borrow = 0;
  for (unsigned place = 0; place < most_places; ++place) {
    from.digit[place] -= number.digit[place] + borrow;
    borrow = from.digit[place] < 0;
    if (borrow != 0) from.digit[place] += 10;
  }
}

// Multiplies by a power of ten.
Written moved_left(const Written& number, unsigned places) {
  Written result = number;
  for (unsigned i = 0; i < most_places; ++i) result.digit[i] = i < places ? 0 : number.digit[i - places];
  return result;
}

struct Expected {
  int cc = any;
  Exception exception = none;
};

Expected pencil_result(u8* first, unsigned length1, Written number) {
  if (number.is_zero()) number.minus = false;
  if (!write(first, length1, number)) return {3, overflow};
  return {number.is_zero() ? 0 : number.minus ? 1 : 2};
}

Expected pencil_zero_and_add(u8* first, unsigned length1, const u8* second, unsigned length2) {
  const Written number = read(second, length2);
  if (!number.valid) return {any, data};
  return pencil_result(first, length1, number);
}

Expected pencil_add(u8* first, unsigned length1, const u8* second, unsigned length2, bool invert) {
  Written a = read(first, length1);
  Written b = read(second, length2);
  if (!a.valid || !b.valid) return {any, data};
  if (invert) b.minus = !b.minus;
  if (a.minus == b.minus) {
    add_magnitude(a, b);
    return pencil_result(first, length1, a);
  }
  if (compare_magnitudes(a, b) < 0) std::swap(a, b);
  take_magnitude(a, b);
  return pencil_result(first, length1, a);
}

Expected pencil_plus(u8* first, unsigned length1, const u8* second, unsigned length2) {
  return pencil_add(first, length1, second, length2, false);
}

Expected pencil_minus(u8* first, unsigned length1, const u8* second, unsigned length2) {
  return pencil_add(first, length1, second, length2, true);
}

// A comparison is a subtraction of which only the condition code is kept.
Expected pencil_compare(u8* first, unsigned length1, const u8* second, unsigned length2) {
  std::array<u8, 17> difference{};
  std::copy_n(first, length1, difference.end() - length1);
  const Written a = read(first, length1);
  if (!a.valid) return {any, data};
  return pencil_minus(difference.data(), 17, second, length2);
}

Expected pencil_multiply(u8* first, unsigned length1, const u8* second, unsigned length2) {
  if (length2 > 8 || length2 >= length1) return {any, specification};
  const Written a = read(first, length1);
  const Written b = read(second, length2);
  const bool enough_zeros = std::all_of(first, first + length2, [](u8 byte) { return byte == 0; });
  if (!a.valid || !b.valid || !enough_zeros) return {any, data};
  Written product;
  for (unsigned place = 0; place < 2 * length2; ++place) {
    const Written step = moved_left(a, place);
    for (int i = 0; i < b.digit[place]; ++i) add_magnitude(product, step);
  }
  product.minus = a.minus != b.minus;
  EXPECT_TRUE(write(first, length1, product));
  return {};
}

Expected pencil_divide(u8* first, unsigned length1, const u8* second, unsigned length2) {
  if (length2 > 8 || length2 >= length1) return {any, specification};
  const Written dividend = read(first, length1);
  const Written divisor = read(second, length2);
  if (!dividend.valid || !divisor.valid) return {any, data};
  if (divisor.is_zero()) return {any, decimal_divide};
  Written quotient;
  Written rest = dividend;
  for (unsigned place = 32; place-- > 0;) {
    const Written step = moved_left(divisor, place);
    for (; compare_magnitudes(rest, step) >= 0; ++quotient.digit[place]) take_magnitude(rest, step);
  }
  quotient.minus = dividend.minus != divisor.minus;
  std::array<u8, 16> result{};
  if (!write(result.data(), length1 - length2, quotient)) return {any, decimal_divide};
  EXPECT_TRUE(write(result.data() + length1 - length2, length2, rest));
  std::copy_n(result.begin(), length1, first);
  return {};
}

Expected pencil_shift(u8* first, unsigned length1, unsigned shift, unsigned rounding_digit) {
  Written number = read(first, length1);
  if (!number.valid || rounding_digit > 9) return {any, data};
  if (shift < 32) return pencil_result(first, length1, moved_left(number, shift));
  for (; shift < 64; ++shift) {
    if (shift == 63) {
      Written rounding;
      rounding.digit[0] = static_cast<int>(rounding_digit);
      add_magnitude(number, rounding);
    }
    std::shift_left(number.digit.begin(), number.digit.end(), 1);
    number.digit.back() = 0;
  }
  return pencil_result(first, length1, number);
}

// ---- Random operands ----

constexpr int rounds = 200'000;

class RandomOperands {
 public:
  unsigned below(unsigned limit) { return static_cast<unsigned>(generator_() % limit); }
  unsigned length() { return 1 + below(16); }

  // A field with at least `leading_zeros` zero digits on its left. Its digits are any, or few, or of the kinds on which
  // carries and signs go wrong; one field in 32 has a nibble that may be anything.
  Bytes field(unsigned length, unsigned leading_zeros = 0) {
    const unsigned places = 2 * length - 1;
    const unsigned first_place = below(2) == 0 ? leading_zeros : leading_zeros + below(places + 1);
    std::string text(places, '0');
    const unsigned style = below(8);
    for (unsigned place = first_place; place < places; ++place) {
      text[place] = style == 0 ? '9' : style == 1 ? '0' : style == 2 ? "0009"[below(4)] : "0123456789"[below(10)];
    }
    text += "ABCDEFCD"[below(8)];
    if (below(32) == 0) text[below(2 * length)] = "0123456789ABCDEF"[below(16)];
    return bytes(text);
  }

  // Often the number of `other`, so that results are zero or nearly so, in another length and with another sign.
  Bytes field_like(const Bytes& other, unsigned length) {
    Bytes result = field(length);
    if (below(3) != 0) return result;
    std::fill(result.begin(), result.end(), u8{0});
    std::copy_backward(other.end() - std::min<long>(length, static_cast<long>(other.size())), other.end(),
                       result.end());
    result.back() = static_cast<u8>((result.back() & 0xF0) | (10 + below(6)));
    if (below(3) == 0) result.front() ^= 0x10;
    return result;
  }

 private:
  std::mt19937_64 generator_{370};
};

using Pencil = Expected (*)(u8*, unsigned, const u8*, unsigned);

void expect_same(Operation operation, Pencil pencil, const Bytes& first, const Bytes& second) {
  const unsigned length1 = static_cast<unsigned>(first.size());
  const unsigned length2 = static_cast<unsigned>(second.size());
  Bytes found = first;
  Bytes expected = first;
  const Outcome outcome = operation(found.data(), length1, second.data(), length2);
  const Expected wanted = pencil(expected.data(), length1, second.data(), length2);
  ASSERT_EQ(outcome.exception, wanted.exception) << hex(first) << ", " << hex(second);
  if (completes(wanted.exception)) {
    ASSERT_EQ(outcome.cc, wanted.cc) << hex(first) << ", " << hex(second);
  }
  ASSERT_EQ(found, expected) << hex(first) << ", " << hex(second);
}

void expect_same_on_like_operands(Operation operation, Pencil pencil) {
  RandomOperands random;
  for (int round = 0; round < rounds && !testing::Test::HasFailure(); ++round) {
    const Bytes first = random.field(random.length());
    expect_same(operation, pencil, first, random.field_like(first, random.length()));
  }
}

TEST(AgainstPencil, ZeroAndAdd) { expect_same_on_like_operands(zero_and_add, pencil_zero_and_add); }
TEST(AgainstPencil, Add) { expect_same_on_like_operands(add, pencil_plus); }
TEST(AgainstPencil, Subtract) { expect_same_on_like_operands(subtract, pencil_minus); }
TEST(AgainstPencil, Compare) { expect_same_on_like_operands(compare_only, pencil_compare); }

TEST(AgainstPencil, Multiply) {
  RandomOperands random;
  for (int round = 0; round < rounds && !HasFailure(); ++round) {
    const unsigned length1 = 2 + random.below(15);
    const unsigned length2 = 1 + random.below(std::min(length1, 9u));
    const unsigned zero_digits = random.below(16) == 0 ? 0 : std::min(2 * length2, 2 * length1 - 1);
    expect_same(multiply, pencil_multiply, random.field(length1, zero_digits), random.field(length2));
  }
}

TEST(AgainstPencil, Divide) {
  RandomOperands random;
  for (int round = 0; round < rounds && !HasFailure(); ++round) {
    const unsigned length1 = 2 + random.below(15);
    const unsigned length2 = 1 + random.below(std::min(length1, 9u));
    const unsigned zero_digits = random.below(4) == 0 ? 0 : random.below(2 * length2);
    expect_same(divide, pencil_divide, random.field(length1, zero_digits), random.field(length2));
  }
}

TEST(AgainstPencil, ShiftAndRound) {
  RandomOperands random;
  for (int round = 0; round < rounds && !HasFailure(); ++round) {
    const Bytes field = random.field(random.length());
    const unsigned length = static_cast<unsigned>(field.size());
    const unsigned shift = random.below(2) == 0 ? random.below(64) : (64 + random.below(9) - 4) % 64;
    const unsigned rounding_digit = random.below(random.below(8) == 0 ? 16 : 10);
    Bytes found = field;
    Bytes expected = field;
    const Outcome outcome = shift_and_round(found.data(), length, shift, rounding_digit);
    const Expected wanted = pencil_shift(expected.data(), length, shift, rounding_digit);
    ASSERT_EQ(outcome.exception, wanted.exception) << hex(field) << ", " << shift << ", " << rounding_digit;
    if (completes(wanted.exception)) {
      ASSERT_EQ(outcome.cc, wanted.cc) << hex(field) << ", " << shift << ", " << rounding_digit;
    }
    ASSERT_EQ(found, expected) << hex(field) << ", " << shift << ", " << rounding_digit;
  }
}

TEST(AgainstPencil, ConvertToBinary) {
  RandomOperands random;
  for (int round = 0; round < rounds && !HasFailure(); ++round) {
    const Bytes packed = random.field(8, random.below(2) == 0 ? 5 : 0);
    const Written number = read(packed.data(), 8);
    i64 value = 0;
    for (unsigned place = 15; place-- > 0;) value = value * 10 + number.digit[place];
    if (number.minus) value = -value;
    const bool fits = value >= -2147483648LL && value <= 2147483647LL;
    const Binary binary = convert_to_binary(packed.data());
    ASSERT_EQ(binary.exception, !number.valid ? data : fits ? none : Exception::fixed_point_divide) << hex(packed);
    if (number.valid) {
      ASSERT_EQ(binary.value, static_cast<u32>(value)) << hex(packed);
    }
  }
}

TEST(AgainstPencil, ConvertToDecimal) {
  RandomOperands random;
  for (int round = 0; round < rounds && !HasFailure(); ++round) {
    const u32 value = static_cast<u32>((random.below(1u << 16) << 16 | random.below(1u << 16)) >> random.below(32));
    const i32 number = static_cast<i32>(random.below(2) == 0 ? value : 0 - value);
    std::string text = std::to_string(number < 0 ? -static_cast<i64>(number) : static_cast<i64>(number));
    text = zeros(15 - text.size()) + text + (number < 0 ? "D" : "C");
    Bytes packed(8);
    convert_to_decimal(static_cast<u32>(number), packed.data());
    ASSERT_EQ(hex(packed), text) << number;
  }
}

}  // namespace
}  // namespace replica::decimal
