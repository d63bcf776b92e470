// OPTION of the directory: ECMODE and what a machine is without it, VIRT=REAL, ACCT.
#include <sstream>

#include "tests/vmm/cp/control_program_fixture.h"

namespace replica::vmm {
namespace {

constexpr const char* kOptionUsers = R"(
USER BASIC NOLOG 256K 1M G
 CONSOLE 009 3215
USER EXTENDED NOLOG 256K 1M G
 OPTION ECMODE
 CONSOLE 009 3215
USER TIMED NOLOG 256K 1M G
 OPTION REALTIMER CPUID 123ABC
 CONSOLE 009 3215
USER REAL1 NOLOG 256K 512K G
 OPTION VIRT=REAL
 CONSOLE 009 3215
USER REAL2 NOLOG 256K 512K G
 OPTION VIRT=REAL
 CONSOLE 009 3215
USER BIG NOLOG 16M 16M G
 CONSOLE 009 3215
USER BILLER NOLOG 64K 1M G
 ACCOUNT BILLACCT
 OPTION ACCT
 CONSOLE 009 3215
USER PAYER NOLOG 64K 1M G
 ACCOUNT PAYACCT
)";

class Options : public ControlProgramTest {
 protected:
  Options() : ControlProgramTest(kOptionUsers) {}

