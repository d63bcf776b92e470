// DIAGNOSE as a guest has it: every function with what the manual says of registers, storage and condition code, and with operands
// that it refuses.
#include "devices/dasd/ckd_factory.h"
#include "tests/devices/dasd/volumes.h"
#include "tests/vmm/cp/control_program_fixture.h"

namespace replica::vmm {
namespace {

class Diagnose : public ControlProgramTest {
 protected:
  Diagnose() { log_on("ONE"); }
  explicit Diagnose(AssistLevel assist) : ControlProgramTest(kUsers, assist) { log_on("ONE"); }

  // DIAGNOSE with general registers 2 and 4 and what else has been set; 3 and 5 are their neighbours.
  void diagnose(u32 code, u32 rx, u32 ry) {
    monitor_->release_cpu();
    gr(2) = rx;
    gr(4) = ry;
    run_guest("ONE", fmt::format("8324{:04X}", code));
  }
  using ControlProgramTest::cc;
  using ControlProgramTest::gr;
  u32& gr(unsigned n) { return gr("ONE", n); }
  u8 condition() { return cc("ONE"); }
  bool ended_normally() { return ended_at("ONE") == kEnd; }
  // The code of the program interruption that ended it, as in the old BC-mode PSW; 0 if none did.
  u32 exception() { return ended_at("ONE") == kProgramNew ? word("ONE", 40) & 0xFFFF : 0; }
  static constexpr u32 kAddressing = 5, kSpecification = 6;
  // Small registers of the condition code do not survive the end of the guest's program, so it is stored: BALR 6,0.
  void diagnose_keeping_cc(u32 code, u32 rx, u32 ry) {
    monitor_->release_cpu();
    gr(2) = rx;
    gr(4) = ry;
    run_guest("ONE", fmt::format("8324{:04X} 0560", code));
  }
  unsigned kept_cc() { return gr(6) >> 28 & 3; }
};

TEST_F(Diagnose, UnknownFunctionsAreSpecificationExceptions) {
  for (const u32 code : {0x02u, 0x04u, 0x1Cu, 0x34u, 0x3Cu, 0x50u, 0x68u, 0xFCu, 0x100u, 0xFFCu}) {
    diagnose(code, 0, 0);
    EXPECT_EQ(exception(), kSpecification) << code;
  }
}

TEST_F(Diagnose, InTheProblemStateItIsAPrivilegedOperation) {
  put("ONE", 0x900, "00010000 00001000");  // the problem state
  put("ONE", 0x1000, "8324 0060");
  run_guest("ONE", "8200 0900");
  put("ONE", 0x1000, "8324 0060");
  monitor_->release_cpu();
  machine("ONE").cpu().load_psw(0x0001'0000'0000'1000);
  monitor_->start(machine("ONE"));
  run();
  monitor_->release_cpu();
  EXPECT_EQ(exception(), 2u);
}

TEST_F(Diagnose, TheCodeMayComeFromARegister) {
  gr(7) = 0x40;
  monitor_->release_cpu();
  run_guest("ONE", "8320 7020");  // X'60'
  EXPECT_EQ(gr(2), 256u * 1024);
}

// ---- 00 ----

TEST_F(Diagnose, ExtendedIdentificationIsStored) {
  diagnose(0x00, 0x2000, 40);
  ASSERT_TRUE(ended_normally());
  EXPECT_EQ(text("ONE", 0x2000, 8), "VM/370  ");
  EXPECT_EQ(word("ONE", 0x2008), 0x060004FFu);
  EXPECT_EQ(word("ONE", 0x200C), 0u);
  EXPECT_EQ(text("ONE", 0x2010, 8), "ONE     ");
  EXPECT_EQ(gr(4), 8u);
}

TEST_F(Diagnose, ExtendedIdentificationIsCut) {
  put("ONE", 0x2008, "FFFFFFFF");
  diagnose(0x00, 0x2000, 8);
  EXPECT_EQ(word("ONE", 0x2008), 0xFFFFFFFFu);
  EXPECT_EQ(gr(4), 0u);
}

TEST_F(Diagnose, ExtendedIdentificationHasItsExceptions) {
  diagnose(0x00, 0x2004, 32);
  EXPECT_EQ(exception(), kSpecification);
  diagnose(0x00, 0x2000, 0);
  EXPECT_EQ(exception(), kSpecification);
  diagnose(0x00, 0x2000, ~0u);
  EXPECT_EQ(exception(), kSpecification);
  diagnose(0x00, 0x40000, 32);
  EXPECT_EQ(exception(), kAddressing);
  diagnose(0x00, 0x3FFF0, 32);
  EXPECT_EQ(exception(), kAddressing);
}

// ---- 08 ----

TEST_F(Diagnose, ACommandAnswersAtTheConsole) {
  put_text("ONE", 0x2000, "QUERY RDR");
  diagnose(0x08, 0x2000, 9);
  ASSERT_TRUE(ended_normally());
  EXPECT_THAT(lines_["ONE"], Contains("NO RDR FILES"));
  EXPECT_EQ(gr(4), 0u);
}

TEST_F(Diagnose, ACommandThatFailsGivesTheNumberOfItsMessage) {
  put_text("ONE", 0x2000, "SPOOL 777 HOLD");
  diagnose(0x08, 0x2000, 14);
  EXPECT_EQ(gr(4), 40u);
  put_text("ONE", 0x2000, "SHUTDOWN");
  diagnose(0x08, 0x2000, 8);
  EXPECT_EQ(gr(4), 1u);
  EXPECT_FALSE(cp().is_shut_down());
}

TEST_F(Diagnose, TheAnswerMayGoIntoABuffer) {
  put_text("ONE", 0x2000, "QUERY RDR");
  put("ONE", 0x2008 + 1, "15");
  put_text("ONE", 0x200A, "Q PUN");
  monitor_->release_cpu();
  gr(3) = 0x3000;
  gr(5) = 100;
  put_text("ONE", 0x2000, "QUERY RDR");
  lines_.clear();
  diagnose_keeping_cc(0x08, 0x2000, 0x40000000 | 15);
  ASSERT_TRUE(ended_normally());
  EXPECT_EQ(kept_cc(), 0u);
  EXPECT_EQ(text("ONE", 0x3000, 12), "NO RDR FILES");
  EXPECT_EQ(text("ONE", 0x300D, 12), "NO PUN FILES");
  EXPECT_EQ(gr(5), 26u);
  EXPECT_EQ(gr(4), 0u);
  EXPECT_THAT(lines_["ONE"], testing::Not(Contains("NO RDR FILES")));
}

TEST_F(Diagnose, AnAnswerThatDoesNotFitIsCut) {
  put_text("ONE", 0x2000, "QUERY RDR");
  put("ONE", 0x3002, "FFFF");
  monitor_->release_cpu();
  gr(3) = 0x3000;
  gr(5) = 2;
  diagnose_keeping_cc(0x08, 0x2000, 0x40000000 | 9);
  EXPECT_EQ(kept_cc(), 1u);
  EXPECT_EQ(text("ONE", 0x3000, 2), "NO");
  EXPECT_EQ(word("ONE", 0x3000) & 0xFFFF, 0xFFFFu);
  EXPECT_EQ(gr(5), 11u);
}

TEST_F(Diagnose, ACommandHasItsExceptions) {
  diagnose(0x08, 0x2000, 241);
  EXPECT_EQ(exception(), kSpecification);
  diagnose(0x08, 0x3FFFF, 2);
  EXPECT_EQ(exception(), kAddressing);
  monitor_->release_cpu();
  gr(3) = 0x3F000;
  gr(5) = 0x1001;
  diagnose(0x08, 0x2000, 0x40000001);
  EXPECT_EQ(exception(), kAddressing);
  gr(3) = 0x3000;
  gr(5) = 8193;
  diagnose(0x08, 0x2000, 0x40000001);
  EXPECT_EQ(exception(), kSpecification);
  gr(15) = 0x40000001;
  run_guest("ONE", "832F 0008");
  EXPECT_EQ(exception(), kSpecification);
  gr(4) = 0x40000001;
  gr(5) = 8;
  run_guest("ONE", "8334 0008");  // registers 3, 4 and 4, 5
  EXPECT_EQ(exception(), kSpecification);
}

TEST_F(Diagnose, AnEmptyCommandEntersCp) {
  diagnose(0x08, 0, 0);
  EXPECT_EQ(machine("ONE").state(), VirtualMachine::State::stopped);
  EXPECT_EQ(ended_at("ONE"), 0x1004u);
  type("ONE", "BEGIN");
  run();
  monitor_->release_cpu();
  EXPECT_TRUE(ended_normally());
}

TEST_F(Diagnose, AProgramMayLogItselfOff) {
  put_text("ONE", 0x2000, "LOGOFF");
  monitor_->release_cpu();
  gr(2) = 0x2000;
  gr(4) = 6;
  put("ONE", 0x1000, "8324 0008 0700");
  machine("ONE").cpu().load_psw(0x1000);
  monitor_->start(machine("ONE"));
  run();
  EXPECT_EQ(cp().find("ONE"), nullptr);
}

TEST_F(Diagnose, AProgramMayResetItsMachine) {
  put_text("ONE", 0x2000, "SYSTEM RESET");
  diagnose(0x08, 0x2000, 12);
  EXPECT_EQ(machine("ONE").state(), VirtualMachine::State::stopped);
  EXPECT_EQ(gr(4), 12u) << "the answer came after the reset";
}

TEST_F(Diagnose, AProgramMayStoreIntoItself) {
  put_text("ONE", 0x2000, "STORE 3000 ABCD1234");
  diagnose(0x08, 0x2000, 19);
  ASSERT_TRUE(ended_normally());
  EXPECT_EQ(word("ONE", 0x3000), 0xABCD1234u);
}

// ---- 0C, 10, 5C, 60, 64 ----

TEST_F(Diagnose, ThePseudoTimerHasDateTimeAndTheTimeUsed) {
  put("ONE", 0x1000, "05300630");  // a loop of some length first
  diagnose(0x0C, 0x2000, 0);
  ASSERT_TRUE(ended_normally());
  EXPECT_EQ(text("ONE", 0x2000, 16), "01/01/0000:00:00");
  EXPECT_EQ(word("ONE", 0x2010), 0u);
  EXPECT_EQ(word("ONE", 0x2014), word("ONE", 0x201C));
  diagnose(0x0C, 0x2004, 0);
  EXPECT_EQ(exception(), kSpecification);
  diagnose(0x0C, 0x40000, 0);
  EXPECT_EQ(exception(), kAddressing);
}

TEST_F(Diagnose, ReleasedPagesAreZeroAndHaveNoFrame) {
  for (const u32 address : {0x10000u, 0x11FFCu, 0x12000u}) put("ONE", address, "12345678");
  machine("ONE").storage().set_key(0x10000 >> kBlockShift, 0x10);
  diagnose(0x10, 0x10000, 0x11000);
  ASSERT_TRUE(ended_normally());
  EXPECT_FALSE(machine("ONE").storage().is_resident(0x10));
  EXPECT_FALSE(machine("ONE").storage().is_resident(0x11));
  EXPECT_EQ(word("ONE", 0x10000), 0u);
  EXPECT_EQ(word("ONE", 0x11FFC), 0u);
  EXPECT_EQ(word("ONE", 0x12000), 0x12345678u);
  EXPECT_EQ(machine("ONE").storage().key(0x10000 >> kBlockShift), 0u);
}

TEST_F(Diagnose, AReleasedPageIsSeenToBeZeroByItsProgram) {
  put("ONE", 0x10000, "12345678");
  monitor_->release_cpu();
  gr(2) = gr(4) = 0x10000;
  run_guest("ONE", "5872 0000 8324 0010 5882 0000 5092 0000 58A2 0000");
  EXPECT_EQ(gr(7), 0x12345678u);
  EXPECT_EQ(gr(8), 0u);
  EXPECT_EQ(gr(10), gr(9));
}

TEST_F(Diagnose, ReleaseHasItsExceptions) {
  for (const auto& [first, last] : std::vector<std::pair<u32, u32>>{
           {0x10004, 0x11000}, {0x10000, 0x11004}, {0x11000, 0x10000}, {0x10000, 0x40000}, {0x10000, 0xFFF000}}) {
    diagnose(0x10, first, last);
    EXPECT_EQ(exception(), kSpecification) << first << ' ' << last;
  }
}

TEST_F(Diagnose, MessagesAreEditedAsTheUserWants) {
  const auto edited = [&](const char* how) {
    type("ONE", fmt::format("SET EMSG {}", how));
    diagnose(0x5C, 0x2000, 30);
    return std::pair(gr(2), gr(4));
  };
  EXPECT_EQ(edited("ON"), std::pair(0x2000u, 30u));
  EXPECT_EQ(edited("OFF"), std::pair(0x2000u, 0u));
  EXPECT_EQ(edited("CODE"), std::pair(0x2000u, 10u));
  EXPECT_EQ(edited("TEXT"), std::pair(0x200Au, 20u));
  diagnose(0x5C, 0x2000, 4);
  EXPECT_EQ(gr(4), 0u);
}

TEST_F(Diagnose, TheSizeOfStorageIsToldInBytes) {
  diagnose(0x60, 0, 0);
  EXPECT_EQ(gr(2), 256u * 1024);
}

TEST_F(Diagnose, ThereAreNoNamedSegments) {
  put_text("ONE", 0x2000, "CMSSEG  ");
  for (const u32 function : {0x00u, 0x04u, 0x08u, 0x0Cu}) {
    diagnose_keeping_cc(0x64, 0x2000, function);
    ASSERT_TRUE(ended_normally());
    EXPECT_EQ(kept_cc(), 2u);
    EXPECT_EQ(gr(4), 44u);
  }
  diagnose(0x64, 0x2000, 0x10);
  EXPECT_EQ(exception(), kSpecification);
  diagnose(0x64, 0x3FFFC, 0x0C);
  EXPECT_EQ(exception(), kAddressing);
}

// ---- 14 ----

class DiagnoseSpool : public Diagnose {
 protected:
  DiagnoseSpool() {
    type("ONE", "SPOOL D TO *");
    type("ONE", "SPOOL E TO *");
  }
  // Two files: of 200 cards, which are more than a page, and of one line.
  void make_files() {
    for (int n = 0; n < 200; ++n) print("ONE", fmt::format("CARD {:03}", n), 0x00D);
    type("ONE", "CLOSE D NAME MY DECK");
    print("ONE", "LINE");
    type("ONE", "CLOSE E");
  }
  unsigned call(u32 function, u32 rx, u32 ry = 0x00C) {
    monitor_->release_cpu();
    gr(5) = function;
    diagnose_keeping_cc(0x14, rx, ry);
    EXPECT_TRUE(ended_normally());
    return kept_cc();
  }
  // The first record of the page at 4000.
  std::string first_record() { return text("ONE", 0x4020, word("ONE", 0x4014) & 0xFFFF); }
};

TEST_F(DiagnoseSpool, FilesAreReadPageByPage) {
  make_files();
  ASSERT_EQ(call(0x0000, 0x4000), 0u);
  EXPECT_EQ(word("ONE", 0x400C), 169u);  // 24 bytes each and 8 of data
  EXPECT_EQ(word("ONE", 0x4010), 0x09000020u);
  EXPECT_EQ(word("ONE", 0x4018), 0x08000028u);
  EXPECT_EQ(first_record(), "CARD 000");
  ASSERT_EQ(call(0x0000, 0x4000), 0u);
  EXPECT_EQ(word("ONE", 0x400C), 31u);
  EXPECT_EQ(first_record(), "CARD 169");
  EXPECT_EQ(call(0x0000, 0x4000), 1u);
  EXPECT_THAT(ids(), ElementsAre(2));
  EXPECT_EQ(call(0x0000, 0x4000), 0u);
  EXPECT_EQ(first_record(), "LINE");
  EXPECT_EQ(call(0x0000, 0x4000), 1u);
  EXPECT_EQ(call(0x0000, 0x4000), 2u);
}

TEST_F(DiagnoseSpool, AFileIsBackspacedRestartedAndRepeated) {
  make_files();
  EXPECT_EQ(call(0x0018, 0x4000), 2u);
  EXPECT_EQ(call(0x0014, 0x4000), 2u);
  EXPECT_EQ(call(0x0010, 1), 2u);
  call(0x0000, 0x4000);
  EXPECT_EQ(call(0x0018, 0x4000), 0u);
  EXPECT_EQ(first_record(), "CARD 000");
  call(0x0000, 0x4000);
  EXPECT_EQ(first_record(), "CARD 169");
  EXPECT_EQ(call(0x0018, 0x4000), 0u);
  EXPECT_EQ(first_record(), "CARD 000");
  EXPECT_EQ(call(0x0014, 0x4000), 0u);
  EXPECT_EQ(call(0x0010, 1), 0u);
  call(0x0000, 0x4000);
  call(0x0000, 0x4000);
  ASSERT_EQ(call(0x0000, 0x4000), 0u);
  EXPECT_EQ(first_record(), "CARD 000");
  call(0x0000, 0x4000);
  EXPECT_EQ(call(0x0000, 0x4000), 1u);
}

TEST_F(DiagnoseSpool, AReaderThatHoldsKeepsTheFile) {
  make_files();
  type("ONE", "SPOOL C HOLD");
  call(0x0000, 0x4000);
  EXPECT_EQ(spool_->find(1)->state, SpoolState::active);
  type("ONE", "CLOSE C");
  EXPECT_EQ(spool_->find(1)->state, SpoolState::closed);
  call(0x0000, 0x4000);
  type("ONE", "CLOSE C NOHOLD");
  EXPECT_EQ(spool_->find(1), nullptr);
}

TEST_F(DiagnoseSpool, AFileIsSelectedByItsNumber) {
  make_files();
  EXPECT_EQ(call(0x000C, 2), 0u);
  call(0x0000, 0x4000);
  EXPECT_EQ(first_record(), "LINE");
  EXPECT_EQ(call(0x000C, 77), 2u);
}

TEST_F(DiagnoseSpool, AnothersFileIsNotSelected) {
  log_on("TWO");
  type("TWO", "SPOOL D TO *");
  const SpoolId others = make_file("TWO", "SECRET", 0x00D);
  EXPECT_EQ(call(0x000C, others), 2u);
  EXPECT_EQ(call(0x0FFF, 0x4000, others), 2u);
  EXPECT_EQ(call(0x0FFF, 0x4000, 0), 1u);
  EXPECT_EQ(call(0x0000, 0x4000), 2u);
}

TEST_F(DiagnoseSpool, FileBlocksTellOfFiles) {
  make_files();
  ASSERT_EQ(call(0x0008, 0x4000), 0u);
  EXPECT_EQ(text("ONE", 0x4008, 16), "ONE     ONE     ");
  EXPECT_EQ(word("ONE", 0x4018), 200u);
  EXPECT_EQ(word("ONE", 0x401C), 80u << 16 | 1);
  EXPECT_EQ(text("ONE", 0x4028, 24), "MY          DECK        ");
  EXPECT_EQ(text("ONE", 0x4040, 16), "09/09/0101:46:40");
  EXPECT_EQ(text("ONE", 0x4056, 1), "A");
  EXPECT_EQ(call(0x0008, 0x4000), 1u);
  EXPECT_EQ(call(0x0004, 0x4000), 0u);
  EXPECT_EQ(word("ONE", 0x401C) & 0xFFFF, 2u);
  EXPECT_EQ(call(0x001C, 0x4000), 2u);
}

TEST_F(DiagnoseSpool, FilesAreDescribedOneBehindTheOther) {
  make_files();
  ASSERT_EQ(call(0x0FFF, 0x4000, 0), 0u);
  EXPECT_EQ(word("ONE", 0x401C) & 0xFFFF, 1u);
  ASSERT_EQ(call(0x0FFF, 0x4000, 1), 0u);
  EXPECT_EQ(word("ONE", 0x401C) & 0xFFFF, 2u);
  EXPECT_EQ(call(0x0FFF, 0x4000, 2), 1u);
}

TEST_F(DiagnoseSpool, WrongDevicesAreTold) {
  EXPECT_EQ(call(0x0000, 0x4000, 0x077), 3u);
  EXPECT_EQ(gr(5), 4u);
  EXPECT_EQ(call(0x0000, 0x4000, 0x00E), 3u);
  EXPECT_EQ(gr(5), 8u);
  EXPECT_EQ(call(0x0000, 0x4000, ~0u), 3u);
  EXPECT_EQ(gr(5), 4u);
}

TEST_F(DiagnoseSpool, ItHasItsExceptions) {
  const auto exception_of = [&](u32 function, u32 rx) {
    monitor_->release_cpu();
    gr(5) = function;
    diagnose(0x14, rx, 0x00C);
    return exception();
  };
  EXPECT_EQ(exception_of(0x0000, 0x4800), kSpecification);
  EXPECT_EQ(exception_of(0x0000, 0x40000), kAddressing);
  EXPECT_EQ(exception_of(0x0004, 0x4004), kSpecification);
  EXPECT_EQ(exception_of(0x0004, 0x3FFF8), kAddressing);
  EXPECT_EQ(exception_of(0x0FFF, 0x3FFF0), kAddressing);
  EXPECT_EQ(exception_of(0x0003, 0x4000), kSpecification);
  run_guest("ONE", "8325 0014");  // an odd register
  EXPECT_EQ(exception(), kSpecification);
}

// ---- 18, 20, 24 ----

class DiagnoseIo : public Diagnose {
 protected:
  DiagnoseIo() {
    const std::string path = test::make_volume(disks_, "volume", "3330", 4, test::Format::zlib);
    {
      const auto store = test::open_for_test(path);
      Track track({1, 2});
      track.append(make_count({1, 2}, 1, 0, 100), std::vector<u8>(100, 0xAB));
      EXPECT_TRUE(store->write(track));
      EXPECT_TRUE(store->flush());
    }
    auto disk = make_ckd_device("3330", std::vector<std::string>{path}, environment_);
    EXPECT_TRUE(disk) << disk.error().message;
    EXPECT_TRUE(machine("ONE").channels().attach(0x191, std::move(*disk)));
    // At 2000: seek, search, TIC, read or write of 100 bytes at 3000.
    put("ONE", 0x2000, "07002100 40000006 31002102 40000005 08002008 00000000 06003000 20000064");
    put("ONE", 0x2100, "0000 0001 0002 01");
  }
  unsigned disk_io(u32 ccws = 0x2000, u32 count = 1, u32 address = 0x191) {
    monitor_->release_cpu();
    gr(15) = count;
    diagnose_keeping_cc(0x18, address, ccws);
    EXPECT_TRUE(ended_normally());
    return kept_cc();
  }
  unsigned any_io(u32 address, u32 ccws) {
    diagnose_keeping_cc(0x20, address, ccws);
    EXPECT_TRUE(ended_normally());
    return kept_cc();
  }
  std::pair<unsigned, u32> wrong_disk_io(u32 at, const char* change, u32 count = 1) {
    std::string before;
    for (u32 n = 0; n < 8; ++n) before += fmt::format("{:02X}", *machine("ONE").storage().at(at + n));
    put("ONE", at, change);
    const std::pair answer(disk_io(0x2000, count), gr(15));
    put("ONE", at, before);
    return answer;
  }
  tools::TemporaryFolder disks_;
};

TEST_F(DiagnoseIo, ADiskIsReadAndWritten) {
  EXPECT_EQ(disk_io(), 0u);
  EXPECT_EQ(word("ONE", 0x3000), 0xABABABABu);
  put("ONE", 0x2018, "05");
  put("ONE", 0x3000, "01020304");
  EXPECT_EQ(disk_io(), 0u);
  put("ONE", 0x2018, "06");
  put("ONE", 0x3000, "00000000");
  EXPECT_EQ(disk_io(), 0u);
  EXPECT_EQ(word("ONE", 0x3000), 0x01020304u);
  EXPECT_FALSE(machine("ONE").channels().any_pending());
}

TEST_F(DiagnoseIo, WhatIsNoDiskIsTold) {
  EXPECT_EQ(disk_io(0x2000, 1, 0x777), 1u);
  EXPECT_EQ(gr(15), 1u);
  EXPECT_EQ(disk_io(0x2000, 1, 0x00E), 1u);
  EXPECT_EQ(gr(15), 2u);
  EXPECT_EQ(disk_io(0x2000, 1, 0xFFFFF191), 1u);
  EXPECT_EQ(gr(15), 1u);
}

TEST_F(DiagnoseIo, ABusyDiskIsTold) {
  ASSERT_TRUE(machine("ONE").channels().present(0x191, unit_status::kDeviceEnd));
  machine("ONE").channels().advance({});
  EXPECT_EQ(disk_io(), 1u);
  EXPECT_EQ(gr(15), 5u);
}

TEST_F(DiagnoseIo, AWrongStringOfCcwsIsRefused) {
  EXPECT_EQ(disk_io(0x2004), 2u);
  EXPECT_EQ(gr(15), 5u);
  using Answer = std::pair<unsigned, u32>;
  EXPECT_EQ(wrong_disk_io(0x2000, "07040000"), Answer(2, 6));
  EXPECT_EQ(wrong_disk_io(0x2018, "02"), Answer(2, 7));
  EXPECT_EQ(wrong_disk_io(0x2018, "06003000 20000000"), Answer(2, 8));
  EXPECT_EQ(wrong_disk_io(0x2018, "06003000 20000801"), Answer(2, 9));
  EXPECT_EQ(wrong_disk_io(0x2018, "0603FFF0 20000064"), Answer(2, 10));
  EXPECT_EQ(wrong_disk_io(0x2018, "06003000 20000064", 0), Answer(2, 11));
  EXPECT_EQ(wrong_disk_io(0x2018, "06003000 20000064", 2), Answer(2, 11));
  EXPECT_EQ(wrong_disk_io(0x2018, "06003000 20000064", 16), Answer(2, 11));
  put("ONE", 0x3FFF8, "07002100 40000006");
  EXPECT_EQ(disk_io(0x3FFF8), 2u);
  EXPECT_EQ(gr(15), 6u);
}

TEST_F(DiagnoseIo, AFailureGivesTheCsw) {
  put("ONE", 0x2100, "0000 7777 0002 01");
  EXPECT_EQ(disk_io(), 3u);
  EXPECT_EQ(gr(15), 13u);
  EXPECT_EQ(word("ONE", 0x44) >> 24 & unit_status::kUnitCheck, unit_status::kUnitCheck);
}

TEST_F(DiagnoseIo, AnyDeviceButATerminalIsDriven) {
  put("ONE", 0x2200, "09003000 20000005");
  put_text("ONE", 0x3000, "HELLO");
  EXPECT_EQ(any_io(0x00E, 0x2200), 0u);
  type("ONE", "CLOSE E");
  EXPECT_THAT(text_of(1), ElementsAre("HELLO"));
  EXPECT_EQ(any_io(0x009, 0x2200), 3u);
  EXPECT_EQ(gr(15), 13u);
  EXPECT_EQ(any_io(0x777, 0x2200), 1u);
  EXPECT_EQ(gr(15), 1u);
}

TEST_F(DiagnoseIo, ExceptionsOfADeviceAreTold) {
  type("ONE", "SPOOL D TO *");
  const auto send_card = [this] {
    make_file("ONE", "CARD", 0x00D);
    // The device end of the reader's becoming ready.
    ChannelSubsystem& channels = machine("ONE").channels();
    channels.advance({});
    if (channels.any_pending()) channels.accept({}, ~0u);
  };
  send_card();
  put("ONE", 0x2200, "02003000 00000050");
  EXPECT_EQ(any_io(0x00C, 0x2200), 2u);
  EXPECT_EQ(gr(15), 3u) << "a card of the spool has no blanks at its end here";
  EXPECT_EQ(text("ONE", 0x3000, 4), "CARD");
  EXPECT_EQ(any_io(0x00C, 0x2200), 2u);
  EXPECT_EQ(gr(15), 2u) << "unit exception";
  EXPECT_EQ(any_io(0x00C, 0x2200), 3u);
  EXPECT_EQ(gr(4) & 0xFF00, u32{sense::kInterventionRequired} << 8);
  send_card();
  put("ONE", 0x2200, "02003000 20000050");
  EXPECT_EQ(any_io(0x00C, 0x2200), 0u);
}

TEST_F(DiagnoseIo, AStorageKeyIsHonoured) {
  machine("ONE").storage().set_key(0x3000 >> kBlockShift, 0x20);
  EXPECT_EQ(any_io(0x191, 0x10002000), 3u);
  EXPECT_EQ(any_io(0x191, 0x20002000), 0u);
}

TEST_F(DiagnoseIo, AnEndlessProgramIsGivenUp) {
  put("ONE", 0x2200, "03003000 60000001 08002200 00000000");
  EXPECT_EQ(any_io(0x191, 0x2200), 3u);
  EXPECT_EQ(gr(15), 13u);
  EXPECT_EQ(disk_io(), 0u) << "the disk is free again";
}

TEST_F(DiagnoseIo, DevicesAreDescribed) {
  diagnose_keeping_cc(0x24, 0x00E, 0);
  EXPECT_EQ(kept_cc(), 2u);
  EXPECT_EQ(gr(4), 0x10410004u);
  diagnose_keeping_cc(0x24, ~0u, 0);
  EXPECT_EQ(kept_cc(), 0u);
  EXPECT_EQ(gr(2), 0x009u);
  EXPECT_EQ(gr(4), 0x80000000u);
  EXPECT_EQ(gr(5), 0x80000050u);
  diagnose_keeping_cc(0x24, 0x777, 0);
  EXPECT_EQ(kept_cc(), 3u);
}

// ---- 58 ----

class DiagnoseDisplay : public Diagnose {
 protected:
  unsigned display(u32 ccws, u32 console = 0x009) {
    lines_.clear();
    diagnose_keeping_cc(0x58, ccws, console);
    EXPECT_TRUE(ended_normally());
    lines_["ONE"].erase(std::remove_if(lines_["ONE"].begin(), lines_["ONE"].end(),
                                       [](const std::string& line) { return line.starts_with("DMKDSP"); }),
                        lines_["ONE"].end());
    return kept_cc();
  }
};

TEST_F(DiagnoseDisplay, DataBecomeLines) {
  put("ONE", 0x2000, "19003000 60000054 190030A0 20000003");
  put_text("ONE", 0x3000, std::string(160, ' '));
  put_text("ONE", 0x3000, "FIRST");
  put_text("ONE", 0x3000 + 80, "NEXT");
  put_text("ONE", 0x30A0, "END");
  EXPECT_EQ(display(0x2000), 0u);
  EXPECT_THAT(lines_["ONE"], ElementsAre("FIRST", "NEXT", "END"));
}

TEST_F(DiagnoseDisplay, AttributesAndNoCharactersAreBlanks) {
  put("ONE", 0x2000, "19003000 20000006");
  put("ONE", 0x3000, "C1 1DE8 C2 00 C3");
  EXPECT_EQ(display(0x2000), 0u);
  EXPECT_THAT(lines_["ONE"], ElementsAre("A B C"));
}

TEST_F(DiagnoseDisplay, EndIsAnInterruption) {
  put("ONE", 0x2000, "19003000 20FF0001");
  EXPECT_EQ(display(0x2000), 0u);
  EXPECT_THAT(lines_["ONE"], IsEmpty());
  EXPECT_TRUE(machine("ONE").channels().has_pending_status(0x009));
  EXPECT_EQ(display(0x2000), 2u);
}

TEST_F(DiagnoseDisplay, WrongProgramsAreRefused) {
  put("ONE", 0x2000, "19003000 20000000");
  EXPECT_EQ(display(0x2000), 1u);
  EXPECT_EQ(word("ONE", 0x44) >> 16, u32{channel_status::kProgramCheck});
  put("ONE", 0x2000, "1903FFFF 20000002");
  EXPECT_EQ(display(0x2000), 1u);
  put("ONE", 0x2000, "29003000 20800010");
  EXPECT_EQ(display(0x2000), 1u);
  EXPECT_EQ(word("ONE", 0x44) >> 24, u32{unit_status::kEnd | unit_status::kUnitCheck});
  put("ONE", 0x3FFF8, "19003000 60FF0001");
  EXPECT_EQ(display(0x3FFF8), 1u);
  EXPECT_EQ(display(0x2000, 0x00E), 3u);
  EXPECT_EQ(display(0x2000, 0xFFFF0009), 3u);
  diagnose(0x58, 0x2004, 0x009);
  EXPECT_EQ(exception(), kSpecification);
}

// ---- Everything everywhere ----

// No operands, however wild, bring CP to fail, or reach another's storage.
class WildDiagnose : public Diagnose, public testing::WithParamInterface<AssistLevel> {
 protected:
  WildDiagnose() : Diagnose(GetParam()) {}
};

TEST_P(WildDiagnose, ChangesNoNeighboursStorage) {
  log_on("TWO");
  for (u32 address = 0; address < 256 * 1024; address += 4096) put("TWO", address, "5AA5C33C");
  constexpr u32 kValues[] = {0,          1,          8,          0x9,        0xC,        0xFFF,    0x1000,
                             0x2000,     0x3F000,    0x3FFF8,    0x3FFFF,    0x40000,    0xFFFFF8, 0xFFFFFF,
                             0x80000000, 0x40000010, 0x40FFFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 0x00E,    0x190};
  u32 seed = 1;
  const auto any = [&] {
    seed = seed * 1103515245 + 12345;
    return kValues[(seed >> 16) % std::size(kValues)];
  };
  for (const u32 code : {0x00u, 0x08u, 0x0Cu, 0x10u, 0x14u, 0x18u, 0x20u, 0x24u, 0x4Cu, 0x58u, 0x5Cu, 0x60u, 0x64u}) {
    for (int n = 0; n < 200; ++n) {
      monitor_->release_cpu();
      for (const unsigned r : {3u, 5u, 15u}) gr(r) = any();
      diagnose(code, any(), any());
      ASSERT_NE(cp().find("ONE"), nullptr);
    }
  }
  for (u32 address = 0; address < 256 * 1024; address += 4096) EXPECT_EQ(word("TWO", address), 0x5AA5C33Cu);
}

INSTANTIATE_TEST_SUITE_P(All, WildDiagnose, testing::Values(AssistLevel::none, AssistLevel::vma),
                         [](const auto& level) { return level.param == AssistLevel::none ? "none" : "vma"; });

}  // namespace
}  // namespace replica::vmm
