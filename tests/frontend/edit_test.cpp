// ED and EDMK: cases with outside values (GA22-7000, runs on Hercules 3.13, hand computation), then random patterns
// against the manual's table of editing functions, written out row by row.

#include "frontend/edit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace replica {
namespace {

using Bytes = std::vector<u8>;

// Two hexadecimal digits to a byte; blanks are for the reader.
Bytes bytes(std::string_view text) {
  std::string digits;
  std::copy_if(text.begin(), text.end(), std::back_inserter(digits), [](char c) { return c != ' '; });
  Bytes result;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    result.push_back(static_cast<u8>(std::stoi(digits.substr(i, 2), nullptr, 16)));
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

struct Edited {
  Bytes result;
  EditOutcome outcome;
  std::size_t fetched;
};

Edited edit_copy(Bytes pattern, const Bytes& source) {
  std::size_t fetched = 0;
  const EditOutcome outcome =
      edit(pattern.data(), static_cast<unsigned>(pattern.size()), pattern.data(), [&] { return source.at(fetched++); });
  return {std::move(pattern), outcome, fetched};
}

struct Case {
  std::string_view pattern, source, result;
  int cc;
  int mark;
};

void expect_cases(const std::vector<Case>& cases) {
  for (const Case& row : cases) {
    SCOPED_TRACE(std::string(row.pattern) + " from " + std::string(row.source));
    const Edited edited = edit_copy(bytes(row.pattern), bytes(row.source));
    EXPECT_EQ(hex(edited.result), hex(bytes(row.result)));
    EXPECT_FALSE(edited.outcome.data_exception);
    EXPECT_EQ(edited.outcome.cc, row.cc);
    EXPECT_EQ(edited.outcome.mark, row.mark);
  }
}

// ---- Hand-made cases ----

TEST(Edit, CasesRunOnHercules) {
  const std::vector<Case> cases = {
      {"40 202020 6B 202120 4B 20", "0012345C", "40 4040F1 6B F2F3F4 4B F5", 2, 3},
      {"40 202020 22 40 202020 4B 21 40", "001C 012D 00", "40 4040F1 40 40 40F1F2 4B F0 40", 1, 7},
      {"40 20 6B 202020 6B 202120 4B 2020", "00123456789C", "40 40 40 40F1F2 6B F3F4F5 4B F6F7", 1, 4},
      {"40 2020 6B 202120 4B 2020 40 C3D9", "0123456D", "40 40F1 6B F2F3F4 4B F5F6 40 C3D9", 1, 2},
      {"40 2020 6B 202120 4B 2020 40 C3D9", "0123456C", "40 40F1 6B F2F3F4 4B F5F6 40 4040", 2, 2},
      {"40 2020 6B 202120 4B 2020 40 C3D9", "0000000D", "40 4040 40 4040F0 4B F0F0 40 C3D9", 0, -1},
      {"40 2020 6B 202120 4B 2020", "0001234C", "40 4040 40 40F1F2 4B F3F4", 2, 5},
      {"40 2020 6B 202120 4B 2020", "0000004C", "40 4040 40 4040F0 4B F0F4", 2, -1},
      {"40 2020 6B 202020 4B 2020", "0123456C", "40 40F1 6B F2F3F4 4B F5F6", 2, 2},
  };
  expect_cases(cases);
}

TEST(Edit, SignificanceStarterActsAfterItsOwnDigit) {
  const std::vector<Case> cases = {
      {"5C 21 20 20", "000C", "5C 5C F0 F0", 0, -1},  // the starter's own zero is still filled
      {"5C 21 20 20", "500C", "5C F5 F0 F0", 2, 1},
      {"5C 21 4B", "0C", "5C 5C 5C", 0, -1},  // a plus sign in the same byte turns significance off again
      {"5C 21 4B", "0D", "5C 5C 4B", 0, -1},
      {"5C 20 21 4B", "00 0C", "5C 5C 5C 4B", 0, -1},  // the sign is not looked at before its own digit
  };
  expect_cases(cases);
}

TEST(Edit, SignsWithTheDigitToTheirLeft) {
  const std::vector<Case> cases = {
      {"40 20 60", "5A", "40 F5 40", 2, 1},          {"40 20 60", "5B", "40 F5 60", 1, 1},
      {"40 20 60", "5C", "40 F5 40", 2, 1},          {"40 20 60", "5D", "40 F5 60", 1, 1},
      {"40 20 60", "5E", "40 F5 40", 2, 1},          {"40 20 60", "5F", "40 F5 40", 2, 1},
      {"40 20 60", "56", "40 F5 60", 1, 1},  // a digit: it waits
      {"40 20 20 60", "0C 5D", "40 40 F5 60", 1, 2},
  };
  expect_cases(cases);
}

TEST(Edit, FillByteMayBeAControlByte) {
  const std::vector<Case> cases = {
      {"20 20 4B", "05", "20 F5 4B", 1, 1},
      {"20 20 4B", "50", "F5 F0 4B", 1, 0},
      {"21 20 4B", "00", "21 F0 4B", 0, -1},  // the starter's zero becomes the fill byte, and starts
      {"22 20 4B", "5D", "22 F5 4B", 1, 1},
      {"22 20 4B", "0D", "22 22 22", 0, -1},
      {"40", "", "40", 0, -1},
      {"C1 C2 C3", "", "C1 C1 C1", 0, -1},  // no digits at all
  };
  expect_cases(cases);
}

TEST(Edit, ConditionCodeIsThatOfTheLastField) {
  const std::vector<Case> cases = {
      {"40 20 22 20", "5D 0D", "40 F5 40 40", 0, 1},
      {"40 20 22 20", "0D 5D", "40 40 40 F5", 1, 3},
      {"40 20 22", "5D", "40 F5 40", 0, 1},        // an empty last field
      {"40 20 22 60", "5D", "40 F5 40 40", 0, 1},  // the separator turns significance off
      {"40 20 20 22 20 20", "51 23", "40 F5F1 40 F2F3", 1, 4},
      {"40 20 22 20", "12", "40 F1 40 F2", 1, 3},  // a waiting digit survives the separator
  };
  expect_cases(cases);
}

TEST(EditAndMark, MarksTheLastDigitThatStartedSignificance) {
  const std::vector<Case> cases = {
      {"40 20 20 20", "001C", "40 40 40 F1", 2, 3},
      {"40 20 21 20", "001C", "40 40 40 F1", 2, -1},  // forced by the starter
      {"40 21 20 20", "100C", "40 F1 F0 F0", 2, 1},   // on the starter itself: significance was still off
      {"40 20 20", "1C 2D", "40 F1 F2", 1, 2},        // the plus sign turned it off
      {"40 20 20", "1D 2D", "40 F1 F2", 1, 1},
      {"40 20 22 20", "1D 2D", "40 F1 40 F2", 1, 3},
      {"40 20 22 20", "1D 0D", "40 F1 40 40", 0, 1},
  };
  expect_cases(cases);
}

TEST(Edit, DataExceptionOnlyForALeftNibble) {
  EXPECT_TRUE(edit_copy(bytes("40 20 20 20"), bytes("A123")).outcome.data_exception);
  EXPECT_TRUE(edit_copy(bytes("40 20 20 20"), bytes("12F3")).outcome.data_exception);
  EXPECT_TRUE(edit_copy(bytes("40 21"), bytes("CC")).outcome.data_exception);
  EXPECT_FALSE(edit_copy(bytes("40 20 20"), bytes("12FF")).outcome.data_exception);  // not fetched
}

TEST(Edit, FetchesOnlyWhatItNeeds) {
  EXPECT_EQ(edit_copy(bytes("40 6B 22"), bytes("")).fetched, 0u);
  EXPECT_EQ(edit_copy(bytes("40 20"), bytes("12 34")).fetched, 1u);
  EXPECT_EQ(edit_copy(bytes("40 20 20"), bytes("12 34")).fetched, 1u);
  EXPECT_EQ(edit_copy(bytes("40 20 20 20"), bytes("12 34")).fetched, 2u);
  EXPECT_EQ(edit_copy(bytes("40 20 20 20"), bytes("1C 34 56")).fetched, 2u);
}

TEST(Edit, MayBeAbandonedAtAFetch) {
  struct AccessException {};
  Bytes pattern = bytes("40 20 20 20");
  int fetches = 0;
  const auto next_source_byte = [&]() -> u8 {
    if (++fetches == 2) throw AccessException{};
    return 0x12;
  };
  EXPECT_THROW(edit(pattern.data(), 4, pattern.data(), next_source_byte), AccessException);
  EXPECT_EQ(fetches, 2);
}

TEST(Edit, TakesAPatternOf256Bytes) {
  Bytes pattern(256, 0x20);
  pattern[0] = 0x40;
  const Edited edited = edit_copy(pattern, Bytes(128, 0x11));
  EXPECT_EQ(edited.fetched, 128u);
  EXPECT_EQ(edited.result[255], 0xF1);
  EXPECT_EQ(edited.outcome.mark, 1);
}

// ---- The manual's table of editing functions ----

enum class Control { digit_select, significance_start, field_separator, message };
enum class Shows { digit, fill, itself };

// A row applies when all its conditions do; -1 is "any".
struct TableRow {
  Control control;
  int significance_before;
  int digit_is_nonzero;
  int plus_sign;
  Shows shows;
  int significance_after;
};

constexpr TableRow editing_functions[] = {
    {Control::digit_select, 1, -1, 0, Shows::digit, 1},       {Control::digit_select, 1, -1, 1, Shows::digit, 0},
    {Control::digit_select, 0, 1, 0, Shows::digit, 1},        {Control::digit_select, 0, 1, 1, Shows::digit, 0},
    {Control::digit_select, 0, 0, -1, Shows::fill, 0},        {Control::significance_start, 1, -1, 0, Shows::digit, 1},
    {Control::significance_start, 1, -1, 1, Shows::digit, 0}, {Control::significance_start, 0, 1, 0, Shows::digit, 1},
    {Control::significance_start, 0, 1, 1, Shows::digit, 0},  {Control::significance_start, 0, 0, 0, Shows::fill, 1},
    {Control::significance_start, 0, 0, 1, Shows::fill, 0},   {Control::field_separator, -1, -1, -1, Shows::fill, 0},
    {Control::message, 1, -1, -1, Shows::itself, 1},          {Control::message, 0, -1, -1, Shows::fill, 0},
};

const TableRow& editing_function(Control control, int significance, int nonzero, int plus) {
  const auto applies = [&](const TableRow& row) {
    return row.control == control && (row.significance_before < 0 || row.significance_before == significance) &&
           (row.digit_is_nonzero < 0 || row.digit_is_nonzero == nonzero) &&
           (row.plus_sign < 0 || row.plus_sign == plus);
  };
  return *std::find_if(std::begin(editing_functions), std::end(editing_functions), applies);
}

struct SourceDigit {
  int value;
  int plus_sign;
  std::size_t bytes_so_far;
};

// The digits of the source in turn, each with the sign to its right; a bad left nibble is the last of them.
std::vector<SourceDigit> source_digits(const Bytes& source) {
  std::vector<SourceDigit> digits;
  digits.reserve(2 * source.size());
  for (std::size_t i = 0; i < source.size(); ++i) {
    const int left = source[i] / 16;
    const int right = source[i] % 16;
    const bool plus = right == 0xA || right == 0xC || right == 0xE || right == 0xF;
    digits.push_back({left, plus ? 1 : 0, i + 1});
    if (left > 9) break;
    if (right < 10) digits.push_back({right, 0, i + 1});
  }
  return digits;
}

Edited edit_by_table(Bytes pattern, const Bytes& source) {
  const std::vector<SourceDigit> digits = source_digits(source);
  auto next = digits.begin();
  const u8 fill = pattern.front();
  Edited edited{{}, {0, false, -1}, 0};
  int significance = 0;
  std::string field;
  for (u8& byte : pattern) {
    const Control control = byte == 0x20   ? Control::digit_select
                            : byte == 0x21 ? Control::significance_start
                            : byte == 0x22 ? Control::field_separator
                                           : Control::message;
    SourceDigit digit{0, 0, 0};
    if (control == Control::digit_select || control == Control::significance_start) {
      digit = *next++;
      edited.fetched = digit.bytes_so_far;
      if (digit.value > 9) {
        edited.outcome.data_exception = true;
        break;
      }
      field += static_cast<char>('0' + digit.value);
    }
    if (control == Control::field_separator) field.clear();
    const TableRow& row = editing_function(control, significance, digit.value != 0, digit.plus_sign);
    if (row.shows == Shows::digit) {
      if (significance == 0) edited.outcome.mark = static_cast<int>(&byte - pattern.data());
      byte = static_cast<u8>(0xF0 + digit.value);
    } else if (row.shows == Shows::fill) {
      byte = fill;
    }
    significance = row.significance_after;
  }
  const bool zero = field.find_first_not_of('0') == std::string::npos;
  edited.outcome.cc = static_cast<u8>(zero ? 0 : significance != 0 ? 1 : 2);
  edited.result = std::move(pattern);
  return edited;
}

TEST(AgainstTable, Edit) {
  const Bytes pattern_bytes = bytes("20 20 20 20 20 20 20 21 22 6B 40");
  std::mt19937_64 generator{370};
  const auto below = [&](std::size_t limit) { return static_cast<unsigned>(generator() % limit); };
  for (int round = 0; round < 200'000 && !HasFailure(); ++round) {
    Bytes pattern(1 + below(24));
    for (u8& byte : pattern) byte = pattern_bytes[below(pattern_bytes.size())];
    Bytes source(pattern.size());
    for (u8& byte : source) {
      const unsigned left = below(2) == 0 ? 0 : below(100) == 0 ? below(16) : below(10);
      const unsigned right = below(3) == 0 ? 10 + below(6) : below(2) == 0 ? 0 : below(10);
      byte = static_cast<u8>(left * 16 + right);
    }
    SCOPED_TRACE(hex(pattern) + " from " + hex(source));
    const Edited found = edit_copy(pattern, source);
    const Edited expected = edit_by_table(pattern, source);
    ASSERT_EQ(found.outcome.data_exception, expected.outcome.data_exception);
    ASSERT_EQ(found.fetched, expected.fetched);
    if (expected.outcome.data_exception) continue;
    ASSERT_EQ(found.result, expected.result);
    ASSERT_EQ(found.outcome.cc, expected.outcome.cc);
    ASSERT_EQ(found.outcome.mark, expected.outcome.mark);
  }
}

}  // namespace
}  // namespace replica
