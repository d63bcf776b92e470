// TRACE and ADSTOP: what is told, where the machine stops, and that the guest does not notice.
#include "tests/vmm/cp/control_program_fixture.h"

namespace replica::vmm {
namespace {

class Trace : public ControlProgramTest, public testing::WithParamInterface<AssistLevel> {
 protected:
  Trace() : ControlProgramTest(kUsers, GetParam()) {
    log_on("ONE");
    for (const u32 location : {88u, 96u, 104u, 112u, 120u})
      put("ONE", location, fmt::format("00020000{:08X}", location));
  }
  // LA 1,1; BCTR 1,0; SVC 5 with a new PSW that goes on at 1010; SIO to nowhere; wait.
  void prepare() {
    put("ONE", 96, "00000000 00001010");
    put("ONE", 0x1010, "9C00 0777 8200 0FF8");
    put("ONE", 0x1000, "4110 0001 0610 0A05");
    put("ONE", 0xFF8, "00020000 00000FF8");
    monitor_->release_cpu();
    machine("ONE").cpu().load_psw(0x1000);
  }
  Lines go(u64 instructions = 100'000) {
    lines_["ONE"].clear();
    execute_user_line(cp(), session("ONE"), "BEGIN");
    run(instructions);
    monitor_->release_cpu();
    return lines_["ONE"];
  }
  bool is_stopped() { return machine("ONE").state() == VirtualMachine::State::stopped; }
  u32 at() { return machine("ONE").cpu().psw.address; }
  static constexpr const char* kWait = "DMKDSP450W CP ENTERED; DISABLED WAIT PSW '00020000 00000FF8'";
};

TEST_P(Trace, SupervisorCallsAreTold) {
  prepare();
  type("ONE", "TRACE SVC RUN");
  EXPECT_THAT(go(), ElementsAre("*** 001006 SVC  05 ==> 001010", kWait));
}

TEST_P(Trace, TheMachineStopsAtEach) {
  prepare();
  type("ONE", "TRACE SVC");
  EXPECT_THAT(go(), ElementsAre("*** 001006 SVC  05 ==> 001010"));
  EXPECT_TRUE(is_stopped());
  EXPECT_EQ(at(), 0x1010u);
  EXPECT_THAT(go(), ElementsAre(kWait));
}

TEST_P(Trace, InstructionsAreToldOneByOne) {
  prepare();
  type("ONE", "TRACE INSTRUCT");
  EXPECT_THAT(go(), ElementsAre(AllOf(StartsWith("    001000 LA "), HasSubstr("CC 0"))));
  EXPECT_EQ(at(), 0x1004u);
  EXPECT_THAT(go(), ElementsAre(StartsWith("    001004 BCTR")));
  EXPECT_EQ(at(), 0x1006u);
  EXPECT_THAT(type("ONE", "TRACE END"), ElementsAre("TRACE ENDED"));
  EXPECT_THAT(go(), ElementsAre(kWait));
}

TEST_P(Trace, AllInstructionsOfAProgramAreTold) {
  prepare();
  type("ONE", "TRACE INSTRUCT RUN");
  EXPECT_THAT(go(),
              ElementsAre(StartsWith("    001000 LA"), StartsWith("    001004 BCTR"), StartsWith("    001006 SVC"),
                          StartsWith("    001010 SIO"), StartsWith("    0"), kWait));
}

TEST_P(Trace, IoInstructionsHaveTheirConditionCode) {
  prepare();
  type("ONE", "TRACE SIO RUN");
  EXPECT_THAT(
      go(), ElementsAre(AllOf(StartsWith("I/O 001010 SIO"), HasSubstr("777 CC 3"), HasSubstr("CAW 00000000")), kWait));
}

TEST_P(Trace, ChannelProgramsAndInterruptionsAreTold) {
  put("ONE", 0x48, "00002000");
  put("ONE", 0x2000, "09003000 60000003 08002010 00000000 03000000 20000001");
  put("ONE", 120, "00020000 00000FF8");
  put("ONE", 0x1000, "9C00 000E 8200 0900");
  put("ONE", 0x900, "FE020000 00000FF0");
  monitor_->release_cpu();
  machine("ONE").cpu().load_psw(0x1000);
  type("ONE", "TRACE CCW I/O RUN");
  EXPECT_THAT(
      go(), ElementsAre("CCW 002000 09003000 60000003", "CCW 002008 08002010 00000000", "CCW 002010 03000000 20000001",
                        AllOf(StartsWith("I/O 001000 SIO"), HasSubstr("00E CC 0")), "*** 000FF0 I/O  000E ==> 000FF8",
                        kWait));
}

TEST_P(Trace, ProgramInterruptionsAreTold) {
  put("ONE", 0x1000, "0000");
  monitor_->release_cpu();
  machine("ONE").cpu().load_psw(0x1000);
  type("ONE", "TRACE PROG RUN");
  EXPECT_THAT(go(), Contains("*** 001002 PROG 0001 ==> 000068"));
}

TEST_P(Trace, ExternalInterruptionsAreTold) {
  put("ONE", 0x1000, "8200 0900");
  put("ONE", 0x900, "01020000 00000FF0");
  monitor_->release_cpu();
  machine("ONE").cpu().load_psw(0x1000);
  type("ONE", "TRACE EXT RUN");
  go();
  execute_user_line(cp(), session("ONE"), "EXTERNAL");
  run();
  EXPECT_THAT(lines_["ONE"], Contains("*** 000FF0 EXT  0040 ==> 000058"));
}

TEST_P(Trace, PrivilegedInstructionsAndBranchesAreTold) {
  put("ONE", 0x1000, "4700 0000 47F0 0FF0");
  put("ONE", 0xFF0, "8200 0FF8");
  put("ONE", 0xFF8, "00020000 00000FF8");
  monitor_->release_cpu();
  machine("ONE").cpu().load_psw(0x1000);
  type("ONE", "TRACE BRANCH PRIV RUN");
  EXPECT_THAT(go(), ElementsAre(AllOf(StartsWith("    001004 BC"), HasSubstr("==> 000FF0")),
                                StartsWith("    000FF0 LPSW"), kWait));
}

TEST_P(Trace, LinesMayGoToThePrinter) {
  prepare();
  type("ONE", "TRACE SVC PRINTER");
  EXPECT_THAT(go(), ElementsAre(kWait));
  type("ONE", "CLOSE E");
  EXPECT_THAT(text_of(1), ElementsAre("*** 001006 SVC  05 ==> 001010"));
}

TEST_P(Trace, ItMayBeTurnedOffInPart) {
  prepare();
  type("ONE", "TRACE ALL RUN");
  type("ONE", "TRACE ALL OFF");
  EXPECT_THAT(go(), ElementsAre(kWait));
  EXPECT_FALSE(machine("ONE").cpu().is_watched());
  for (const char* line : {"TRACE", "TRACE NONSENSE", "TRACE SVC NONSENSE", "TRACE END NOW"})
    EXPECT_THAT(type("ONE", line), ElementsAre(StartsWith("DMK"))) << line;
}

TEST_P(Trace, AnAddressStopsOnce) {
  prepare();
  type("ONE", "ADSTOP 1006");
  EXPECT_THAT(go(), ElementsAre("ADSTOP AT 001006"));
  EXPECT_TRUE(is_stopped());
  EXPECT_EQ(at(), 0x1006u);
  EXPECT_EQ(word("ONE", 0x1004) & 0xFFFF, 0x0A05u) << "the instruction is as it was";
  EXPECT_THAT(go(), ElementsAre(kWait));
  EXPECT_FALSE(machine("ONE").cpu().is_watched());
  prepare();
  type("ONE", "ADSTOP 1006");
  EXPECT_THAT(type("ONE", "ADSTOP OFF"), IsEmpty());
  EXPECT_THAT(go(), ElementsAre(kWait));
  for (const char* line : {"ADSTOP", "ADSTOP 1001", "ADSTOP 1000000", "ADSTOP X", "ADSTOP 1000 1000"})
    EXPECT_THAT(type("ONE", line), ElementsAre(StartsWith("DMKCF"))) << line;
}

TEST_P(Trace, ATracedMachineMayBeLoggedOff) {
  put("ONE", 0x1000, "1812 07F3");
  monitor_->release_cpu();
  machine("ONE").cpu().gr[3] = 0x1000;
  machine("ONE").cpu().load_psw(0x1000);
  type("ONE", "TRACE ALL RUN PRINTER#ADSTOP 2000");
  go(1000);
  EXPECT_FALSE(is_stopped());
  type("FORCE ONE");
  EXPECT_EQ(cp().find("ONE"), nullptr);
  run();
}

TEST_P(Trace, OthersAreNotHeldUp) {
  log_on("TWO");
  put("ONE", 0x1000, "1812 07F3");
  monitor_->release_cpu();
  machine("ONE").cpu().gr[3] = 0x1000;
  machine("ONE").cpu().load_psw(0x1000);
  type("ONE", "TRACE BRANCH RUN PRINTER#BEGIN");
  run_guest("TWO", "4110 0007");
  EXPECT_EQ(ended_at("TWO"), kEnd);
}

INSTANTIATE_TEST_SUITE_P(All, Trace, testing::Values(AssistLevel::none, AssistLevel::vma),
                         [](const auto& level) { return level.param == AssistLevel::none ? "none" : "vma"; });

}  // namespace
}  // namespace replica::vmm
