// SET, MSG, WARNING, ECHO, INDICATE, LOCK, the keys of virtual devices, and QUERY of settings and the system.
#include "tests/vmm/cp/control_program_fixture.h"

namespace replica::vmm {
namespace {

class UserSettings : public ControlProgramTest {
 protected:
  UserSettings() {
    log_on("ONE");
    log_on("TWO");
  }
  // Without the VMM's own.
  u32 locked_frames() const { return monitor_->frames().locked_frames() - 1; }
};

TEST_F(UserSettings, SetIsShownByQuery) {
  EXPECT_THAT(type("ONE", "QUERY SET"), ElementsAre("MSG ON , WNG ON , EMSG ON  , ACNT ON , RUN OFF",
                                                    "LINEDIT ON , TIMER ON  , ECMODE OFF, ASSIST ON ", "IMSG ON "));
  EXPECT_THAT(type("ONE", "SET MSG OFF#SET EMSG CODE#SET TIMER REAL#SET RUN ON#SET IMSG OFF"), IsEmpty());
  EXPECT_THAT(type("ONE", "QUERY SET"), ElementsAre("MSG OFF, WNG ON , EMSG CODE, ACNT ON , RUN ON ",
                                                    "LINEDIT ON , TIMER REAL, ECMODE OFF, ASSIST ON ", "IMSG OFF"));
}

TEST_F(UserSettings, AWrongSetChangesNothing) {
  for (const char* line : {"SET", "SET NONSENSE ON", "SET MSG", "SET MSG MAYBE", "SET MSG OFF NOW", "SET TIMER MAYBE",
                           "SET EMSG MAYBE", "SET ASSIST OFF", "SET ECMODE"})
    EXPECT_THAT(type("ONE", line), ElementsAre(StartsWith("DMKC"))) << line;
  EXPECT_THAT(type("ONE", "QUERY SET"), Contains(StartsWith("MSG ON , WNG ON , EMSG ON ")));
  EXPECT_EQ(monitor_->assist(), AssistLevel::vma);
  type("SET ASSIST OFF");
  EXPECT_EQ(monitor_->assist(), AssistLevel::none);
}

TEST_F(UserSettings, WhatIsSentToCpIsAsIfTheUserHadTypedIt) {
  type("TWO", "SPOOL CONSOLE START");
  lines_.clear();
  type("SEND CP TWO MSG * A@B#ECHO");
  EXPECT_THAT(lines_["TWO"], ElementsAre("MSG FROM TWO     : B", StartsWith("ECHO ENTERED")));
  type("SEND CP TWO Hello#END");
  EXPECT_THAT(lines_["TWO"], Contains("Hello"));
  type("TWO", "CLOSE CONSOLE");
  EXPECT_THAT(text_of(ids().at(0)), Contains("MSG * A@B#ECHO"));
}

TEST_F(UserSettings, WithoutLineEditingSymbolsAreCharacters) {
  type("ONE", "SET LINEDIT OFF");
  EXPECT_THAT(type("ONE", "MSG * A#B@"), ElementsAre("MSG FROM ONE     : A#B@"));
}

TEST_F(UserSettings, MessagesComeUnlessTheyAreNotWanted) {
  type("ONE", "MSG TWO Hello");
  EXPECT_THAT(lines_["TWO"], ElementsAre("MSG FROM ONE     : Hello"));
  type("TWO", "SET MSG OFF");
  EXPECT_THAT(type("ONE", "MSG TWO Hello"), ElementsAre("DMKMSG057W TWO NOT RECEIVING; MSG OFF"));
  EXPECT_THAT(type("WARNING TWO Beware"), IsEmpty());
  EXPECT_THAT(lines_["TWO"], ElementsAre("WNG FROM OPERATOR: Beware"));
  EXPECT_THAT(type("ONE", "MSG NOBODY Hello"), ElementsAre("DMKMSG045E NOBODY NOT LOGGED ON"));
  EXPECT_THAT(type("ONE", "MSG ALL Hello"), ElementsAre(StartsWith("DMKMSG003E")));
  EXPECT_THAT(type("ONE", "WARNING TWO Hello"), ElementsAre(StartsWith("DMKCFC001E")));
  lines_.clear();
  type("MSG ALL Hello");
  EXPECT_THAT(lines_["ONE"], ElementsAre("MSG FROM OPERATOR: Hello"));
  EXPECT_THAT(lines_["TWO"], IsEmpty());
}

TEST_F(UserSettings, WithoutInformationFilesAreClosedInSilence) {
  type("ONE", "SET IMSG OFF");
  print("ONE", "X");
  EXPECT_THAT(type("ONE", "CLOSE E"), IsEmpty());
  EXPECT_EQ(ids().size(), 1u);
}

TEST_F(UserSettings, EchoGivesLinesBackUntilEnd) {
  EXPECT_THAT(type("ONE", "ECHO 2"), ElementsAre(HasSubstr("TYPE END")));
  EXPECT_THAT(type("ONE", "QUERY RDR"), ElementsAre("QUERY RDR", "QUERY RDR"));
  EXPECT_THAT(type("ONE", "end"), IsEmpty());
  EXPECT_THAT(type("ONE", "QUERY RDR"), ElementsAre("NO RDR FILES"));
  EXPECT_THAT(type("ONE", "ECHO 100"), ElementsAre(StartsWith("DMKCFC026E")));
}

TEST_F(UserSettings, IndicateTellsOfOneselfAndTheOperatorOfAll) {
  EXPECT_THAT(type("ONE", "INDICATE"), ElementsAre(HasSubstr("USERS-002"), HasSubstr("STORAGE-")));
  EXPECT_THAT(type("ONE", "INDICATE USER"),
              Contains(StartsWith("USERID=ONE      STORE=00256K QUEUE=   STATE=STOPPED")));
  EXPECT_THAT(type("ONE", "INDICATE USER TWO"), ElementsAre(StartsWith("DMKTHI003E")));
  EXPECT_THAT(type("ONE", "INDICATE QUEUES"), ElementsAre(StartsWith("DMKTHI003E")));
  EXPECT_THAT(type("INDICATE USER TWO"), Contains(StartsWith("USERID=TWO")));
  EXPECT_THAT(type("INDICATE QUEUES"), ElementsAre("NO USERS IN QUEUE"));
  monitor_->start(machine("ONE"));
  EXPECT_THAT(type("INDICATE QUEUES"), ElementsAre(StartsWith("ONE      Q1")));
  EXPECT_THAT(type("INDICATE TRAPS ONE"), testing::SizeIs(1));
}

TEST_F(UserSettings, TimeIsTold) {
  EXPECT_THAT(type("ONE", "QUERY TIME"), ElementsAre("TIME IS 00:00:00 GMT MONDAY 01/01/00",
                                                     "CONNECT= 00:00:00 VIRTCPU= 000:00.00 TOTCPU= 000:00.00"));
}

TEST_F(UserSettings, TheSystemIsDescribed) {
  EXPECT_THAT(type("ONE", "QUERY STORAGE"), ElementsAre("STORAGE = 00256K"));
  EXPECT_THAT(type("QUERY STORAGE"), ElementsAre("STORAGE = 16384K"));
  EXPECT_THAT(type("QUERY PAGING"), ElementsAre(StartsWith("ONE      RESIDENT"), StartsWith("TWO      RESIDENT"),
                                                StartsWith("SYSGEN 04096")));
  EXPECT_THAT(type("ONE", "QUERY TWO"), ElementsAre("TWO - GRAF"));
  EXPECT_THAT(type("ONE", "QUERY OPERATOR"), ElementsAre("DMKCQG045E OPERATOR NOT LOGGED ON"));
}

// ---- LOCK ----

TEST_F(UserSettings, LockedPagesStay) {
  EXPECT_THAT(type("LOCK ONE 10 11 MAP"), ElementsAre(StartsWith("010000 = "), StartsWith("011000 = ")));
  EXPECT_TRUE(machine("ONE").storage().is_locked(0x10));
  EXPECT_EQ(locked_frames(), 2u);
  EXPECT_THAT(type("UNLOCK ONE 0 3F"), IsEmpty());
  EXPECT_EQ(locked_frames(), 0u);
  type("LOCK ONE 0 0");
  type("FORCE ONE");
  EXPECT_EQ(locked_frames(), 0u);
}

TEST_F(UserSettings, WhatCannotBeLockedIsNot) {
  for (const char* line : {"LOCK", "LOCK NOBODY 0 1", "LOCK ONE", "LOCK ONE 0", "LOCK ONE 1 0", "LOCK ONE 0 40",
                           "LOCK ONE 0 1 NONSENSE", "UNLOCK ONE 0 40"})
    EXPECT_THAT(type(line), ElementsAre(StartsWith("DMK"))) << line;
  EXPECT_THAT(type("ONE", "LOCK ONE 0 1"), ElementsAre(StartsWith("DMKCFC001E")));
  EXPECT_EQ(locked_frames(), 0u);
}

// ---- Devices ----

TEST_F(UserSettings, DevicesPresentStatusAndAreReset) {
  ChannelSubsystem& channels = machine("ONE").channels();
  EXPECT_THAT(type("ONE", "READY 00C"), IsEmpty());
  EXPECT_TRUE(channels.has_pending_status(0x00C));
  EXPECT_THAT(type("ONE", "RESET C"), ElementsAre("DEVICE RESET"));
  EXPECT_FALSE(channels.has_pending_status(0x00C));
  EXPECT_THAT(type("ONE", "ATTN"), IsEmpty());
  EXPECT_TRUE(channels.has_pending_status(0x009));
  for (const char* line : {"READY", "READY 777", "READY XYZ", "RESET 777", "REWIND E", "NOTREADY C", "READY C C"})
    EXPECT_THAT(type("ONE", line), ElementsAre(StartsWith("DMKC"))) << line;
}

TEST_F(UserSettings, APrinterIsStoppedAndStarted) {
  EXPECT_THAT(type("ONE", "NOTREADY E"), IsEmpty());
  Device& printer = *machine("ONE").channels().device_at(0x00E);
  EXPECT_EQ(printer.begin(0x09).status & unit_status::kUnitCheck, unit_status::kUnitCheck);
  EXPECT_THAT(type("ONE", "READY E"), IsEmpty());
  EXPECT_EQ(printer.begin(0x09).status & unit_status::kUnitCheck, 0);
}

TEST_F(UserSettings, AtLogoffThereAreTheStatisticsOfTheMachine) {
  run_guest("ONE", "9D00 0009");  // TIO, and the LPSW behind it
  type("ONE", "LOGOFF");
  EXPECT_THAT(statistics_, StartsWith("Traps of ONE\n"));
  EXPECT_THAT(statistics_, HasSubstr(fmt::format("{:32} {:>12} ", "privileged instructions", 2)));
  EXPECT_THAT(statistics_, HasSubstr(fmt::format("{:32} {:>12} ", "  TIO", 1)));
}

}  // namespace
}  // namespace replica::vmm
