#include "vmm/directory/statement.h"

#include <gmock/gmock.h>

namespace replica::vmm {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> texts(std::span<const Word> words) {
  std::vector<std::string> result;
  for (const Word& word : words) result.emplace_back(word.text);
  return result;
}

std::vector<std::string> split(const std::string& line) {
  const auto words = split_statement(line);
  EXPECT_TRUE(words) << words.error().message;
  return words ? texts(*words) : std::vector<std::string>();
}

std::string error(const std::string& line) {
  const auto words = split_statement(line);
  EXPECT_FALSE(words);
  return words ? "" : words.error().message;
}

TEST(SplitStatement, GivesWordsBetweenBlanks) {
  EXPECT_THAT(split("  USER\tA   b "), ElementsAre("USER", "A", "b"));
  EXPECT_EQ(split_statement("  USER A").value()[1].offset, 7u);
  EXPECT_THAT(split(""), IsEmpty());
  EXPECT_THAT(split("   "), IsEmpty());
}

TEST(SplitStatement, GivesNothingOfAComment) {
  EXPECT_THAT(split("* USER A"), IsEmpty());
  EXPECT_THAT(split("   *USER A"), IsEmpty());
  EXPECT_THAT(split("*\x01\xFF"), IsEmpty());
  EXPECT_THAT(split("USER * A"), ElementsAre("USER", "*", "A"));
}

TEST(SplitStatement, LooksAtColumns1To71) {
  const std::string blanks(70, ' ');
  EXPECT_THAT(split(blanks + "A"), ElementsAre("A"));
  EXPECT_THAT(split(blanks + " A"), IsEmpty());
  EXPECT_THAT(split(blanks + "A 00010000"), ElementsAre("A"));
  EXPECT_THAT(split(blanks + " \x01\xFF"), IsEmpty());
  EXPECT_THAT(error(blanks + "AB"), HasSubstr("goes on behind column 71"));
  EXPECT_THAT(error(std::string(1'000'000, 'A')), HasSubstr("goes on behind column 71"));
}

TEST(SplitStatement, CountsAHashAsEightColumns) {
  const std::string hash = "$y$" + std::string(70, 'a');
  EXPECT_THAT(split(hash + std::string(62, ' ') + "A"), ElementsAre(hash, "A"));
  EXPECT_THAT(split(hash + std::string(63, ' ') + "A"), ElementsAre(hash));
  EXPECT_THAT(split(std::string(63, ' ') + hash), ElementsAre(hash));
  EXPECT_THAT(error(std::string(64, ' ') + hash), HasSubstr("goes on behind column 71"));
}

TEST(SplitStatement, RefusesBytesThatNoTextHas) {
  EXPECT_EQ(error("USER \xC1"), "found the byte X'C1' in column 6, expected text");
  EXPECT_EQ(error("US\x01"), "found the byte X'01' in column 3, expected text");
  EXPECT_EQ(error(std::string("A\0", 2)), "found the byte X'00' in column 2, expected text");
  EXPECT_EQ(error("A\rB"), "found the byte X'0D' in column 2, expected text");
}

std::vector<std::string> passwords(const std::string& line) {
  const auto words = split_statement(line);
  return texts(password_words(*words));
}

TEST(PasswordWords, AreWhereTheStatementHasThem) {
  EXPECT_THAT(passwords("USER A PW 1M"), ElementsAre("PW"));
  EXPECT_THAT(passwords("u a pw"), ElementsAre("pw"));
  EXPECT_THAT(passwords("USER A"), IsEmpty());
  EXPECT_THAT(passwords("MDISK 191 3330 1 10 VOL001 MR RP WP MP X"), ElementsAre("RP", "WP", "MP"));
  EXPECT_THAT(passwords("M 191 3330 1 10 VOL001 MR RP"), ElementsAre("RP"));
  EXPECT_THAT(passwords("MDISK 191 3330 1 10 VOL001 MR"), IsEmpty());
  EXPECT_THAT(passwords("MDISK 191 3330 devno 250 MR RP WP"), ElementsAre("RP", "WP"));
  EXPECT_THAT(passwords("MDISK 191 3330 T-DISK 10 MR RP WP"), IsEmpty());
  EXPECT_THAT(passwords("LINK A 191 191 RR PW"), IsEmpty());
  EXPECT_THAT(passwords("MDISK"), IsEmpty());
  EXPECT_THAT(passwords(""), IsEmpty());
}

TEST(Keyword, MayBeAbbreviated) {
  EXPECT_TRUE(is_keyword("SPECIAL", {"SPECIAL", 3}));
  EXPECT_TRUE(is_keyword("spe", {"SPECIAL", 3}));
  EXPECT_FALSE(is_keyword("SP", {"SPECIAL", 3}));
  EXPECT_FALSE(is_keyword("SPECIALS", {"SPECIAL", 3}));
  EXPECT_FALSE(is_keyword("SPOOL", {"SPECIAL", 3}));
}

TEST(Storage, HasItsLimits) {
  EXPECT_EQ(*parse_storage("8K"), 8u << 10);
  EXPECT_EQ(*parse_storage("512k"), 512u << 10);
  EXPECT_EQ(*parse_storage("16M"), 16u << 20);
  EXPECT_EQ(*parse_storage("16384K"), 16u << 20);
  EXPECT_EQ(*parse_storage("131072"), 128u << 10);
  for (const char* bad : {"", "K", "M", "4K", "17M", "16385K", "10K1", "510K5", "9K", "-8K", "+8K", "8 K", "8G", "0",
                          "4294967296K", "99999999999999999999M", "1.5M"}) {
    EXPECT_FALSE(parse_storage(bad)) << bad;
  }
}

TEST(Address, HasOneToThreeHexadecimalDigits) {
  EXPECT_EQ(*parse_address("9"), 9);
  EXPECT_EQ(*parse_address("00c"), 0xC);
  EXPECT_EQ(*parse_address("FFF"), 0xFFF);
  for (const char* bad : {"", "1000", "00C0", "G", "-1", "0x1", "1 "}) EXPECT_FALSE(parse_address(bad)) << bad;
}

TEST(Number, IsInItsRange) {
  EXPECT_EQ(*parse_number("001", 0, 9), 1u);
  for (const char* bad : {"", "10", "-1", "A", "4294967297"}) EXPECT_FALSE(parse_number(bad, 0, 9)) << bad;
}

TEST(Name, IsInCapitals) {
  EXPECT_EQ(*parse_name("cms$1", 8), "CMS$1");
  for (const char* bad : {"", "ABCDEFGHI", "A.B", "A B"}) EXPECT_FALSE(parse_name(bad, 8)) << bad;
}

TEST(Shown, CutsWhatIsLong) {
  EXPECT_EQ(shown("A"), "'A'");
  EXPECT_EQ(shown(std::string(21, 'A')), "'" + std::string(20, 'A') + "...'");
}

}  // namespace
}  // namespace replica::vmm
