// Where blocks begin and end, and what the passes make of them.

#include "jit/translate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "jit/ir/print.h"
#include "jit/ir/verify.h"
#include "jit/passes/passes.h"
#include "tests/cpu/guest.h"

namespace replica {
namespace {

using testing::HasSubstr;
using testing::Not;

class TranslateTest : public testing::Test {
 protected:
  // The block at `address` of the 2K block at 1000.
  ir::Block block_at(u32 address) {
    const ir::Block block = translate(guest.machine().storage().data() + (address & 0xFFF800), address, {});
    EXPECT_EQ(ir::verify(block), "");
    return block;
  }
  std::size_t length_of(const char* instructions) {
    guest.put(0x1000, std::string(instructions) + " 1812 1812 1812 0000");
    return block_at(0x1000).instructions.size();
  }

  Guest guest;
};

TEST_F(TranslateTest, ABlockGoesOnBehindAConditionalBranch) { EXPECT_EQ(length_of("1812 47801100 1812"), 6u); }
TEST_F(TranslateTest, ABlockEndsWithABranch) {
  EXPECT_EQ(length_of("1812 47F01100"), 2u);
  EXPECT_EQ(length_of("1812 07FE"), 2u);
  EXPECT_EQ(length_of("1812 05EF"), 2u);
  EXPECT_EQ(length_of("1812 45E01100"), 2u);
}
TEST_F(TranslateTest, BranchesThatNeverBranchDoNotEndABlock) {
  EXPECT_EQ(length_of("05C0"), 4u) << "BALR 12,0";
  EXPECT_EQ(length_of("07F0"), 4u) << "BCR 15,0";
  EXPECT_EQ(length_of("47001100"), 4u) << "BC 0";
}
TEST_F(TranslateTest, ABlockEndsBehindWhatMayChangeTheContext) {
  EXPECT_EQ(length_of("1812 8200 0600"), 2u) << "LPSW";
  EXPECT_EQ(length_of("1812 0A01"), 2u) << "SVC";
  EXPECT_EQ(length_of("1812 44001100"), 2u) << "EX";
  EXPECT_EQ(length_of("1812 0E24"), 2u) << "MVCL";
  EXPECT_EQ(length_of("1812 9C00 0123"), 2u) << "SIO";
}
TEST_F(TranslateTest, ABlockEndsInFrontOfWhatIsNoInstruction) { EXPECT_EQ(length_of("1812 0000"), 1u); }
TEST_F(TranslateTest, AnInstructionThatOnlyRaisesAnExceptionEndsABlock) {
  EXPECT_EQ(length_of("1812 1C35"), 2u) << "MR 3,5";
}
TEST_F(TranslateTest, ABlockEndsWithTheLastWholeInstructionOfItsStorageBlock) {
  guest.put(0x17FC, "1812 58301100");
  EXPECT_EQ(block_at(0x17FC).instructions.size(), 1u);
  EXPECT_TRUE(block_at(0x17FE).instructions.empty());
  EXPECT_TRUE(block_at(0x1001).instructions.empty()) << "an odd address";
}

TEST_F(TranslateTest, PrintsInstructionsAndOperations) {
  guest.put(0x1000, "5A102004 0000");
  EXPECT_EQ(ir::print(block_at(0x1000)),
            "001000  A     1,4(,2)\n"
            "    %1 = get_gr 2\n"
            "    %2 = address %1, -, 4\n"
            "    %3 = load32 %2\n"
            "    %4 = get_gr 1\n"
            "    %5 = add %4, %3\n"
            "    set_gr 1, %5\n"
            "    cc_add_signed %4, %3\n");
}

// ---- Passes ----

class PassesTest : public TranslateTest {
 protected:
  std::string optimized(const char* instructions) {
    guest.put(0x1000, std::string(instructions) + " 0000");
    ir::Block block = block_at(0x1000);
    u32 gr[16] = {};
    gr[12] = 0x1000;
    ir::optimize(block, gr);
    EXPECT_EQ(ir::verify(block), "");
    return ir::print(block);
  }
};

TEST_F(PassesTest, ABranchOffABaseIsMadeForItsPresentValue) {
  const std::string text = optimized("47F0C010");
  EXPECT_THAT(text, HasSubstr("assume_gr 12, 1000"));
  EXPECT_THAT(text, HasSubstr("word 1010"));
}
TEST_F(PassesTest, ABaseThatTheBlockHasChangedIsNot) {
  EXPECT_THAT(optimized("18C1 47F0C010"), Not(HasSubstr("assume_gr")));
}
TEST_F(PassesTest, ABranchTableIsNot) { EXPECT_THAT(optimized("47F1C010"), Not(HasSubstr("assume_gr"))); }
TEST_F(PassesTest, WhatBalrLoadsIsAConstant) {
  const std::string text = optimized("0DC0 5810C020");  // BASR 12,0: 001002
  EXPECT_THAT(text, HasSubstr("word 1022"));
}
TEST_F(PassesTest, OtherAddressesOffTheBaseAreConstantsToo) {
  EXPECT_THAT(optimized("5810C020 47F0C010"), HasSubstr("word 1020"));
}
TEST_F(PassesTest, ARoutineMayChangeAnyRegister) {
  EXPECT_THAT(optimized("0DC0 4FC0C020 5810C020"), Not(HasSubstr("word 1022")));
}

TEST_F(PassesTest, AccessesOffOneBaseShareALookUp) {
  const std::string text = optimized("58103004 50203008 D2");  // L 1,4(3); ST 2,8(3)
  EXPECT_THAT(text, HasSubstr("load32 %2  ; look-up 1"));
  EXPECT_THAT(text, testing::ContainsRegex("store32 %[0-9]+, %[0-9]+  ; look-up 1"));
}
TEST_F(PassesTest, ALookUpIsNotSharedBehindAChangeOfTheBase) {
  EXPECT_THAT(optimized("58303004 50203008"), Not(HasSubstr("look-up"))) << "L 3,4(3); ST 2,8(3)";
  EXPECT_THAT(optimized("58103004 41303010 50203008"), Not(HasSubstr("look-up"))) << "LA 3,16(3) between them";
}
TEST_F(PassesTest, ALookUpIsNotSharedFarAwayNorAcrossACall) {
  EXPECT_THAT(optimized("58103004 50203804"), Not(HasSubstr("look-up")));
  EXPECT_THAT(optimized("58103004 4F103010 50203008"), Not(HasSubstr("look-up"))) << "CVB";
}
TEST_F(PassesTest, ACodeThatTheNextInstructionSetsAgainIsDead) {
  EXPECT_THAT(optimized("1A12 1A12"), testing::Not(testing::ContainsRegex("cc_add_signed.*\n.*\n.*cc_add_signed")));
  EXPECT_THAT(optimized("1A12 58103004 1A12"), testing::ContainsRegex("cc_add_signed %[0-9]+, %[0-9]+\n"))
      << "an exception of L would show it";
}
TEST_F(PassesTest, ABranchIsMadeOfTheComparisonInFrontOfIt) {
  EXPECT_THAT(optimized("1912 4780C010"), HasSubstr("; the next instruction branches on it"));
  EXPECT_THAT(optimized("1912 1814 4780C010"), Not(HasSubstr("; the next instruction branches on it")));
}
TEST_F(PassesTest, ARegisterIsGotOnceInAnInstruction) {
  EXPECT_THAT(optimized("1A11"), testing::Not(testing::ContainsRegex("get_gr 1\n.*get_gr 1")));
}

}  // namespace
}  // namespace replica
