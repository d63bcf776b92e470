#include "tools/parse.h"

#include <gmock/gmock.h>

namespace replica::tools {
namespace {

using testing::HasSubstr;

// The message of a refusal, or that there was none.
template <typename T>
std::string refusal(const Result<T>& result) {
  return result ? "accepted" : result.error().message;
}

TEST(Parse, TakesHexadecimalDigitsOfBothCases) {
  EXPECT_EQ(parse_hex("0", 8), 0u);
  EXPECT_EQ(parse_hex("DEADbeef", 8), 0xDEADBEEFu);
  EXPECT_EQ(parse_hex("FFFFFFFFFFFFFFFF", 16), 0xFFFFFFFFFFFFFFFFu);
}

TEST(Parse, RefusesWhatIsNotWhollyAHexadecimalNumber) {
  for (const char* text : {"", "0x10", "10h", "1 0", " 10", "10 ", "-1", "+1", "1G", "123456789"}) {
    EXPECT_EQ(refusal(parse_hex(text, 8)), std::string("expected 1 to 8 hexadecimal digits, found '") + text + "'");
  }
}

TEST(Parse, RefusesAnotherNumberOfDigitsThanExpected) {
  EXPECT_EQ(parse_exact_hex("0002000000DEA028", 16), 0x0002000000DEA028u);
  EXPECT_EQ(refusal(parse_exact_hex("1234", 16)), "expected 16 hexadecimal digits, found '1234' (4 characters)");
  EXPECT_THAT(refusal(parse_exact_hex("00020000000000000", 16)), HasSubstr("(17 characters)"));
  EXPECT_THAT(refusal(parse_exact_hex("000200000000000X", 16)), HasSubstr("'000200000000000X'"));
}

TEST(Parse, TakesAddressesOf24Bits) {
  EXPECT_EQ(parse_address("FFFFFF"), 0xFFFFFFu);
  EXPECT_EQ(refusal(parse_address("1000000")), "expected an address of 1 to 6 hexadecimal digits, found '1000000'");
}

TEST(Parse, TakesDecimalNumbersOf64Bits) {
  EXPECT_EQ(parse_decimal("18446744073709551615"), 0xFFFFFFFFFFFFFFFFu);
  for (const char* text : {"", "18446744073709551616", "-5", "+5", "5x", "5 ", "1e6", "1,000"}) {
    EXPECT_EQ(refusal(parse_decimal(text)), std::string("expected a decimal number below 2^64, found '") + text + "'");
  }
}

TEST(Parse, TakesStorageSizesInBytesKbAndMb) {
  EXPECT_EQ(parse_storage_size("65536"), 65536u);
  EXPECT_EQ(parse_storage_size("64K"), 65536u);
  EXPECT_EQ(parse_storage_size("512k"), 524288u);
  EXPECT_EQ(parse_storage_size("16M"), 16777216u);
  for (const char* text : {"", "K", "16G", "16MB", "-1M", "4194304K", "1.5M", "16 M"}) {
    EXPECT_THAT(refusal(parse_storage_size(text)), HasSubstr(std::string("found '") + text + "'"));
  }
}

TEST(Parse, TakesPairsOfHexadecimalDigits) {
  const std::vector<u8> expected{0x58, 0x10, 0xc0, 0x08};
  EXPECT_EQ(parse_hex_bytes("5810C008"), expected);
  EXPECT_EQ(parse_hex_bytes(" 5810 c0 08 "), expected);
  EXPECT_EQ(refusal(parse_hex_bytes("5810C")), "expected pairs of hexadecimal digits, found 'C' at position 5");
  EXPECT_EQ(refusal(parse_hex_bytes("58 1 0")), "expected pairs of hexadecimal digits, found '1 ' at position 4");
  EXPECT_EQ(refusal(parse_hex_bytes("58xx")), "expected pairs of hexadecimal digits, found 'xx' at position 3");
  EXPECT_EQ(refusal(parse_hex_bytes("58-1")), "expected pairs of hexadecimal digits, found '-1' at position 3");
  EXPECT_EQ(refusal(parse_hex_bytes(" ")), "expected pairs of hexadecimal digits, found none");
}

}  // namespace
}  // namespace replica::tools
