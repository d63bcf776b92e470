// Expected characters from the published table of code page 037.
#include "tools/code_page.h"

#include <gtest/gtest.h>

#include <set>

namespace replica::tools {
namespace {

TEST(CodePage, TranslatesLettersDigitsAndSpecialCharacters) {
  EXPECT_EQ(from_ebcdic(0x40), " ");
  EXPECT_EQ(from_ebcdic(0x81), "a");
  EXPECT_EQ(from_ebcdic(0xC1), "A");
  EXPECT_EQ(from_ebcdic(0xD1), "J");
  EXPECT_EQ(from_ebcdic(0xE9), "Z");
  EXPECT_EQ(from_ebcdic(0xF0), "0");
  EXPECT_EQ(from_ebcdic(0xF9), "9");
  EXPECT_EQ(from_ebcdic(0x4B), ".");
  EXPECT_EQ(from_ebcdic(0x5B), "$");
  EXPECT_EQ(from_ebcdic(0x7B), "#");
  EXPECT_EQ(from_ebcdic(0x7C), "@");
  EXPECT_EQ(from_ebcdic(0x7D), "'");
  EXPECT_EQ(from_ebcdic(0x7F), "\"");
  EXPECT_EQ(from_ebcdic(0xB0), "^");
  EXPECT_EQ(from_ebcdic(0xBA), "[");
}

TEST(CodePage, WritesOtherGraphicsAsUtf8) {
  EXPECT_EQ(from_ebcdic(0x4A), "\u00A2");
  EXPECT_EQ(from_ebcdic(0x5F), "\u00AC");
  EXPECT_EQ(from_ebcdic(0x51), "\u00E9");
  EXPECT_EQ(from_ebcdic(0xDF), "\u00FF");
}

TEST(CodePage, EndsALineAt15) { EXPECT_EQ(from_ebcdic(0x15), "\n"); }

TEST(CodePage, WritesAPointForWhatHasNoGraphic) {
  for (const int character : {0x00, 0x05, 0x0D, 0x1B, 0x25, 0x27, 0x3F, 0x41, 0xCA, 0xFF}) {
    EXPECT_EQ(from_ebcdic(static_cast<u8>(character)), ".") << character;
  }
}

// 94 characters of ASCII and 94 more of ISO 8859-1 have a graphic, and the blank.
TEST(CodePage, TranslatesNoTwoCharactersToOneGraphic) {
  std::set<std::string> graphics;
  unsigned characters = 0;
  for (unsigned character = 0x40; character < 0x100; ++character) {
    const std::string text = from_ebcdic(static_cast<u8>(character));
    if (text == "." && character != 0x4B) continue;
    ++characters;
    graphics.insert(text);
  }
  EXPECT_EQ(characters, 189u);
  EXPECT_EQ(graphics.size(), 189u);
}

}  // namespace
}  // namespace replica::tools
