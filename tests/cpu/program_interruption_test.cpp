// Program, supervisor-call and restart interruptions: what is stored where, in both modes. Instructions stand at 400. Vectors
// marked with an asterisk were executed on another implementation. GA22-7000 "Interruptions".

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "frontend/instruction_table.h"
#include "tests/cpu/guest.h"

namespace replica {
namespace {

constexpr u64 kBc = 0, kEc = ec_psw(0);

class ProgramInterruptionTest : public testing::Test {
 protected:
  // Executes one instruction and expects it to end in a program interruption with this old PSW.
  void expect_interruption(std::string_view instruction, u64 psw, u64 old_psw) {
    guest.execute(instruction, 1, psw);
    ASSERT_TRUE(guest.waits_at(kProgramNew)) << instruction;
    EXPECT_EQ(guest.doubleword(kProgramOld), old_psw)
        << instruction << std::hex << ' ' << guest.doubleword(kProgramOld);
  }
  // The same in EC mode, with the word that is stored at 140.
  void expect_ec(std::string_view instruction, u64 old_psw, u32 identification, u64 psw = kEc) {
    expect_interruption(instruction, psw, old_psw);
    EXPECT_EQ(guest.program_identification(), identification) << instruction;
  }

  Guest guest;
};

// ---- Where the code and the length go ----

TEST_F(ProgramInterruptionTest, BcModeStoresCodeAndLengthInTheOldPsw) {
  guest.put_word(140, 0x77777777);
  expect_interruption("0000", kBc, 0x00000001'40000402);
  expect_interruption("51000000", kBc, 0x00000001'80000404);
  expect_interruption("E10000000000", kBc, 0x00000001'C0000406);
  EXPECT_EQ(guest.word(140), 0x77777777u);
}

TEST_F(ProgramInterruptionTest, EcModeStoresThemAtLocation140) {
  expect_ec("0000", 0x00080000'00000402, 0x00020001);  // *
  expect_ec("51000000", 0x00080000'00000404, 0x00040001);
  expect_ec("E10000000000", 0x00080000'00000406, 0x00060001);
}

// The mode of the new PSW does not matter.
TEST_F(ProgramInterruptionTest, TheOldPswsModeDecides) {
  guest.put_doubleword(kProgramNew, ec_psw(kProgramNew) | kWait);
  guest.put_word(140, 0x77777777);
  expect_interruption("0000", kBc, 0x00000001'40000402);
  EXPECT_EQ(guest.word(140), 0x77777777u);
  EXPECT_TRUE(guest.cpu().psw.ec_mode);
}

TEST_F(ProgramInterruptionTest, TheOldPswKeepsKeyMaskAndConditionCode) {
  expect_interruption("0000", 0x00B1'0000'2A00'0000, 0x00B10001'6A000402);
  expect_ec("0000", 0x00B92A00'00000402, 0x00020001, 0x00B9'2A00'0000'0000);
}

TEST_F(ProgramInterruptionTest, TheInstructionAddressWrapsAt16M) {
  Guest large(nullptr, {}, kMaxStorage);
  large.put(0xFFFFFE, "0000");
  large.set_psw(ec_psw(0xFFFFFE));
  large.run(1);
  EXPECT_EQ(large.doubleword(kProgramOld), ec_psw(0));
}

// ---- Operation and privileged-operation exceptions ----

// Assembles the opcode with operands that would be wrong in every way: odd, unaligned, beyond storage.
std::string with_bad_operands(u16 code) {
  return code > 0xFF ? fmt::format("{:04X}FFFFFFFF", code) : fmt::format("{:02X}FFFFFFFFFF", code);
}

TEST_F(ProgramInterruptionTest, PrivilegedInstructionsAreRefusedBeforeAnythingElse) {
  guest.gr(15) = 0x00FFFFFF;
  for (const InstructionInfo& info : kInstructionTable) {
    if (info.privilege != Privilege::privileged || !is_installed(info)) continue;
    const u32 length = instruction_length(info.first_byte());
    expect_ec(with_bad_operands(info.code), (kEc | kProblem) + 0x400 + length, length << 16 | 0x02, kEc | kProblem);
  }
}

TEST_F(ProgramInterruptionTest, AbsentInstructionsAreOperationExceptionsInEitherState) {
  for (const InstructionInfo& info : kInstructionTable) {
    if (is_installed(info) || info.opcode == Opcode::RIO) continue;  // 9C02 is SIO without suspend and resume
    const u32 length = instruction_length(info.first_byte());
    for (const u64 psw : {kEc, kEc | kProblem}) {
      expect_ec(with_bad_operands(info.code), psw + 0x400 + length, length << 16 | 0x01, psw);
    }
  }
}

TEST_F(ProgramInterruptionTest, UnassignedOpcodesAreOperationExceptions) {
  for (unsigned code = 0; code < 0x10000; ++code) {
    const u8 first = static_cast<u8>(code >> 8), second = static_cast<u8>(code);
    const bool second_matters = first == 0xB2 || first == 0xE5 || first == 0xE6;
    if (find_instruction(first, second) || (second != 0 && !second_matters)) continue;
    const u32 length = instruction_length(first);
    expect_ec(fmt::format("{:04X}00000000", code), kEc + 0x400 + length, length << 16 | 0x01);
  }
}

TEST_F(ProgramInterruptionTest, SetSystemMaskInProblemState) {
  expect_ec("80000500", 0x00090000'00000404, 0x00040002, kEc | kProblem);  // *
  expect_interruption("80000500", kBc | kProblem, 0x00010002'80000404);    // *
}

// ---- Other exceptions and how they end ----

TEST_F(ProgramInterruptionTest, SuppressionLeavesTheAddressPastTheInstruction) {
  guest.set_gr(2, {0, 1, 0});
  expect_ec("1D24", 0x00080000'00000402, 0x00020009);  // DR by zero
  EXPECT_EQ(guest.gr(2), 0u);
  EXPECT_EQ(guest.gr(3), 1u);
}

TEST_F(ProgramInterruptionTest, NullificationLeavesTheAddressAtTheInstruction) {
  guest.enable_translation();
  guest.invalidate_page(5);
  guest.gr(5) = 0x5000;
  expect_ec("58105678", 0x04080000'00000400, 0x00040011, kEc | kDat);
}

TEST_F(ProgramInterruptionTest, CompletionStoresTheResultFirst) {
  guest.set_gr(1, {0x7FFFFFFF, 1});
  expect_ec("1A12", 0x00083800'00000402, 0x00020008, kEc | 0x0000'0800'0000'0000);  // AR, CC 3, mask 8
  EXPECT_EQ(guest.gr(1), 0x80000000u);
}

TEST_F(ProgramInterruptionTest, TranslationExceptionsStoreTheAddress) {
  guest.enable_translation();
  guest.invalidate_page(5);
  guest.put_word(144, 0x77777777);
  guest.gr(5) = 0x5000;
  expect_ec("58105678", 0x04080000'00000400, 0x00040011, kEc | kDat);
  EXPECT_EQ(guest.word(144) & 0xFFFFF000, 0x00005000u);
  guest.gr(3) = 0x00123456;
  expect_ec("58103000", 0x04080000'00000400, 0x00040010, kEc | kDat);
  EXPECT_EQ(guest.word(144) & 0xFFFFF000, 0x00123000u);
}

TEST_F(ProgramInterruptionTest, OtherExceptionsLeaveTheTranslationAddress) {
  guest.put_word(144, 0x77777777);
  expect_ec("0000", 0x00080000'00000402, 0x00020001);
  EXPECT_EQ(guest.word(144), 0x77777777u);
}

TEST_F(ProgramInterruptionTest, ProtectionExceptionsOfKeys) {
  guest.set_gr(3, {0x2000});
  guest.set_key_of(0x2000, 0x00);
  expect_interruption("50103000", psw_key(1), 0x00100004'80000404);  // * ST with key 1 into a block of key 0
  guest.set_key_of(0x2000, 0x18);
  expect_interruption("58103000", psw_key(2), 0x00200004'80000404);  // * L with key 2 from key 1, fetch-protected
  guest.execute("58103000", 1, psw_key(1));
  EXPECT_EQ(guest.cpu().psw.address, 0x404u);
}

TEST_F(ProgramInterruptionTest, LowAddressProtection) {
  guest.set_cr(0, 0x100000E0);
  expect_ec("50100010", 0x00080000'00000404, 0x00040004);  // *
  guest.execute("50100200");
  EXPECT_EQ(guest.cpu().psw.address, 0x404u);
}

TEST_F(ProgramInterruptionTest, SetSystemMaskSuppression) {
  guest.set_cr(0, 0x400000E0);
  expect_ec("80000500", 0x00080000'00000404, 0x00040013);  // *
  expect_interruption("80000500", kBc, 0x00000013'80000404);
}

TEST_F(ProgramInterruptionTest, MonitorCallStoresClassAndCodeInBothModes) {
  for (const u64 psw : {kEc, kBc}) {
    guest.put(148, "FFFF");
    guest.put_word(156, 0xFFFFFFFF);
    guest.set_cr(8, 0x00000400);  // class 5
    guest.execute("AF050234", 1, psw);
    EXPECT_TRUE(guest.waits_at(kProgramNew));
    EXPECT_EQ(guest.halfword(148), 0x0005);   // *
    EXPECT_EQ(guest.word(156), 0x00000234u);  // *
  }
  EXPECT_EQ(guest.program_identification(), 0x00040040u);  // *
  EXPECT_EQ(guest.doubleword(kProgramOld), 0x00000040'80000404u);
}

TEST_F(ProgramInterruptionTest, MonitorCallOfAMaskedClassDoesNothing) {
  guest.set_cr(8, 0x0000FBFF);
  guest.execute("AF050234");
  EXPECT_EQ(guest.cpu().psw.address, 0x404u);
  guest.set_cr(8, 0);
  expect_ec("AF100234", 0x00080000'00000404, 0x00040006);  // no such class
}

// ---- Instruction fetching ----

TEST_F(ProgramInterruptionTest, InstructionInAnInvalidPageIsNullified) {
  guest.enable_translation();
  guest.invalidate_page(5);
  guest.set_psw(ec_psw(0x5400) | kDat);
  guest.run(1);
  EXPECT_EQ(guest.doubleword(kProgramOld), ec_psw(0x5400) | kDat);
  EXPECT_EQ(guest.halfword(142), 0x0011);
  EXPECT_EQ(guest.word(144), 0x00005000u);
}

TEST_F(ProgramInterruptionTest, InstructionAtAnOddAddressIsASpecificationException) {
  guest.set_psw(ec_psw(0x401));
  guest.run(1);
  EXPECT_TRUE(guest.waits_at(kProgramNew));
  EXPECT_EQ(guest.halfword(142), 0x0006);
}

TEST_F(ProgramInterruptionTest, InstructionBeyondStorageIsAnAddressingException) {
  guest.set_psw(ec_psw(0x100000));
  guest.run(1);
  EXPECT_TRUE(guest.waits_at(kProgramNew));
  EXPECT_EQ(guest.halfword(142), 0x0005);
}

// ---- Early specification exceptions ----

// The PSW becomes active, is stored as it is, and the length code is zero. (*)
TEST_F(ProgramInterruptionTest, LoadPswWithAnInvalidPsw) {
  for (const u64 bit : {u64{1} << 63, u64{1} << 61, u64{1} << 46, u64{1} << 39, u64{1} << 31}) {
    guest.put_doubleword(0x600, ec_psw(0x500) | bit);
    expect_ec("82000600", ec_psw(0x500) | bit, 0x00000006);
  }
}

TEST_F(ProgramInterruptionTest, InvalidPswIsNoticedEvenInTheWaitState) {
  guest.put_doubleword(0x600, ec_psw(0x500) | kWait | 1ull << 63);
  expect_ec("82000600", ec_psw(0x500) | kWait | 1ull << 63, 0x00000006);
}

TEST_F(ProgramInterruptionTest, OddAddressInALoadedPswIsLeftToTheNextInstruction) {
  guest.put_doubleword(0x600, ec_psw(0x501));
  guest.execute("82000600");
  EXPECT_EQ(guest.psw(), ec_psw(0x501));
}

// * The mask is changed, so the operation was completed; the length code is that of the instruction.
TEST_F(ProgramInterruptionTest, StoreThenOrWithAnInvalidMask) {
  expect_ec("AD800600", 0x80080000'00000404, 0x00040006);
  EXPECT_EQ(guest.byte(0x600), 0x00);
}

TEST_F(ProgramInterruptionTest, SetSystemMaskWithAnInvalidMask) {
  guest.put(0x600, "10");
  expect_ec("80000600", 0x10080000'00000404, 0x00040006);
}

TEST_F(ProgramInterruptionTest, AnyMaskIsValidInBcMode) {
  guest.put(0x600, "B8");
  guest.execute("80000600", 1, kBc);
  EXPECT_EQ(guest.psw(), 0xB8000000'00000404u);
}

TEST_F(ProgramInterruptionTest, MisalignedLoadPswIsSuppressed) {
  expect_ec("82000604", 0x00080000'00000404, 0x00040006);  // *
}

TEST_F(ProgramInterruptionTest, InvalidNewPswOfAnInterruption) {
  guest.put_doubleword(kSvcNew, ec_psw(0x500) | 1ull << 63);
  guest.execute("0A05");
  guest.take_interruptions();
  EXPECT_EQ(guest.doubleword(kSvcOld), ec_psw(0x402));
  EXPECT_TRUE(guest.waits_at(kProgramNew));
  EXPECT_EQ(guest.doubleword(kProgramOld), ec_psw(0x500) | 1ull << 63);
  EXPECT_EQ(guest.program_identification(), 0x00000006u);
}

// ---- Supervisor call ----

TEST(SupervisorCall, BcModeStoresTheCodeInTheOldPsw) {
  Guest guest;
  guest.execute("0AC7", 1, kBc | kProblem);
  EXPECT_TRUE(guest.waits_at(kSvcNew));
  EXPECT_EQ(guest.doubleword(kSvcOld), 0x000100C7'40000402u);
}

TEST(SupervisorCall, EcModeStoresItAtLocation136) {
  Guest guest;
  guest.put_word(136, 0xFFFFFFFF);
  guest.execute("0AC7");
  EXPECT_EQ(guest.doubleword(kSvcOld), 0x00080000'00000402u);
  EXPECT_EQ(guest.word(136), 0x000200C7u);
}

TEST(SupervisorCall, UnderExecuteHasTheLengthOfExecute) {
  Guest guest;
  guest.put(0x600, "0A00");
  guest.gr(1) = 0x05;
  guest.execute("44100600", 1, kBc);
  EXPECT_EQ(guest.doubleword(kSvcOld), 0x00000005'80000404u);  // *
}

// ---- Locations ----

TEST(Interruption, UsesThePrefixArea) {
  Guest guest;
  guest.put_doubleword(0x3000 + kSvcNew, ec_psw(0x500) | kWait);
  guest.set_prefix(0x3000);
  guest.put(0x400, "0000");
  guest.put(0x3400, "0A05");
  guest.set_psw(ec_psw(0x400));
  guest.run(1);
  EXPECT_EQ(guest.doubleword(0x3000 + kSvcOld), ec_psw(0x402));
  EXPECT_EQ(guest.doubleword(kSvcOld), 0u);
  EXPECT_TRUE(guest.waits_at(0x500));
}

TEST(Interruption, RecordsReferenceAndChangeButIsNotProtected) {
  Guest guest;
  guest.set_cr(0, 0x100000E0);
  guest.put(0x1000, "0A05");
  guest.set_key_of(0, 0xF8);
  guest.set_psw(ec_psw(0x1000) | psw_key(3));
  guest.run(1);
  EXPECT_TRUE(guest.waits_at(kSvcNew));
  EXPECT_EQ(guest.key_of(0), 0xFE);
}

TEST(Restart, ExchangesPswsAtLocations0And8) {
  Guest guest;
  guest.put_doubleword(kRestartNew, ec_psw(0x500));
  guest.put(0x500, "1B11");
  guest.gr(1) = 7;
  guest.set_psw(0x00F00000'35000402);
  guest.machine().restart();
  EXPECT_EQ(guest.doubleword(kRestartOld), 0x00F00000'35000402u);
  guest.run(1);
  EXPECT_EQ(guest.gr(1), 0u);
  EXPECT_EQ(guest.psw(), ec_psw(0x502));
}

}  // namespace
}  // namespace replica
