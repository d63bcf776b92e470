// Program-event recording. Instructions stand at 400 unless a test says otherwise. Vectors marked with an asterisk were
// executed on another implementation. GA22-7000 "Program-Event Recording".

#include <gtest/gtest.h>

#include "tests/cpu/guest.h"

namespace replica {
namespace {

// Event masks in CR9.
constexpr u32 kBranching = 0x80000000, kFetching = 0x40000000, kAlteration = 0x20000000, kRegisters = 0x10000000;
constexpr u32 kAllRegisters = kRegisters | 0xFFFF;
constexpr u32 kAllEvents = 0xF000FFFF;

constexpr u64 kPerPsw = ec_psw(0) | kPer;

class PerTest : public testing::Test {
 protected:
  void watch(u32 cr9, u32 first = 0, u32 last = 0x00FFFFFF) {
    guest.set_cr(9, cr9);
    guest.set_cr(10, first);
    guest.set_cr(11, last);
  }
  // Executes one instruction, and returns the PER code that was stored at 150, zero if no interruption was taken.
  u32 events_of(std::string_view instruction, u64 psw = kPerPsw) {
    guest.put(150, "0000 FFFFFFFF");
    guest.execute(instruction, 1, psw);
    return guest.waits_at(kProgramNew) ? guest.byte(150) : 0;
  }
  void expect_registers(std::string_view instruction, u32 mask) {
    for (unsigned n = 0; n < 16; ++n) {
      watch(kRegisters | 0x8000u >> n);
      EXPECT_EQ(events_of(instruction) == 0x10, (mask >> (15 - n) & 1) != 0) << instruction << " register " << n;
    }
  }

