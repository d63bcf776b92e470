#include "devices/code_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/devices/unit_record_fixture.h"

namespace replica::unit_record {
namespace {

const CodePage& page(std::string_view name) {
  const auto found = find_code_page(name);
  if (found) return **found;
  ADD_FAILURE() << found.error().message;
  return default_code_page();
}

// Where the pages differ: shared/s370-facts.md, 9.3.
TEST(CodePage, BracketsBarsAndCirconflexesOfTheMainPages) {
  struct Row {
    u8 ebcdic, by_default, by_037, by_1047;
  };
  constexpr Row kRows[] = {
      {0x15, 0x0A, 0x85, 0x85}, {0x25, 0x0A, 0x0A, 0x0A}, {0x4F, 0xD7, 0x7C, 0x7C}, {0x5A, 0x21, 0x21, 0x21},
      {0x5F, 0x5E, 0xAC, 0x5E}, {0x6A, 0x7C, 0xA6, 0xA6}, {0xAD, 0x5B, 0xDD, 0x5B}, {0xBD, 0x5D, 0xA8, 0x5D},
      {0xB0, 0x9B, 0x5E, 0xAC}, {0xBA, 0xAA, 0x5B, 0xDD}, {0xBB, 0xB3, 0x5D, 0xA8}, {0x4A, 0xD6, 0xA2, 0xA2},
      {0xE0, 0x5C, 0x5C, 0x5C},
  };
  for (const Row& row : kRows) {
    EXPECT_EQ(default_code_page().to_host[row.ebcdic], row.by_default) << std::hex << int{row.ebcdic};
    EXPECT_EQ(page("819/037").to_host[row.ebcdic], row.by_037) << std::hex << int{row.ebcdic};
    EXPECT_EQ(page("819/1047").to_host[row.ebcdic], row.by_1047) << std::hex << int{row.ebcdic};
  }
}

TEST(CodePage, TheDefaultTakesALineFeedTo25AndTwoCharactersToALineFeed) {
  const CodePage& standard = default_code_page();
  EXPECT_EQ(standard.to_ebcdic['\n'], 0x25);
  EXPECT_EQ(standard.to_host[0x25], '\n');
  EXPECT_EQ(standard.to_host[0x15], '\n');
  EXPECT_EQ(standard.to_ebcdic['['], 0xAD);
  EXPECT_EQ(standard.to_ebcdic['|'], 0x6A);
}

TEST(CodePage, LettersAndDigitsAreTheSameInAll) {
  constexpr std::string_view kText = "AIJRSZ airjsz 0189";
  constexpr u8 kEbcdic[] = {0xC1, 0xC9, 0xD1, 0xD9, 0xE2, 0xE9, 0x40, 0x81, 0x89,
                            0x99, 0x91, 0xA2, 0xA9, 0x40, 0xF0, 0xF1, 0xF8, 0xF9};
  for (const std::string_view name : code_page_names())
    for (std::size_t i = 0; i < kText.size(); ++i) {
      EXPECT_EQ(page(name).to_ebcdic[static_cast<u8>(kText[i])], kEbcdic[i]) << name;
      EXPECT_EQ(page(name).to_host[kEbcdic[i]], kText[i]) << name;
    }
}

// From the keyboards: code points of IBM's national pages for characters of ISO 8859-1.
TEST(CodePage, NationalCharacters) {
  EXPECT_EQ(page("819/273").to_host[0x4A], 0xC4);  // A umlaut
  EXPECT_EQ(page("819/273").to_host[0x7C], 0xA7);  // section
  EXPECT_EQ(page("819/273").to_ebcdic['{'], 0x43);
  EXPECT_EQ(page("819/285").to_host[0x5B], 0xA3);  // pound
  EXPECT_EQ(page("819/297").to_host[0x44], '@');
  EXPECT_EQ(page("819/500").to_host[0x4A], '[');
  EXPECT_EQ(page("819/278").to_host[0x5B], 0xC5);  // A ring
  EXPECT_EQ(page("850/273").to_host[0x4A], 0x8E);  // A umlaut on a PC
  EXPECT_EQ(page("437/037").to_host[0x43], 0x84);  // a umlaut
  EXPECT_EQ(page("437/037").to_ebcdic[0x84], 0x43);
  EXPECT_EQ(page("1252/1140").to_host[0x9F], 0x80);  // euro
}

// FNV-1a of the tables that Hercules 3.13 has in its libhercu.so.
TEST(CodePage, TablesAreThoseOfHercules) {
  struct Row {
    std::string_view name;
    u64 to_host, to_ebcdic;
  };
  constexpr Row kRows[] = {
      {"default", 0x9ADC6B2E23317F15, 0xD16A78EFCBBBC79B},   {"819/037", 0x10D9253FBA729141, 0x4927898F554AA7ED},
      {"819/037v2", 0x346239FB12A4217D, 0xC93B21470EBB8401}, {"819/273", 0xDE48B503EAC47EFD, 0xFDE5C4D18FAB01AD},
      {"819/277", 0x312BC736FC2070F5, 0xA588C5367AB12611},   {"819/278", 0xC06AE0909DE954BD, 0x0187E9160C7A1211},
      {"819/280", 0x1E729EA4A6BBD037, 0xA38374D2631B6187},   {"819/284", 0xFA0FA6D1CF982415, 0x92F86F5C8624742D},
      {"819/285", 0x4210196131CE5E97, 0xF61D19BD372F04A7},   {"819/297", 0x79467A00D45CA837, 0x8BACF87510C76E1B},
      {"819/500", 0x480EA51EE8D16C0F, 0xCF65AA49805A2D83},   {"819/1047", 0x9533ECF86780B71D, 0xE5E350806A82EAC5},
      {"850/273", 0xA9E15DEF62E4AB6B, 0x343124BD601FB1E3},   {"850/1047", 0x45AF2C0E63555DC7, 0xB2717365FD1D307D},
      {"1252/037", 0xF70AC15966BB5FF8, 0xE3204D6ADA08F3D1},  {"1252/037v2", 0xC6091F63FCF8FCA0, 0xB145F053D30718C5},
      {"1252/1140", 0x4DB1B39505413AE9, 0x7E919988E87AC74D},
  };
  for (const Row& row : kRows) {
    EXPECT_EQ(fnv1a(page(row.name).to_host), row.to_host) << row.name;
    EXPECT_EQ(fnv1a(page(row.name).to_ebcdic), row.to_ebcdic) << row.name;
  }
  EXPECT_EQ(fnv1a(page("1252/1047").to_host), 0x352C0327C1CA4F21);
}

// Hercules' 437 pages differ in what they print only where they have a mistake: for i circumflex, I grave and the inverted
// question mark.
TEST(CodePage, ThePcPagesAreThoseOfHerculesButForNationalLetters) {
  auto table = page("437/037").to_host;
  table[0x57] = 0x07, table[0x78] = 0x70, table[0xAB] = 0xAB;
  EXPECT_EQ(fnv1a(table), 0x83ACD3F15D4D2D08);
  table = page("437/500").to_host;
  table[0x57] = 0x07, table[0x78] = 0x70, table[0xAB] = 0xAB;
  EXPECT_EQ(fnv1a(table), 0xB17AD62DE89ECCF4);
  table = page("437/1047").to_host;
  table[0xA0] = 0x07;  // micro
  EXPECT_EQ(fnv1a(table), 0xA4E627314045D99B);
}

TEST(CodePage, NamesAreFoundInAnyCaseAndOnce) {
  for (const std::string_view name : code_page_names()) {
    EXPECT_EQ(page(name).name, name);
    EXPECT_EQ(&page(name), &page(name));
  }
  EXPECT_EQ(&page("DEFAULT"), &default_code_page());
  EXPECT_EQ(page("819/037V2").name, "819/037v2");
}

TEST(CodePage, AnUnknownNameListsTheNames) {
  const auto found = find_code_page("819/999");
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().message, testing::HasSubstr("'819/999'"));
  for (const std::string_view name : code_page_names())
    EXPECT_THAT(found.error().message, testing::HasSubstr(std::string(name)));
}

}  // namespace
}  // namespace replica::unit_record
