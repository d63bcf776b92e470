// The loop that fetches and executes, and what instructions do at the edges of storage. GA22-7000 "Instruction Execution",
// "Execute", "Move Long".

#include "cpu/interpreter.h"

#include <gtest/gtest.h>

#include <functional>

#include "tests/cpu/guest.h"
#include "tests/robustness/lockstep.h"

namespace replica {
namespace {

// Runs each test with the plain handlers, and with the watched ones and paranoid mode.
class InterpreterTest : public testing::TestWithParam<bool> {
 protected:
  InterpreterTest() { guest.cpu().paranoid = GetParam(); }
  Guest guest;
};
INSTANTIATE_TEST_SUITE_P(, InterpreterTest, testing::Bool(),
                         [](const auto& watched) { return watched.param ? "Watched" : "Plain"; });

// ---- Sequence ----

TEST_P(InterpreterTest, ExecutesInSequence) {
  guest.set_gr(1, {1, 2, 3});
  guest.execute("1A12 1A13 58400600", 3);
  EXPECT_EQ(guest.gr(1), 6u);
  EXPECT_EQ(guest.cpu().psw.address, 0x408u);
}

TEST_P(InterpreterTest, TakesTheNextInstructionAtTheBranchAddress) {
  guest.put(0x500, "41200007");
  guest.execute("47F00500 41200001", 2);
  EXPECT_EQ(guest.gr(2), 7u);
}

TEST_P(InterpreterTest, IgnoresBits0To7OfABranchAddress) {
  guest.put(0x500, "41200007");
  guest.gr(3) = 0xFF000500;
  guest.execute("07F3", 2);
  EXPECT_EQ(guest.gr(2), 7u);
}

TEST_P(InterpreterTest, InstructionsMayCrossABlock) {
  guest.put(0x7FE, "4120 0007");
  guest.set_psw(ec_psw(0x7FE));
  guest.run(1);
  EXPECT_EQ(guest.gr(2), 7u);
  EXPECT_EQ(guest.cpu().psw.address, 0x802u);
  guest.put(0xFFC, "D203 0600 0604");
  guest.put(0x604, "A1A2A3A4");
  guest.set_psw(ec_psw(0xFFC));
  guest.run(1);
  EXPECT_EQ(guest.hex(0x600, 4), "A1A2A3A4");
}

TEST_P(InterpreterTest, InstructionsMayCrossIntoAFrameElsewhere) {
  guest.enable_translation();
  guest.map_page(4, 0x9000);
  guest.map_page(5, 0x7000);
  guest.put(0x9FFE, "4120");
  guest.put(0x7000, "0007 1A22");
  guest.set_psw(ec_psw(0x4FFE) | kDat);
  guest.run(2);
  EXPECT_EQ(guest.gr(2), 14u);
}

TEST_P(InterpreterTest, ExecutionWrapsFrom16MToZero) {
  Guest large(nullptr, {}, kMaxStorage);
  large.cpu().paranoid = GetParam();
  large.put(0xFFFFFC, "1A22 4120");
  large.put(0, "0007 1A22");
  large.set_psw(ec_psw(0xFFFFFC));
  large.run(3);
  EXPECT_EQ(large.gr(2), 14u);
  EXPECT_EQ(large.cpu().psw.address, 4u);
}

TEST_P(InterpreterTest, AnOddAddressExecutesNothing) {
  guest.put(0x500, "41200007 41200007");
  guest.gr(3) = 0x501;
  guest.execute("07F3", 2);
  EXPECT_EQ(guest.gr(2), 0u);
  EXPECT_EQ(guest.halfword(142), 0x0006);
  guest.set_psw(ec_psw(0x10501));
  guest.run(1);
  EXPECT_EQ(guest.halfword(142), 0x0006) << "in a block that was not accessed before";
}

// ---- Operands ----

TEST_P(InterpreterTest, OperandsMayCrossABlock) {
  guest.gr(3) = 0x27FE;
  guest.put(0x27FC, "0001020304050607");
  guest.execute("58103000 48203001 50103002 D2033004 3000", 4);
  EXPECT_EQ(guest.gr(1), 0x02030405u);
  EXPECT_EQ(guest.gr(2), 0x0304u);
  EXPECT_EQ(guest.hex(0x27FC, 10), "00010203020302030203");
}

TEST_P(InterpreterTest, OperandAddressesWrapAt16M) {
  guest.put_word(0x600, 0x12345678);
  guest.gr(3) = 0x00FFFFFF;
  guest.gr(4) = 0x00000001;
  guest.execute("58134600 5810 3601", 2);
  EXPECT_EQ(guest.gr(1), 0x12345678u);
  guest.gr(3) = 0xFFFFFFFF;
  guest.execute("41203001");
  EXPECT_EQ(guest.gr(2), 0u);
}

TEST_P(InterpreterTest, BaseAndIndexRegister0AreNotRegisters) {
  guest.set_gr(0, {0x2000});
  guest.execute("41100123 41200000", 2);
  EXPECT_EQ(guest.gr(1), 0x123u);
  EXPECT_EQ(guest.gr(2), 0u);
}

// ---- Nothing is changed where the second page is invalid ----

class NullificationTest : public InterpreterTest {
 protected:
  // Executes the instruction with its storage operand at R3 = 4FFC, four bytes before an invalid page, and expects nothing
  // to have happened.
  void expect_nullified(std::string_view instruction) {
    guest.enable_translation();
    guest.invalidate_page(5);
    for (unsigned n = 0; n < 16; ++n) guest.gr(n) = 0x01010101 * n;
    guest.gr(3) = 0x4FFC;
    guest.gr(4) = 0x6000;
    guest.put(0x4FFC, "F1F2F3F4");
    guest.put(0x6000, "A1A2A3A4A5A6A7A8A9AAABACADAEAFB0");
    guest.set_key_of(0x4800, 0x00);
    const std::vector<u32> registers(guest.cpu().gr, guest.cpu().gr + 16);
    guest.execute(instruction, 1, ec_psw(0) | kDat);
    EXPECT_EQ(guest.doubleword(kProgramOld), ec_psw(0x400) | kDat) << instruction;
    EXPECT_EQ(guest.halfword(142), 0x0011) << instruction;
    EXPECT_EQ(std::vector<u32>(guest.cpu().gr, guest.cpu().gr + 16), registers) << instruction;
    EXPECT_EQ(guest.hex(0x4FFC, 4), "F1F2F3F4") << instruction;
    EXPECT_EQ(guest.hex(0x6000, 16), "A1A2A3A4A5A6A7A8A9AAABACADAEAFB0") << instruction;
    EXPECT_EQ(guest.key_of(0x4800) & storage_key::kChange, 0) << instruction;
  }
};
INSTANTIATE_TEST_SUITE_P(, NullificationTest, testing::Bool(),
                         [](const auto& watched) { return watched.param ? "Watched" : "Plain"; });

TEST_P(NullificationTest, OfRegisterInstructions) {
  expect_nullified("90783000");  // STM 7,8
  expect_nullified("98783000");  // LM 7,8
  expect_nullified("50703001");  // ST
  expect_nullified("40703003");  // STH
  expect_nullified("58703001");  // L
  expect_nullified("5A703001");  // A
  expect_nullified("4E703000");  // CVD
  expect_nullified("4F703000");  // CVB
  expect_nullified("BE7F3001");  // STCM
  expect_nullified("BF7F3001");  // ICM
  expect_nullified("60003000");  // STD
  expect_nullified("B6783000");  // STCTL 7,8
  expect_nullified("B7783000");  // LCTL 7,8
}

TEST_P(NullificationTest, OfStorageToStorageInstructions) {
  expect_nullified("D20430004000");  // MVC into it
  expect_nullified("D20440003000");  // MVC out of it
  expect_nullified("D70430004000");  // XC
  expect_nullified("D70440003000");
  expect_nullified("DC0430004000");  // TR
  expect_nullified("F24030004000");  // PACK
  expect_nullified("F34030004000");  // UNPK
  expect_nullified("F14030004000");  // MVO
  expect_nullified("F10440003000");
  expect_nullified("FA4030004000");  // AP
  expect_nullified("E80430004004");  // MVCIN
}

// ---- Self-modifying code ----

TEST_P(InterpreterTest, AStoreMayModifyTheNextInstruction) {
  guest.gr(1) = 0x41200007;  // LA 2,7
  guest.execute("50100404 41200001", 2);
  EXPECT_EQ(guest.gr(2), 7u);
}

TEST_P(InterpreterTest, AMoveMayModifyTheNextInstruction) {
  guest.put(0x600, "41200007");
  guest.execute("D20304060600 41200001", 2);
  EXPECT_EQ(guest.gr(2), 7u);
}

TEST_P(InterpreterTest, AnInstructionMayModifyItself) {
  guest.put(0x600, "47F00500");
  guest.put(0x500, "41200007");
  guest.execute("D20304000600 47F00400", 3);  // MVC over itself, branch back, and now it is a branch
  EXPECT_EQ(guest.cpu().psw.address, 0x500u);
}

TEST_P(InterpreterTest, ALoopThatModifiesItselfSeesEachVersion) {
  // 400 LA 2,1   404 L 3,400   408 LA 3,1(3)   40C ST 3,400   410 B 400
  guest.execute("41200001 58300400 41330001 42300403 47F00400", 5 * 10);
  EXPECT_EQ(guest.gr(2), 10u);
}

// ---- EXECUTE ----

TEST_P(InterpreterTest, ExecuteOrsTheSecondByteAndLeavesTheTarget) {
  guest.put(0x600, "D200 0700 0800");
  guest.put(0x800, "C1C2C3C4");
  guest.gr(1) = 0xFFFFFF03;
  guest.execute("44100600");
  EXPECT_EQ(guest.hex(0x700, 5), "C1C2C3C400");
  EXPECT_EQ(guest.hex(0x600, 2), "D200");
  EXPECT_EQ(guest.cpu().psw.address, 0x404u);
}

TEST_P(InterpreterTest, ExecuteWithR1ZeroModifiesNothing) {
  guest.put(0x600, "D200 0700 0800");
  guest.put(0x800, "C1C2C3C4");
  guest.gr(0) = 0x03;
  guest.execute("44000600");
  EXPECT_EQ(guest.hex(0x700, 4), "C1000000");
}

TEST_P(InterpreterTest, ExecuteOfABranchGoesToItsTarget) {
  guest.put(0x600, "47F00500");
  guest.execute("44000600");
  EXPECT_EQ(guest.cpu().psw.address, 0x500u);
}

TEST_P(InterpreterTest, ExecuteOfALinkNamesTheInstructionAfterExecute) {
  guest.put(0x600, "0530");
  guest.execute("44000600", 1, bc_psw(0));
  EXPECT_EQ(guest.gr(3), 0x80000404u);  // length code 2
}

TEST_P(InterpreterTest, ExecuteOfExecuteIsAnExecuteException) {
  guest.put(0x600, "44000700");
  guest.execute("44000600");
  EXPECT_EQ(guest.program_identification(), 0x00040003u);
  EXPECT_EQ(guest.doubleword(kProgramOld), ec_psw(0x404));
}

// The second byte does not count: any byte 44 is EXECUTE, before and after modification.
TEST_P(InterpreterTest, ExecuteOfAnOddAddressIsASpecificationException) {
  guest.execute("44000601");
  EXPECT_EQ(guest.program_identification(), 0x00040006u);
  EXPECT_EQ(guest.doubleword(kProgramOld), ec_psw(0x404));
}

TEST_P(InterpreterTest, ExecuteOfAnUnassignedOpcodeHasTheLengthOfExecute) {
  guest.put(0x600, "0000");
  guest.execute("44000600");
  EXPECT_EQ(guest.program_identification(), 0x00040001u);
  guest.put(0x600, "B20E0000");
  guest.execute("44000600");
  EXPECT_EQ(guest.program_identification(), 0x00040001u);
}

TEST_P(InterpreterTest, ExecuteMayMakeAnAssigned16BitOpcode) {
  guest.put(0x600, "B200 0700");
  guest.gr(1) = 0x05;  // STCK
  guest.execute("44100600");
  EXPECT_EQ(guest.cpu().psw.address, 0x404u);
  EXPECT_NE(guest.doubleword(0x700), 0u);
}

TEST_P(InterpreterTest, ExceptionsOfTheTargetPointAtOrPastExecute) {
  guest.put(0x600, "1D24");  // DR by zero
  guest.execute("44000600");
  EXPECT_EQ(guest.program_identification(), 0x00040009u);
  EXPECT_EQ(guest.doubleword(kProgramOld), ec_psw(0x404));
  guest.enable_translation();
  guest.invalidate_page(5);
  guest.gr(3) = 0x5000;
  guest.put(0x600, "D20030004000");
  guest.execute("44000600", 1, ec_psw(0) | kDat);
  EXPECT_EQ(guest.program_identification(), 0x00040011u);
  EXPECT_EQ(guest.doubleword(kProgramOld), ec_psw(0x400) | kDat);
}

TEST_P(InterpreterTest, ExecuteOfAnInvalidPageIsNullified) {
  guest.enable_translation();
  guest.invalidate_page(5);
  guest.gr(3) = 0x4FFE;
  guest.put(0x4FFE, "D200");
  guest.execute("44003000", 1, ec_psw(0) | kDat);
  EXPECT_EQ(guest.halfword(142), 0x0011);
  EXPECT_EQ(guest.word(144), 0x5000u);
  EXPECT_EQ(guest.doubleword(kProgramOld), ec_psw(0x400) | kDat);
}

TEST_P(InterpreterTest, ExecuteMayModifyStorageThatHoldsItsTarget) {
  guest.put(0x600, "D203 0600 0700");  // MVC over itself
  guest.put(0x700, "41200007");
  guest.execute("44000600 44000600", 2);
  EXPECT_EQ(guest.gr(2), 7u);
}

// ---- The two loops ----

TEST(Interpreter, PlainAndWatchedLoopsAgreeOnRandomInstructions) {
  for (u64 seed = 0; seed < 30; ++seed) {
    EXPECT_EQ(run_lockstep({.seed = seed, .slices = 20}).difference, "") << "seed " << seed;
  }
}

// ---- MOVE LONG and COMPARE LOGICAL LONG ----

// Runs until the instruction at 400 is done; it may be begun again many times.
class LongTest : public InterpreterTest {
 protected:
  void complete(std::string_view instruction, u64 psw = ec_psw(0)) {
    guest.put(0x402, "0000");
    guest.put(0x400, instruction);
    guest.set_psw(psw | 0x400);
    for (int n = 0; n < 10'000 && guest.cpu().psw.address == 0x400; ++n) guest.run(1);
    EXPECT_EQ(guest.cpu().psw.address, 0x402u);
  }
};
INSTANTIATE_TEST_SUITE_P(, LongTest, testing::Bool(),
                         [](const auto& watched) { return watched.param ? "Watched" : "Plain"; });

TEST_P(LongTest, MovesMoreThanOneDispatchDoes) {
  for (u32 n = 0; n < 0x20000; ++n) guest.storage().data()[0x40000 + n] = static_cast<u8>(n * 7 >> 3);
  guest.set_gr(2, {0x80001, 0x20000, 0x40000, 0x20000});
  complete("0E24");
  EXPECT_EQ(guest.cpu().psw.cc, 0);
  EXPECT_EQ(guest.gr(2), 0xA0001u);
  EXPECT_EQ(guest.gr(3), 0u);
  EXPECT_EQ(guest.gr(4), 0x60000u);
  EXPECT_EQ(guest.hex(0x80001, 0x20000), guest.hex(0x40000, 0x20000));
}

TEST_P(LongTest, IsInterruptibleBetweenItsUnits) {
  guest.set_gr(2, {0x40000, 0x80000, 0, 0x5A000000});
  guest.execute("0E24");
  EXPECT_EQ(guest.cpu().psw.address, 0x400u) << "not done after one dispatch";
  EXPECT_GT(guest.gr(2), 0x40000u);
  EXPECT_EQ(guest.gr(2) + guest.gr(3), 0xC0000u);
  guest.cpu().request_external(Cpu::kInterruptKey);
  guest.set_psw(guest.psw() | kExternal);
  guest.run(0);
  EXPECT_EQ(guest.doubleword(kExternalOld), ec_psw(0x400) | kExternal);
}

// The pairs may be one: the operand is moved onto itself.
TEST_P(LongTest, MovesAnOperandOntoItselfWithOnePair) {
  guest.put(0x2000, "C1C2C3C4C5C6C7C8");
  guest.set_gr(2, {0xFF002000, 0xAA000008});
  complete("0E22");
  EXPECT_EQ(guest.cpu().psw.cc, 0);
  EXPECT_EQ(guest.gr(2), 0x00002008u);
  EXPECT_EQ(guest.gr(3), 0xAA000000u);
  EXPECT_EQ(guest.hex(0x2000, 9), "C1C2C3C4C5C6C7C800");
}

TEST_P(LongTest, ComparesAnOperandWithItselfWithOnePair) {
  guest.put(0x2000, "C1C2C3C4C5C6C7C8");
  guest.set_gr(2, {0xFF002000, 0xAA000008});
  complete("0F22");
  EXPECT_EQ(guest.cpu().psw.cc, 0);
  EXPECT_EQ(guest.gr(2), 0x00002008u);
  EXPECT_EQ(guest.gr(3), 0xAA000000u);
}

TEST_P(LongTest, StopsAtAnInvalidPageWithWhatItHasDone) {
  guest.enable_translation();
  guest.invalidate_page(6);
  guest.set_gr(2, {0x5000, 0x2000, 0, 0x5A000000});
  guest.execute("0E24", 100, ec_psw(0) | kDat);
  EXPECT_EQ(guest.doubleword(kProgramOld), ec_psw(0x400) | kDat);
  EXPECT_EQ(guest.halfword(142), 0x0011);
  EXPECT_EQ(guest.gr(2), 0x6000u);
  EXPECT_EQ(guest.gr(3), 0x1000u);
  EXPECT_EQ(guest.byte(0x5FFF), 0x5A);
}

}  // namespace
}  // namespace replica