  // The code of the program interruption that ends instructions, as in the old BC-mode PSW; 0 if none does.
  u32 exception(const std::string& user, std::string_view instructions) {
    put(user, 40, "00000000 00000000");
    run_guest(user, instructions);
    return ended_at(user) == kProgramNew ? word(user, 40) & 0xFFFF : 0;
  }
  static constexpr u32 kOperation = 1, kTranslationSpecification = 0x12;
};

// ---- ECMODE ----

TEST_F(Options, WithoutEcmodeItsInstructionsAreOperationExceptions) {
  log_on("BASIC");
  log_on("EXTENDED");
  const struct {
    const char* name;
    const char* instruction;
    u32 extended;  // the exception that there is with ECMODE
  } kCases[] = {
      {"STNSM", "ACFF 0C00", 0},      {"STOSM", "AD00 0C00", 0},
      {"PTLB", "B20D 0000", 0},       {"RRB", "B213 0000", 0},
      {"SCKC", "B206 0C00", 0},       {"STCKC", "B207 0C00", 0},
      {"SPT", "B208 0C00", 0},        {"STPT", "B209 0C00", 0},
      {"TPROT", "E501 0C00 0000", 0}, {"LRA", "B110 0C00", kTranslationSpecification},
  };
  for (const auto& each : kCases) {
    EXPECT_EQ(exception("BASIC", each.instruction), kOperation) << each.name;
    EXPECT_EQ(exception("EXTENDED", each.instruction), each.extended) << each.name;
    // As the target of an EXECUTE: LA 1,0C0(0); EX 0,0(1).
    for (const std::string user : {"BASIC", "EXTENDED"}) put(user, 0xC80, each.instruction);
    EXPECT_EQ(exception("BASIC", "4110 0C80 4400 1000"), kOperation) << each.name;
    EXPECT_EQ(exception("EXTENDED", "4110 0C80 4400 1000"), each.extended) << each.name;
  }
}

TEST_F(Options, WithoutEcmodePrivilegedInstructionsOfOldAreThere) {
  log_on("BASIC");
  gr("BASIC", 2) = 0x2000;
  gr("BASIC", 3) = 0x30;
  EXPECT_EQ(exception("BASIC", "0832 0942 8000 0C00 B202 0C40 9D00 0009"), 0u);  // SSK, ISK, SSM, STIDP, TIO
  EXPECT_EQ(gr("BASIC", 4) & 0xF0, 0x30u);
}

TEST_F(Options, TheModifierOfAnExecuteMakesTheInstructionWhatItIs) {
  log_on("BASIC");
  put("BASIC", 0xC80, "B202 0C40");  // STIDP
  gr("BASIC", 5) = 0x0B;             // becomes B20B: IPK
  EXPECT_EQ(exception("BASIC", "4110 0C80 4450 1000"), 0u);
  gr("BASIC", 5) = 0x07;  // becomes B207: STCKC
  EXPECT_EQ(exception("BASIC", "4110 0C80 4450 1000"), kOperation);
}

TEST_F(Options, WithoutEcmodeThereIsControlRegister0Alone) {
  log_on("BASIC");
  log_on("EXTENDED");
  for (const std::string user : {"BASIC", "EXTENDED"}) {
    put(user, 0xC00, "80000001 12345678 0F0F0F0F");
    EXPECT_EQ(exception(user, "B702 0C00 B602 0C20"), 0u);  // LCTL 0,2; STCTL 0,2
    EXPECT_EQ(word(user, 0xC20), 0x80000001u);
  }
  EXPECT_EQ(word("BASIC", 0xC24), 0u);
  EXPECT_EQ(word("BASIC", 0xC28), 0xFFFFFFFFu);  // as after a reset
  EXPECT_EQ(word("EXTENDED", 0xC24), 0x12345678u);
  EXPECT_EQ(word("EXTENDED", 0xC28), 0x0F0F0F0Fu);
}

TEST_F(Options, WithoutEcmodeAnEcPswStopsTheMachine) {
  log_on("BASIC");
  log_on("EXTENDED");
  for (const std::string user : {"BASIC", "EXTENDED"}) {
    put(user, 0xC00, "000A0000 00000ABC");
    run_guest(user, "8200 0C00");
  }
  EXPECT_THAT(lines_["BASIC"], Contains(HasSubstr("CP ENTERED; INVALID PSW '000A0000 00000ABC'")));
  EXPECT_THAT(lines_["EXTENDED"], Contains(HasSubstr("CP ENTERED; DISABLED WAIT PSW '000A0000 00000ABC'")));
}

TEST_F(Options, SetEcmodeResetsTheMachineAndChangesWhatItIs) {
  log_on("BASIC");
  EXPECT_THAT(type("BASIC", "QUERY SET"), Contains(HasSubstr("ECMODE OFF")));
  EXPECT_THAT(type("BASIC", "SET ECMODE ON"), IsEmpty());
  EXPECT_THAT(type("BASIC", "QUERY SET"), Contains(HasSubstr("ECMODE ON")));
  EXPECT_EQ(exception("BASIC", "B20D 0000"), 0u);
  type("BASIC", "SET ECMODE OFF");
  EXPECT_EQ(exception("BASIC", "B20D 0000"), kOperation);
  EXPECT_THAT(type("BASIC", "SET ECMODE MAYBE"), ElementsAre(StartsWith("DMKCFS026E")));
}

// ---- REALTIMER, CPUID ----

TEST_F(Options, WithRealtimerTheIntervalTimerRunsOnWhileTheMachineWaits) {
  constexpr u32 kExternalNew = 88;
  for (const std::string user : {"BASIC", "TIMED"}) {
    log_on(user);
    put(user, 80, "00000100");              // a 300th of a second
    put(user, 0xC00, "01020000 00000ABC");  // waits for it
    run_guest(user, "8200 0C00");
  }
  EXPECT_EQ(ended_at("BASIC"), 0xABCu);
  EXPECT_EQ(ended_at("TIMED"), kExternalNew);
  EXPECT_EQ(word("TIMED", 24) & 0xFFFF, 0x0080u);
  EXPECT_THAT(type("TIMED", "QUERY SET"), Contains(HasSubstr("TIMER REAL")));
}

TEST_F(Options, CpuidIsTheSerialNumber) {
  log_on("TIMED");
  run_guest("TIMED", "B202 0C00");  // STIDP
  EXPECT_EQ(word("TIMED", 0xC00), 0xFF123ABCu);
}

// ---- VIRT=REAL ----

class VirtualIsReal : public Options {
 protected:
  // Without the VMM's own.
  u32 locked_frames() const { return monitor_->frames().locked_frames() - 1; }
  GuestStorage& storage(const std::string& user) { return machine(user).storage(); }
  // More than real storage has.
  void fill(const std::string& user) {
    for (u32 page = 0; page < storage(user).size() >> 12; ++page)
      put(user, page << 12, fmt::format("{:08X}", page + 1));
  }
};

TEST_F(VirtualIsReal, AddressesAreRealOnesAndNothingIsPaged) {
  log_on("BIG");
  fill("BIG");  // has the frames that are wanted
  log_on("REAL1");
  EXPECT_THAT(lines_["REAL1"], IsEmpty());
  EXPECT_EQ(locked_frames(), 64u);
  put("REAL1", 0x3000, "C1C2C3C4");
  fill("BIG");
  for (u32 page = 1; page < 64; ++page) EXPECT_EQ(storage("REAL1").frame(page), page);
  EXPECT_EQ(storage("REAL1").frame(0), 64u);  // frame 0 is the VMM's
  EXPECT_EQ(word("REAL1", 0x3000), 0xC1C2C3C4u);
  EXPECT_EQ(storage("REAL1").page_ins(), 0u);
  // Who had them has lost nothing.
  for (u32 page = 0; page < 4096; ++page) EXPECT_EQ(word("BIG", page << 12), page + 1);
  type("REAL1", "LOGOFF");
  EXPECT_EQ(locked_frames(), 0u);
}

TEST_F(VirtualIsReal, ItsGuestRuns) {
  log_on("REAL1");
  gr("REAL1", 1) = 0x3F000;
  gr("REAL1", 2) = 0x12345678;
  run_guest("REAL1", "5020 1008 5030 0200");  // ST 2,8(,1); ST 3,200
  EXPECT_EQ(load_be32(monitor_->frames().real().at(0x3F008)), 0x12345678u);
  EXPECT_EQ(ended_at("REAL1"), kEnd);
}

TEST_F(VirtualIsReal, OneUserAtATimeHasIt) {
  log_on("REAL1");
  log_on("REAL2");
  EXPECT_THAT(lines_["REAL2"], ElementsAre("VIRT=REAL AREA IN USE BY REAL1; STORAGE IS VIRTUAL"));
  EXPECT_FALSE(storage("REAL2").is_fixed());
  type("REAL1", "LOGOFF");
  type("REAL2", "LOGOFF");
  lines_.clear();
  log_on("REAL2");
  EXPECT_THAT(lines_["REAL2"], IsEmpty());
  EXPECT_TRUE(storage("REAL2").is_fixed());
}

TEST_F(VirtualIsReal, AFrameThatIsLockedKeepsItAway) {
  log_on("BIG");
  storage("BIG").lock(5);
  ASSERT_LE(storage("BIG").frame(5), 64u);
  log_on("REAL1");
  EXPECT_THAT(lines_["REAL1"], ElementsAre(StartsWith("VIRT=REAL AREA NOT AVAILABLE; STORAGE IS VIRTUAL: frame ")));
  EXPECT_EQ(locked_frames(), 1u);
  run_guest("REAL1", "0000");
  EXPECT_EQ(ended_at("REAL1"), kProgramNew);
}

TEST_F(VirtualIsReal, StaysSoWhenStorageIsClearedAndDefined) {
  log_on("REAL1");
  put("REAL1", 0x3000, "C1C2C3C4");
  type("REAL1", "SYSTEM CLEAR");
  EXPECT_EQ(storage("REAL1").frame(3), 3u);
  EXPECT_EQ(word("REAL1", 0x3000), 0u);
  EXPECT_THAT(type("REAL1", "DEFINE STORAGE 512K"), ElementsAre("STORAGE = 00512K"));
  EXPECT_EQ(storage("REAL1").frame(127), 127u);
  EXPECT_EQ(storage("REAL1").frame(0), 128u);
  EXPECT_EQ(locked_frames(), 128u);
  EXPECT_THAT(type("LOCK REAL1 0 1"), ElementsAre(StartsWith("DMKCPV160E")));
  EXPECT_THAT(type("UNLOCK REAL1 0 1"), ElementsAre(StartsWith("DMKCPV160E")));
  // Somebody locks a frame beyond 256K, but not beyond 512K.
  type("REAL1", "DEFINE STORAGE 256K");
  log_on("BIG");
  for (u32 page = 0; page < 8; ++page) storage("BIG").lock(page);
  ASSERT_LT(storage("BIG").frame(0), 128u);
  EXPECT_THAT(type("REAL1", "DEFINE STORAGE 512K"),
              ElementsAre("VIRT=REAL AREA NOT AVAILABLE; STORAGE IS VIRTUAL", "STORAGE = 00512K"));
  EXPECT_EQ(locked_frames(), 8u);
}

// ---- ACCT, and accounting ----

class Accounting : public Options {
 protected:
  // The condition code of DIAGNOSE X'4C' with registers 2 and 4, by BALR 6,0.
  unsigned diagnose(const std::string& user, u32 rx, u32 ry) {
    monitor_->release_cpu();
    gr(user, 2) = rx;
    gr(user, 4) = ry;
    run_guest(user, "8324 004C 0560");
    EXPECT_EQ(ended_at(user), kEnd);
    return gr(user, 6) >> 28 & 3;
  }
  // The records that there are, without their date.
  Lines records() {
    Lines lines;
    std::istringstream file(folder_.read("accounting"));
    for (std::string line; std::getline(file, line);) lines.push_back(line.substr(13));
    return lines;
  }
};

TEST_F(Accounting, AnotherUserIsCharged) {
  log_on("BILLER");
  put_text("BILLER", 0x800, "PAYER   OTHERACCNOBODY  ");
  EXPECT_EQ(diagnose("BILLER", 0x800, 0), 0u);
  EXPECT_EQ(diagnose("BILLER", 0x800, 4), 0u);
  EXPECT_EQ(diagnose("BILLER", 0, 0), 0u);
  EXPECT_EQ(diagnose("BILLER", 0x810, 0), 2u);
  EXPECT_EQ(diagnose("BILLER", 0x800, 1), 3u);
  type("BILLER", "LOGOFF");
  EXPECT_THAT(records(), ElementsAre(StartsWith("BILLER  BILLACCT"), StartsWith("PAYER   PAYACCT "),
                                     StartsWith("PAYER   OTHERACC"), StartsWith("BILLER  BILLACCT")));
}

TEST_F(Accounting, AProgramMakesARecord) {
  log_on("BILLER");
  put_text("BILLER", 0x800, fmt::format("{:70}", "JOB 42"));
  EXPECT_EQ(diagnose("BILLER", 0x800, 0x10), 0u);
  EXPECT_THAT(records(), ElementsAre(fmt::format("BILLER  {:70}C0", "JOB 42")));
}

TEST_F(Accounting, WithoutTheOptionNothingIsDone) {
  log_on("BASIC");
  put_text("BASIC", 0x800, "PAYER   ");
  EXPECT_EQ(diagnose("BASIC", 0x800, 0), 1u);
  EXPECT_EQ(diagnose("BASIC", 0x800, 0x10), 1u);
  type("BASIC", "LOGOFF");
  EXPECT_THAT(records(), ElementsAre(StartsWith("BASIC   ")));
}

TEST_F(Accounting, AcntRecordsWhatWasUsedSinceTheLastTime) {
  log_on("BASIC");
  log_on("BILLER");
  lines_.clear();
  run_guest("BASIC", "9D00 0009");
  EXPECT_THAT(type("ACNT BASIC"), IsEmpty());
  EXPECT_THAT(lines_["BASIC"], Contains(StartsWith("CONNECT= 00:00:00 VIRTCPU= 000:00.00")));
  type("BASIC", "SET ACNT OFF");
  lines_.clear();
  type("ACNT ALL");
  EXPECT_THAT(lines_["BASIC"], IsEmpty());
  EXPECT_THAT(lines_["BILLER"], ElementsAre(StartsWith("CONNECT= ")));
  EXPECT_THAT(records(), ElementsAre(StartsWith("BASIC   "), StartsWith("BASIC   "), StartsWith("BILLER  ")));
  EXPECT_THAT(type("ACNT NOBODY"), ElementsAre(HasSubstr("045E")));
  EXPECT_THAT(type("ACNT"), ElementsAre(HasSubstr("026E")));
  EXPECT_THAT(type("BASIC", "ACNT ALL"), ElementsAre(StartsWith("DMKCFC001E")));
}

}  // namespace
}  // namespace replica::vmm
