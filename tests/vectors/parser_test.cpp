#include "tools/vectors/parser.h"

#include <gmock/gmock.h>

#include "base/big_endian.h"

namespace replica::vectors {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

VectorFile parse(std::string_view text) {
  auto file = parse_text(text, "some.vec");
  EXPECT_TRUE(file) << file.error().message;
  return file ? std::move(*file) : VectorFile{};
}

std::string error_of(std::string_view text) {
  const auto file = parse_text(text, "some.vec");
  return file ? "no error" : file.error().message;
}

// The error of an otherwise good case with these items before and after.
std::string error_of_items(std::string_view before, std::string_view after) {
  return error_of(fmt::format("LR 1,2 | {} -> {} | hand\n", before, after));
}

TEST(Parser, ReadsACase) {
  const VectorFile file = parse(
      "# a comment\n\n5A10 0800 = A 1,800 | r1=7FFFFFFF 800:0000_0001 -> r1=80000000 cc=3 | facts 1.2: overflow\n");
  ASSERT_EQ(file.cases.size(), 1u);
  const Case& c = file.cases[0];
  EXPECT_EQ(c.file, "some.vec");
  EXPECT_EQ(c.line, 3u);
  EXPECT_EQ(c.text, "5A10 0800 = A 1,800");
  EXPECT_EQ(c.source, "facts 1.2: overflow");
  EXPECT_TRUE(c.in_hex);
  EXPECT_THAT(c.instructions, ElementsAre(ElementsAre(0x5A, 0x10, 0x08, 0x00)));
  ASSERT_EQ(c.subject(), &info_of(Opcode::A));
  ASSERT_EQ(c.before.size(), 2u);
  EXPECT_EQ(c.before[0].field, Field::general_register);
  EXPECT_EQ(c.before[0].index, 1u);
  EXPECT_EQ(c.before[0].value, 0x7FFFFFFFu);
  EXPECT_EQ(c.before[1].field, Field::storage);
  EXPECT_EQ(c.before[1].index, 0x800u);
  EXPECT_THAT(c.before[1].bytes, ElementsAre(0, 0, 0, 1));
  EXPECT_EQ(Case::find(c.after, Field::condition_code)->value, 3u);
}

TEST(Parser, JoinsContinuationLines) {
  const VectorFile file = parse("LR 1,2 | r1=1\n    r2=2\n  -> r1=2 | hand: with\n a note\nLR 3,4 | -> | hand\n");
  ASSERT_EQ(file.cases.size(), 2u);
  EXPECT_EQ(file.cases[0].before.size(), 2u);
  EXPECT_EQ(file.cases[0].source, "hand: with a note");
  EXPECT_EQ(file.cases[1].line, 5u);
}

TEST(Parser, ReadsSeveralInstructionsAndNone) {
  const VectorFile file = parse("LR 1,2; 0700; SVC 5 | -> | hand\n- | do=restart-key -> restart | hand\n");
  EXPECT_THAT(file.cases[0].instructions,
              ElementsAre(ElementsAre(0x18, 0x12), ElementsAre(7, 0), ElementsAre(0x0A, 5)));
  EXPECT_EQ(file.cases[0].subject(), &info_of(Opcode::SVC));
  EXPECT_TRUE(file.cases[1].instructions.empty());
}

TEST(Parser, KeepsDigitsOfRegistersToTheRightAndOfFloatingPointRegistersToTheLeft) {
  const Case c = parse("LR 1,2 | r1=12 f2=4112 -> r1=??34 f4=41??_5 | hand\n").cases[0];
  EXPECT_EQ(c.before[0].value, 0x12u);
  EXPECT_EQ(c.before[1].value, 0x4112000000000000u);
  EXPECT_EQ(c.after[0].value & c.after[0].known, 0x34u);
  EXPECT_EQ(c.after[0].known & 0xFFFFFFFF, 0xFFFF00FFu);
  EXPECT_EQ(c.after[1].value, 0x4100500000000000u);
  EXPECT_EQ(c.after[1].known, 0xFF00FFFFFFFFFFFFu);
}

TEST(Parser, RepeatsBytesAndLeavesSomeOpen) {
  const Item item = parse("LR 1,2 | -> 1FE:AB*2,??,0?_C1 | hand\n").cases[0].after[0];
  EXPECT_THAT(item.bytes, ElementsAre(0xAB, 0xAB, 0, 0, 0xC1));
  EXPECT_THAT(item.mask, ElementsAre(0xFF, 0xFF, 0, 0xF0, 0xFF));
}

TEST(Parser, ReplacesAbbreviations) {
  const Case c = parse("let $one = r1=1 r2=2\nlet $two = $one key=5\nLR 1,2 | $two r2=3 -> | hand\n").cases[0];
  EXPECT_EQ(c.before.size(), 4u);
  EXPECT_EQ(Case::find(c.before, Field::psw_key)->value, 5u);
  EXPECT_EQ(c.before.back().value, 3u);
}

TEST(Parser, ReadsPatternsOfAccessExceptions) {
  const VectorFile file = parse("update 4 | AP 0(4,5),800(1) | r5=@ 800:1C | facts 1.3\n");
  ASSERT_EQ(file.patterns.size(), 1u);
  EXPECT_EQ(file.patterns[0].access, OperandAccess::update);
  EXPECT_EQ(file.patterns[0].length, 4u);
  EXPECT_THAT(file.patterns[0].placed, ElementsAre(5u));
  EXPECT_TRUE(file.cases.empty());
}

TEST(Parser, ReadsOutcomesThatCannotHappen) {
  const VectorFile file = parse("never SCK cc=1 cc=3 | the clock is always enabled\n");
  ASSERT_EQ(file.unreachable.size(), 2u);
  EXPECT_EQ(file.unreachable[1].opcode, Opcode::SCK);
  EXPECT_EQ(file.unreachable[1].outcome, "cc=3");
  EXPECT_EQ(file.unreachable[1].reason, "the clock is always enabled");
}

TEST(Parser, NamesFileAndLineOfAnError) {
  EXPECT_THAT(error_of("# one\nLR 1,2 | -> | hand\n\nLR 1,2 | x=1 -> | hand\n  \n"),
              HasSubstr("some.vec:4: 'x=1' is not an item"));
  EXPECT_EQ(error_of("  r1=1\n"), "some.vec:1: a continuation line without anything to continue");
}

TEST(Parser, TellsWhatACaseLacks) {
  EXPECT_THAT(error_of("LR 1,2 | -> \n"), HasSubstr("expected 'instruction | state before -> state after | source'"));
  EXPECT_THAT(error_of("LR 1,2 | r1=1 | hand\n"), HasSubstr("'->' between the states before and after is missing"));
  EXPECT_THAT(error_of("LR 1,2 | -> | guess\n"), HasSubstr("the source 'guess' does not begin with"));
}

TEST(Parser, RefusesInstructionsThatAreNone) {
  EXPECT_THAT(error_of("LX 1,2 | -> | hand\n"), HasSubstr("'LX' is neither a mnemonic"));
  EXPECT_THAT(error_of("5A10 08 | -> | hand\n"),
              HasSubstr("'5A10 08' is not an instruction: one that begins so has 4 bytes"));
  EXPECT_THAT(error_of("5A10 0900 = A 1,800 | -> | hand\n"), HasSubstr("'A 1,800' is not 5A100900"));
  EXPECT_THAT(error_of("LR 1 | -> | hand\n"), HasSubstr("too few operands"));
  EXPECT_THAT(error_of("LR 1,2,3 | -> | hand\n"), HasSubstr("too many operands"));
}

TEST(Parser, RefusesValuesThatAreNone) {
  EXPECT_THAT(error_of_items("r1=8000000000", ""), HasSubstr("'8000000000' has 10 digits; 1 to 8 are expected"));
  EXPECT_THAT(error_of_items("r1=ab", ""), HasSubstr("'ab' is not a hexadecimal number (digits are upper case)"));
  EXPECT_THAT(error_of_items("r1=?", ""), HasSubstr("'?' in '?': the state before must be known"));
  EXPECT_THAT(error_of_items("800:123", ""), HasSubstr("'123' has 3 digits; bytes have two each"));
  EXPECT_THAT(error_of_items("800:", ""), HasSubstr("no bytes after the address"));
  EXPECT_THAT(error_of_items("800:00*x", ""), HasSubstr("'00*x' is not a repetition like 00*100"));
  EXPECT_THAT(error_of_items("80g:00", ""), HasSubstr("'80g' is not an address"));
}

TEST(Parser, RefusesItemsThatAreNone) {
  EXPECT_THAT(error_of_items("f1=41", ""), HasSubstr("there is no floating-point register 1"));
  EXPECT_THAT(error_of_items("r10=41", ""), HasSubstr("there is no register 10"));
  EXPECT_THAT(error_of_items("pgm=05", ""), HasSubstr("is not an item of the state before"));
  EXPECT_THAT(error_of_items("", "steps=1"), HasSubstr("is not an item of the state after"));
  EXPECT_THAT(error_of_items("problem=1", ""), HasSubstr("takes no value"));
  EXPECT_THAT(error_of_items("cc", ""), HasSubstr("needs a value"));
  EXPECT_THAT(error_of_items("do=coffee", ""), HasSubstr("'coffee' is not an action; there are restart-key"));
  EXPECT_THAT(error_of_items("", "asked=tea:000E"), HasSubstr("'tea:000E' is not like sio:000E"));
  EXPECT_THAT(error_of_items("$dat", ""), HasSubstr("'$dat' has not been defined by 'let'"));
  EXPECT_THAT(error_of_items("r1=@", ""), HasSubstr("'@' is not a hexadecimal number"));
}

TEST(Parser, RefusesStorageThatTheCaseDoesNotHave) {
  EXPECT_THAT(error_of_items("FFFF:01", ""), HasSubstr("no error"));
  EXPECT_THAT(error_of_items("FFFF:0102", ""),
              HasSubstr("FFFF is behind the end of storage, which has 10000 bytes here"));
  EXPECT_THAT(error_of_items("", "k10000=00"), HasSubstr("10000 is behind the end of storage"));
  EXPECT_THAT(error_of_items("size=20000 FFFF:0102", "k10000=00"), HasSubstr("no error"));
  EXPECT_THAT(error_of_items("prefix=10000", ""), HasSubstr("'prefix=10000' is not the address of 4K in storage"));
}

TEST(Parser, RefusesOtherStatementsThatAreIncomplete) {
  EXPECT_THAT(error_of("let dat = r1=1\n"), HasSubstr("expected 'let $name = items'"));
  EXPECT_THAT(error_of("never SCK | because\n"), HasSubstr("expected 'never MNEMONIC outcome ... | reason'"));
  EXPECT_THAT(error_of("never XYZ cc=1 | because\n"), HasSubstr("'XYZ' is not a mnemonic"));
  EXPECT_THAT(error_of("fetch | L 1,0(5) | r5=@ | hand\n"),
              HasSubstr("expected 'fetch LENGTH | instruction | state before | source'"));
  EXPECT_THAT(error_of("fetch 4 | L 1,0(5) | r5=1 | hand\n"), HasSubstr("no register has the operand's address '@'"));
}

TEST(Parser, TellsOfAFileThatCannotBeRead) {
  const auto file = parse_file("/nowhere/some.vec");
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().message, "/nowhere/some.vec: cannot be read");
  const auto folder = parse_folder("/nowhere");
  ASSERT_FALSE(folder);
  EXPECT_THAT(folder.error().message, HasSubstr("/nowhere"));
}

}  // namespace
}  // namespace replica::vectors