  Guest guest;
};

// ---- What is stored ----

// *
TEST_F(PerTest, StoresCodeAddressAndProgramCode80) {
  watch(kFetching | kAlteration);
  guest.put(151, "FF");
  EXPECT_EQ(events_of("50100500"), 0x60u);
  EXPECT_EQ(guest.program_identification(), 0x00040080u);
  EXPECT_EQ(guest.halfword(150), 0x6000);
  EXPECT_EQ(guest.word(152), 0x00000400u);
  EXPECT_EQ(guest.doubleword(kProgramOld), kPerPsw | 0x404);
}

// *
TEST_F(PerTest, IsAddedToTheCodeOfAnExceptionOfTheInstruction) {
  watch(kFetching);
  EXPECT_EQ(events_of("0000"), 0x40u);
  EXPECT_EQ(guest.program_identification(), 0x00020081u);
}

// *
TEST_F(PerTest, BranchTargetIsTheAddressToGoOnAt) {
  watch(kBranching);
  EXPECT_EQ(events_of("47F00500"), 0x80u);
  EXPECT_EQ(guest.doubleword(kProgramOld), kPerPsw | 0x500);
  EXPECT_EQ(guest.word(152), 0x00000400u);
}

TEST_F(PerTest, NeedsThePswBit) {
  watch(kAllEvents);
  EXPECT_EQ(events_of("47F00500", ec_psw(0)), 0u);
}

TEST_F(PerTest, DoesNotExistInBcMode) {
  watch(kAllEvents);
  EXPECT_EQ(events_of("1B11", 0x40000000'00000000), 0u);
}

TEST_F(PerTest, NeedsAnEventMask) {
  watch(0x0000FFFF);
  EXPECT_EQ(events_of("1B11"), 0u);
}

TEST_F(PerTest, InterruptsEveryInstruction) {
  watch(kFetching);
  guest.put_doubleword(kProgramNew, ec_psw(0x600));
  guest.put(0x600, "82000028");  // LPSW of the old PSW
  guest.execute("1A11 1A11 1A11 1B22", 6, kPerPsw);
  EXPECT_EQ(guest.cpu().psw.address, 0x406u);
  EXPECT_EQ(guest.word(152), 0x404u);
}

// ---- Instruction fetching ----

TEST_F(PerTest, FetchingIsOfTheFirstByteOfTheInstruction) {
  watch(kFetching, 0x400, 0x400);
  EXPECT_EQ(events_of("41100001"), 0x40u);
  watch(kFetching, 0x401, 0x404);
  EXPECT_EQ(events_of("41100001"), 0u);
  watch(kFetching, 0x300, 0x400);
  EXPECT_EQ(events_of("41100001"), 0x40u);
  watch(kFetching, 0x300, 0x3FF);
  EXPECT_EQ(events_of("41100001"), 0u);
}

TEST_F(PerTest, FetchingRangeWraps) {
  watch(kFetching, 0xFFFF00, 0x400);
  EXPECT_EQ(events_of("1B11"), 0x40u);
  watch(kFetching, 0xFFFF00, 0x3FF);
  EXPECT_EQ(events_of("1B11"), 0u);
}

TEST_F(PerTest, FetchingIsOfExecuteAndOfItsTarget) {
  guest.put(0x600, "1B11");
  watch(kFetching, 0x600, 0x601);
  EXPECT_EQ(events_of("44000600"), 0x40u);
  EXPECT_EQ(guest.word(152), 0x400u) << "the address is that of EXECUTE";
  watch(kFetching, 0x400, 0x403);
  EXPECT_EQ(events_of("44000600"), 0x40u);
  watch(kFetching, 0x500, 0x5FF);
  EXPECT_EQ(events_of("44000600"), 0u);
}

// ---- Successful branching ----

TEST_F(PerTest, BranchingIsOfTakenBranchesOnly) {
  watch(kBranching, 0, 0);
  guest.set_gr(1, {2, 0x500, 1, 0x700});
  EXPECT_EQ(events_of("47800500", kPerPsw | 0x0000'1000'0000'0000), 0u) << "BC 8 with CC 1";
  EXPECT_EQ(events_of("47400500", kPerPsw | 0x0000'1000'0000'0000), 0x80u) << "BC 4 with CC 1";
  EXPECT_EQ(events_of("0712"), 0u) << "BCR 1 with CC 0";
  EXPECT_EQ(events_of("07F2"), 0x80u);
  EXPECT_EQ(events_of("46100500"), 0x80u) << "BCT from 2 to 1";
  EXPECT_EQ(events_of("46100500"), 0u) << "BCT from 1 to 0";
  EXPECT_EQ(events_of("45E00500"), 0x80u);
  EXPECT_EQ(events_of("4DE00500"), 0x80u);
  guest.set_gr(4, {0, 1});
  EXPECT_EQ(events_of("86440500"), 0u) << "BXH 0 + 0 against 1";
  EXPECT_EQ(events_of("87440500"), 0x80u);
}

TEST_F(PerTest, FormsWithoutABranchAddressAreNotBranches) {
  watch(kBranching);
  EXPECT_EQ(events_of("05E0"), 0u);
  EXPECT_EQ(events_of("0DE0"), 0u);
  EXPECT_EQ(events_of("06E0"), 0u);
  EXPECT_EQ(events_of("07F0"), 0u);
}

TEST_F(PerTest, LoadPswSupervisorCallAndExecuteAreNotBranches) {
  watch(kBranching);
  guest.put_doubleword(0x600, kPerPsw | 0x500);
  guest.put(0x700, "1B11");
  EXPECT_EQ(events_of("82000600"), 0u);
  EXPECT_EQ(events_of("0A05"), 0u);
  EXPECT_EQ(events_of("44000700"), 0u);
}

TEST_F(PerTest, ABranchUnderExecuteIsOne) {
  watch(kBranching);
  guest.put(0x600, "47F00500");
  EXPECT_EQ(events_of("44000600"), 0x80u);
  EXPECT_EQ(guest.word(152), 0x400u);
}

// ---- Storage alteration ----

TEST_F(PerTest, AlterationIsOfAnyByteOfTheOperand) {
  guest.gr(3) = 0x2000;
  watch(kAlteration, 0x2003, 0x2003);
  EXPECT_EQ(events_of("50103000"), 0x20u);
  watch(kAlteration, 0x2004, 0x27FF);
  EXPECT_EQ(events_of("50103000"), 0u);
  watch(kAlteration, 0x2001, 0x2002);
  EXPECT_EQ(events_of("90123000"), 0x20u) << "in the middle of STM";
  watch(kAlteration, 0x2004, 0x2007);
  EXPECT_EQ(events_of("D20330003100"), 0u) << "MVC of four bytes";
  EXPECT_EQ(events_of("D20430003100"), 0x20u);
}

TEST_F(PerTest, AlterationIsOfStoresThatChangeNothingToo) {
  watch(kAlteration, 0x2000, 0x2000);
  guest.gr(3) = 0x2000;
  EXPECT_EQ(events_of("96003000"), 0x20u);
}

TEST_F(PerTest, FetchesAreNotAlteration) {
  watch(kAlteration, 0x2000, 0x2FFF);
  guest.gr(3) = 0x2000;
  EXPECT_EQ(events_of("58103000"), 0u);
  EXPECT_EQ(events_of("91FF3000"), 0u);
  EXPECT_EQ(events_of("D50030003001"), 0u);
  EXPECT_EQ(events_of("D20002003000"), 0u) << "MVC from there to 200";
}

TEST_F(PerTest, AlterationAcrossABlockIsSeenInItsSecondPart) {
  guest.gr(3) = 0x27FE;
  watch(kAlteration, 0x2800, 0x2800);
  EXPECT_EQ(events_of("50103000"), 0x20u);
  watch(kAlteration, 0x2802, 0x2802);
  EXPECT_EQ(events_of("50103000"), 0u);
}

// Every store into the range must be seen, not only the first: the access map must not hide it.
TEST_F(PerTest, AlterationIsSeenEveryTime) {
  guest.gr(3) = 0x2000;
  watch(kAlteration, 0x2000, 0x2000);
  for (int n = 0; n < 3; ++n) EXPECT_EQ(events_of("50103000"), 0x20u);
  for (int n = 0; n < 3; ++n) EXPECT_EQ(events_of("50103010"), 0u);
}

TEST_F(PerTest, CompareAndSwapAltersOnlyWhenEqual) {
  watch(kAlteration, 0x2000, 0x2003);
  guest.set_gr(1, {5, 6, 0x2000});
  guest.put_word(0x2000, 4);
  EXPECT_EQ(events_of("BA123000"), 0u);
  guest.gr(1) = 4;
  EXPECT_EQ(events_of("BA123000"), 0x20u);
}

TEST_F(PerTest, StoreCharactersUnderMaskZeroDoesNotAlter) {
  watch(kAlteration);
  EXPECT_EQ(events_of("BE100600"), 0u);
}

TEST_F(PerTest, InterruptionsAndMonitorInformationAreNotAlteration) {
  watch(kAlteration, 0, 0x1FF);
  EXPECT_EQ(events_of("0A05"), 0u);
  EXPECT_EQ(events_of("0000"), 0u);
  guest.set_cr(8, 0x8000);
  EXPECT_EQ(events_of("AF000234"), 0u);
}

TEST_F(PerTest, AddressesAreLogical) {
  guest.enable_translation();
  guest.map_page(5, 0x9000);
  guest.gr(3) = 0x5000;
  watch(kAlteration, 0x5000, 0x5FFF);
  EXPECT_EQ(events_of("50103000", kPerPsw | kDat), 0x20u);
  watch(kAlteration, 0x9000, 0x9FFF);
  EXPECT_EQ(events_of("50103000", kPerPsw | kDat), 0u);
}

// ---- General-register alteration: GR 0-15 are bits 16-31 of CR9 ----

TEST_F(PerTest, RegistersOfLoadsAndArithmetic) {
  expect_registers("1822", 0x2000);      // LR 2,2: the value does not change
  expect_registers("1A12", 0x4000);      // AR 1,2
  expect_registers("1912", 0);           // CR 1,2
  expect_registers("1C24", 0x3000);      // MR 2,4
  expect_registers("41F00001", 0x0001);  // LA 15
  expect_registers("43000600", 0x8000);  // IC 0
  expect_registers("50100600", 0);       // ST
  expect_registers("98E10600", 0xC003);  // LM 14,1
  expect_registers("BF170600", 0x4000);  // ICM 1
  expect_registers("BF100600", 0);       // ICM 1 with mask 0
  expect_registers("45E00500", 0x0002);  // BAL 14
  expect_registers("0610", 0x4000);      // BCTR 1,0
}

TEST_F(PerTest, RegistersOfTranslateAndTest) {
  guest.put(0x800, "00");
  guest.gr(3) = 0x800;
  guest.put(0x820, "00");
  expect_registers("DD0030003020", 0);  // no function byte found
  guest.put(0x820, "7F");
  expect_registers("DD0030003020", 0x6000);
}

TEST_F(PerTest, RegistersOfCompareAndSwapWhenUnequal) {
  guest.put_word(0x600, 5);
  guest.set_gr(1, {5, 5});
  expect_registers("BA120600", 0);  // equal: stored
  for (unsigned n = 0; n < 2; ++n) {
    guest.set_gr(1, {4});
    watch(n == 0 ? kRegisters | 0x4000 : kRegisters | 0xBFFF);
    EXPECT_EQ(events_of("BA120600"), n == 0 ? 0x10u : 0u);
  }
}

TEST_F(PerTest, RegistersUnderExecute) {
  guest.put(0x600, "1B77");
  expect_registers("44000600", 0x0100);
}

// The event is reported when the register was changed, even where the instruction then ends in an overflow.
TEST_F(PerTest, EventsOfACompletedInstructionStand) {
  watch(kAllRegisters | kFetching);
  guest.set_gr(1, {0x7FFFFFFF, 1});
  EXPECT_EQ(events_of("1A12", kPerPsw | 0x0000'0800'0000'0000), 0x50u);
  EXPECT_EQ(guest.program_identification(), 0x00020088u);
}

// CONVERT TO BINARY of a value that does not fit is completed with fixed-point divide.
TEST_F(PerTest, EventsOfConvertToBinaryStandWithItsDivideException) {
  watch(kAllRegisters | kFetching);
  guest.put(0x600, "000002147483648C");
  EXPECT_EQ(events_of("4F100600"), 0x50u);
  EXPECT_EQ(guest.program_identification(), 0x00040089u);
  EXPECT_EQ(guest.gr(1), 0x80000000u);
}

TEST_F(PerTest, OfASuppressedOrNullifiedInstructionOnlyTheFetchIsReported) {
  watch(kAllEvents);
  guest.set_gr(2, {0, 1, 0});
  EXPECT_EQ(events_of("1D24"), 0x40u) << "DR by zero";
  guest.enable_translation();
  guest.invalidate_page(5);
  guest.gr(3) = 0x4FFE;
  EXPECT_EQ(events_of("90123000", kPerPsw | kDat), 0x40u) << "STM into an invalid page";
  EXPECT_EQ(guest.program_identification(), 0x00040091u);
  EXPECT_EQ(guest.doubleword(kProgramOld), kPerPsw | kDat | 0x400);
}

// ---- Instructions that change PER itself: what counts is how it stood when the instruction began ----

TEST_F(PerTest, LoadPswThatTurnsPerOffIsStillRecorded) {
  watch(kFetching);
  guest.put_doubleword(0x600, ec_psw(0x500));
  EXPECT_EQ(events_of("82000600"), 0x40u);
  EXPECT_EQ(guest.doubleword(kProgramOld), ec_psw(0x500));
}

TEST_F(PerTest, LoadPswThatTurnsPerOnIsNotRecorded) {
  watch(kFetching);
  guest.put_doubleword(0x600, kPerPsw | 0x500);
  EXPECT_EQ(events_of("82000600", ec_psw(0)), 0u);
  guest.put(0x500, "1B11");
  guest.run(1);
  EXPECT_TRUE(guest.waits_at(kProgramNew)) << "but the next instruction is";
  EXPECT_EQ(guest.word(152), 0x500u);
}

TEST_F(PerTest, StoreThenOrThatTurnsPerOnIsNotRecorded) {
  watch(kFetching);
  EXPECT_EQ(events_of("AD400600 1B11", ec_psw(0)), 0u);
  guest.run(1);
  EXPECT_EQ(guest.word(152), 0x404u);
}

TEST_F(PerTest, LoadControlIsRecordedByTheControlRegistersBefore) {
  watch(kFetching);
  guest.put_word(0x600, 0);
  EXPECT_EQ(events_of("B7990600"), 0x40u);
  watch(0);
  guest.put_word(0x600, kFetching);
  EXPECT_EQ(events_of("B7990600 1B11"), 0u);
  guest.run(1);
  EXPECT_EQ(guest.word(152), 0x404u);
}

// The supervisor-call interruption is taken first; its new PSW is the old one of the PER interruption.
TEST_F(PerTest, SupervisorCallIsTakenFirst) {
  watch(kFetching);
  guest.put_doubleword(kSvcNew, ec_psw(0x500));
  EXPECT_EQ(events_of("0A05"), 0x40u);
  EXPECT_EQ(guest.doubleword(kSvcOld), kPerPsw | 0x402);
  EXPECT_EQ(guest.doubleword(kProgramOld), ec_psw(0x500));
  EXPECT_EQ(guest.word(152), 0x400u);
  EXPECT_EQ(guest.program_identification(), 0x00020080u);
}

TEST_F(PerTest, AnInvalidLoadedPswAndTheEventAreOneInterruption) {
  watch(kFetching);
  guest.put_doubleword(0x600, ec_psw(0x500) | 1ull << 63);
  EXPECT_EQ(events_of("82000600"), 0x40u);
  EXPECT_EQ(guest.program_identification(), 0x00000086u);
  EXPECT_EQ(guest.doubleword(kProgramOld), ec_psw(0x500) | 1ull << 63);
}

// ---- Interruptible instructions: a unit may be reported alone, the address stays at the instruction ----

TEST_F(PerTest, MoveLongReportsItsStoresAndGoesOn) {
  watch(kAlteration, 0x10000, 0x1FFFF);
  guest.put_doubleword(kProgramNew, ec_psw(0x600));
  guest.put(0x600, "82000028");
  guest.set_gr(2, {0x10000, 0x10000, 0, 0x5A000000});
  guest.put(0x404, "47F00404");
  guest.execute("0E24 0700", 20, kPerPsw);
  EXPECT_EQ(guest.gr(3), 0u);
  EXPECT_EQ(guest.byte(0x1FFFF), 0x5A);
  EXPECT_EQ(guest.word(152), 0x400u);
  EXPECT_EQ(guest.byte(150), 0x20);
}

// Its units before the exception were completed, so what they stored is reported with it.
TEST_F(PerTest, MoveLongThatFaultsReportsTheUnitsItHasDone) {
  guest.enable_translation();
  guest.invalidate_page(6);
  watch(kAlteration, 0x5000, 0x5FFF);
  guest.set_gr(2, {0x5000, 0x2000, 0, 0x5A000000});
  EXPECT_EQ(events_of("0E24", kPerPsw | kDat), 0x20u);
  EXPECT_EQ(guest.program_identification(), 0x00020091u);
  EXPECT_EQ(guest.doubleword(kProgramOld), kPerPsw | kDat | 0x400);
  EXPECT_EQ(guest.gr(2), 0x6000u);
  EXPECT_EQ(guest.gr(3), 0x1000u);
}

}  // namespace
}  // namespace replica
