// People at terminals: what they type comes from a line without sockets, and what they are shown goes there.
#include "vmm/cp/terminals.h"

#include "devices/terminal/display.h"
#include "tests/devices/terminal/line_fixture.h"
#include "tests/vmm/cp/control_program_fixture.h"

namespace replica::vmm {
namespace {

using testing::Not;

constexpr const char* kPeople = R"(
USER ANN ANNSPASS 256K 1M G
 CONSOLE 009 3215
USER BOB BOBSPASS 256K 1M ABCDEG
 CONSOLE 009 3215
USER NOBODY NOLOG 256K 1M G
 CONSOLE 009 3215
USER SCREEN SCREENPW 256K 1M G
 CONSOLE 009 3215
 DEDICATE 0C0 020
USER HOST NOLOG 256K 1M G
 CONSOLE 009 3215
 SPECIAL 0A0 3270
 SPECIAL 0A1 3270
)";

class TerminalsTest : public ControlProgramTest {
 protected:
  TerminalsTest() : ControlProgramTest(kPeople) {
    for (u16 n = 0; n < 3; ++n) {
      lines_at_[n] = std::make_unique<TerminalSwitch>(nullptr);
      const u16 address = n == 2 ? 0x020 : static_cast<u16>(0x010 + n);
      const TerminalKind kind = n == 2 ? TerminalKind::display : TerminalKind::printer_keyboard;
      terminals_.push_back({.address = address, .kind = kind, .line = lines_at_[n].get()});
    }
    EXPECT_TRUE(real_devices_->attach(0x020, std::make_unique<Display>()));
    cp();
  }
  ~TerminalsTest() override { control_program_.reset(); }

  void sit_down(unsigned n) {
    clients_[n] = std::make_shared<terminal::FakeLine>();
    lines_at_[n]->connected(clients_[n], {});
    run();
  }
  void go_away(unsigned n) {
    lines_at_[n]->disconnected();
    run();
  }
  // What is shown until the machine has nothing to do.
  std::string say(unsigned n, const std::string& text) {
    clients_[n]->sent.clear();
    lines_at_[n]->received(std::vector<u8>(text.begin(), text.end()));
    run();
    return shown(n);
  }
  std::string shown(unsigned n) const {
    std::string all;
    for (const auto& piece : clients_[n]->sent) all.append(piece.begin(), piece.end());
    return all;
  }
  std::string log_on_at(unsigned n, const std::string& name, const std::string& password) {
    say(n, "logon " + name);
    return say(n, password);
  }
  // The same at a display: ENTER, the cursor, and what stands in the field at row 23.
  void enter(unsigned n, const std::string& text) { say(n, "\x7D\x5B\x60\x11\x5B\x61" + ebcdic(text)); }
  static std::string ebcdic(const std::string& text) {
    std::string bytes;
    for (const char c : text) bytes += static_cast<char>(default_code_page().to_ebcdic[static_cast<u8>(c)]);
    return bytes;
  }
  // At X'1000' the guest branches to itself, or at `address` does what is there.
  void let_guest_run(const std::string& user, u32 address = 0x1000) {
    if (address == 0x1000) put(user, 0x1000, "47F0 1000");
    monitor_->release_cpu();
    gr(user, 1) = 0x1000;
    machine(user).cpu().load_psw(address);
    monitor_->start(machine(user));
    run(1000);
  }
  std::string accounting() { return folder_.read("accounting"); }

  std::unique_ptr<TerminalSwitch> lines_at_[3];
  std::shared_ptr<terminal::FakeLine> clients_[3];
};

TEST_F(TerminalsTest, AUserLogsOnWithAPasswordAndGivesCommands) {
  sit_down(0);
  EXPECT_THAT(shown(0), HasSubstr("ENTER LOGON USERID"));
  EXPECT_THAT(say(0, "query names"), HasSubstr("DMKCFC002E"));
  EXPECT_THAT(say(0, "logon ann"), HasSubstr("ENTER PASSWORD"));
  EXPECT_THAT(say(0, "annspass"), HasSubstr("LOGON AT "));
  ASSERT_NE(cp().find("ANN"), nullptr);
  EXPECT_THAT(say(0, "query virtual"), HasSubstr("STORAGE = 00256K"));
  EXPECT_THAT(say(0, "shutdown"), HasSubstr("?CP"));
  EXPECT_THAT(say(0, "logoff"), HasSubstr("LOGOFF AT"));
  EXPECT_EQ(cp().find("ANN"), nullptr);
  EXPECT_THAT(log_on_at(0, "ann", "ANNSPASS"), HasSubstr("LOGON AT "));
}

TEST_F(TerminalsTest, ThePasswordIsNeverShownNorRecorded) {
  sit_down(0);
  EXPECT_THAT(log_on_at(0, "ann", "annspass"), Not(HasSubstr("annspass")));
  sit_down(1);
  EXPECT_THAT(log_on_at(1, "bob", "wrongpw1"), Not(HasSubstr("wrongpw1")));
}

TEST_F(TerminalsTest, AWrongPasswordAndAUserWhoIsNotThereAreRefusedAlike) {
  sit_down(0);
  const std::string wrong = log_on_at(0, "ann", "guess");
  EXPECT_THAT(wrong, HasSubstr("DMKLOG050E"));
  EXPECT_EQ(log_on_at(0, "eve", "guess"), wrong);
  EXPECT_EQ(log_on_at(0, "nobody", "NOLOG"), wrong);
  EXPECT_TRUE(cp().sessions().empty());
  EXPECT_THAT(accounting(), HasSubstr("ANN"));
  EXPECT_THAT(accounting(), HasSubstr("UNKNOWN"));
  EXPECT_THAT(accounting(), Not(HasSubstr("guess")));
  EXPECT_THAT(operator_lines_, Contains(HasSubstr("ANN")));
}

TEST_F(TerminalsTest, AfterFourWrongPasswordsTheTerminalIsShutForAWhile) {
  sit_down(0);
  sit_down(1);
  for (int n = 0; n < 4; ++n) log_on_at(0, "ann", "guess");
  EXPECT_THAT(say(0, "logon ann annspass"), HasSubstr("TOO MANY WRONG PASSWORDS"));
  go_away(0);
  sit_down(0);
  EXPECT_THAT(say(0, "logon ann annspass"), HasSubstr("TOO MANY WRONG PASSWORDS"));
  EXPECT_THAT(say(1, "logon ann annspass"), HasSubstr("LOGON AT"));
}

TEST_F(TerminalsTest, AMachineRunsOnWhenItsUserGoesAndIsFoundAgain) {
  sit_down(0);
  log_on_at(0, "ann", "annspass");
  Session* const session = cp().find("ANN");
  go_away(0);
  ASSERT_EQ(cp().find("ANN"), session);
  EXPECT_FALSE(session->is_connected());
  sit_down(1);
  EXPECT_THAT(log_on_at(1, "ann", "annspass"), HasSubstr("RECONNECTED AT"));
  EXPECT_THAT(say(1, "disconn"), HasSubstr("DISCONNECT AT"));
  EXPECT_FALSE(session->is_connected());
  EXPECT_THAT(say(1, "query names"), HasSubstr("DMKCFC002E"));
  log_on_at(1, "ann", "annspass");
  sit_down(0);
  EXPECT_THAT(log_on_at(0, "ann", "annspass"), HasSubstr("DMKLOG054E"));
  EXPECT_EQ(cp().sessions().size(), 1u);
}

// 1000 SIO 009 (the console reads); 1004 load a PSW that waits for it; the interruption goes to 1020, which loops.
TEST_F(TerminalsTest, LinesGoToTheMachineWhileItRunsAndToCpOtherwise) {
  sit_down(0);
  log_on_at(0, "ann", "annspass");
  put("ANN", 72, "00000FE0");
  put("ANN", 0xFE0, "0A002000 20000010");
  put("ANN", 0xFF0, "FF060000 00000000");
  put("ANN", 120, "00020000 00000778");
  put("ANN", 0x1000, "9C00 0009 8200 0FF0");
  monitor_->release_cpu();
  machine("ANN").cpu().load_psw(0x0000000000001000);
  monitor_->start(machine("ANN"));
  run();
  EXPECT_TRUE(session("ANN").console->is_reading());
  EXPECT_THAT(say(0, "#cp query virtual"), HasSubstr("STORAGE"));
  EXPECT_TRUE(session("ANN").console->is_reading());
  EXPECT_THAT(say(0, "hello"), HasSubstr("DISABLED WAIT PSW"));
  EXPECT_EQ(text("ANN", 0x2000, 5), "hello");
  EXPECT_THAT(say(0, "query virtual"), HasSubstr("STORAGE"));
}

TEST_F(TerminalsTest, AttentionAndTheEscapeAloneStopTheMachine) {
  sit_down(0);
  log_on_at(0, "ann", "annspass");
  put("ANN", 0x1000, "47F0 1000");
  machine("ANN").cpu().gr[1] = 0;
  monitor_->release_cpu();
  machine("ANN").cpu().load_psw(0x0000000000001000);
  for (const bool by_key : {true, false}) {
    monitor_->start(machine("ANN"));
    run(1000);
    EXPECT_FALSE(session("ANN").is_in_cp());
    clients_[0]->sent.clear();
    if (by_key) lines_at_[0]->pressed(Terminal::Key::attention);
    if (!by_key) say(0, "#CP");
    run(1000);
    EXPECT_TRUE(session("ANN").is_in_cp()) << by_key;
    EXPECT_THAT(shown(0), HasSubstr("CP"));
  }
}

TEST_F(TerminalsTest, ASlowClientLosesLinesAndIsTold) {
  sit_down(0);
  log_on_at(0, "ann", "annspass");
  clients_[0]->backlog = 10 << 20;
  EXPECT_EQ(say(0, "query virtual"), "");
  clients_[0]->backlog = 0;
  EXPECT_THAT(say(0, "#CP query users"), HasSubstr("LINES LOST)"));
}

TEST_F(TerminalsTest, WhoSitsAtADedicatedDisplayTalksToTheDevice) {
  sit_down(2);
  EXPECT_FALSE(clients_[2]->sent.empty());
  sit_down(0);
  EXPECT_THAT(log_on_at(0, "screen", "screenpw"), HasSubstr("LOGON AT"));
  clients_[2]->sent.clear();
  EXPECT_EQ(say(2, "\x7D\x40\x40"), "");
  machine("SCREEN").cpu().look_at_time();
  EXPECT_TRUE(machine("SCREEN").channels().any_pending());
  say(0, "logoff");
  EXPECT_FALSE(clients_[2]->sent.empty());
}

// ---- Lines for the machine ----

TEST_F(TerminalsTest, LinesForTheMachineAreEdited) {
  sit_down(0);
  log_on_at(0, "ann", "annspass");
  let_guest_run("ANN");
  type("ANN", "SET LINEDIT ON");
  say(0, "hx@ello#two");
  say(0, "#CP set linedit off");
  say(0, "a@b#c");
  for (const std::string line : {"hello", "two", "a@b#c"}) {
    const terminal::Bytes read = terminal::run(*session("ANN").console, 0x0A).data;
    EXPECT_EQ(std::string(read.begin(), read.end()), ebcdic(line)) << line;
  }
}

TEST_F(TerminalsTest, WithRunOnAttentionDoesNotStopTheMachine) {
  sit_down(0);
  log_on_at(0, "ann", "annspass");
  say(0, "set run on");
  let_guest_run("ANN");
  clients_[0]->sent.clear();
  lines_at_[0]->pressed(Terminal::Key::attention);
  run(1000);
  EXPECT_FALSE(session("ANN").is_in_cp());
  EXPECT_THAT(shown(0), HasSubstr("CP"));
  EXPECT_THAT(say(0, "query users"), HasSubstr("001 USERS"));
  EXPECT_THAT(say(0, "query users"), Not(HasSubstr("001 USERS")));  // the machine's, who reads it some time
}

// ---- SLEEP ----

TEST_F(TerminalsTest, ASleepingMachineRestsAndGoesOnWhenItsTimeHasCome) {
  sit_down(0);
  log_on_at(0, "ann", "annspass");
  let_guest_run("ANN");
  const u64 begun = monitor_->real().cpu().now(), used = monitor_->cpu_time(machine("ANN"));
  execute_user_line(cp(), session("ANN"), "SLEEP 2 SEC");
  EXPECT_TRUE(session("ANN").is_in_cp());
  run(1000);
  const u64 two_seconds = 2'000'000 * kUnitsPerMicrosecond;
  EXPECT_GE(monitor_->real().cpu().now() - begun, two_seconds);
  EXPECT_FALSE(session("ANN").is_in_cp());
  EXPECT_LT(monitor_->cpu_time(machine("ANN")) - used, two_seconds / 10);
  for (const std::string wrong : {"SLEEP 2", "SLEEP 0 SEC", "SLEEP 100 SEC", "SLEEP 1 DAY", "SLEEP 1 SEC NOW"}) {
    EXPECT_THAT(say(0, "#CP " + wrong), HasSubstr("DMKCFC0"));
    EXPECT_FALSE(session("ANN").is_in_cp()) << wrong;
  }
}

TEST_F(TerminalsTest, AttentionEndsASleep) {
  sit_down(0);
  log_on_at(0, "ann", "annspass");
  let_guest_run("ANN");
  for (const bool by_key : {true, false}) {
    say(0, "#CP sleep");
    EXPECT_TRUE(session("ANN").is_in_cp());
    clients_[0]->sent.clear();
    type("MSG ANN wake up");
    run(1000);
    EXPECT_THAT(shown(0), HasSubstr("wake up"));
    if (by_key) lines_at_[0]->pressed(Terminal::Key::attention);
    if (!by_key) say(0, "");
    run(1000);
    EXPECT_FALSE(session("ANN").is_in_cp()) << by_key;
  }
  // In CP, it is CP that one gets back to.
  say(0, "#CP");
  say(0, "sleep");
  say(0, "");
  EXPECT_TRUE(session("ANN").is_in_cp());
  EXPECT_THAT(say(0, "query users"), HasSubstr("001 USERS"));
}

// ---- DIAL ----

TEST_F(TerminalsTest, WhoDialsTalksToADisplayOfTheMachine) {
  log_on("HOST");
  sit_down(2);
  enter(2, "dial host");
  EXPECT_THAT(operator_lines_, Contains("GRAF 020 DIALED TO HOST 0A0"));
  clients_[2]->sent.clear();
  Device& display = *machine("HOST").channels().device_at(0x0A0);
  EXPECT_EQ(terminal::run(display, 0x05, {0xC3, 0xC8, 0xC9}).status, terminal::kEnd);  // ERASE/WRITE
  EXPECT_EQ(shown(2), "\xF5\xC3\xC8\xC9");
  enter(2, "hello");
  machine("HOST").cpu().look_at_time();
  EXPECT_TRUE(machine("HOST").channels().any_pending());
  const terminal::Bytes read = terminal::run(display, 0x06).data;  // READ MODIFIED
  EXPECT_THAT(std::string(read.begin(), read.end()), HasSubstr(ebcdic("hello")));

  type("HOST", "DETACH 0A0");
  run();
  EXPECT_THAT(operator_lines_, Contains("GRAF 020 DROP FROM HOST 0A0"));
  EXPECT_THAT(shown(2), HasSubstr(ebcdic("DROP FROM HOST 0A0")));
  enter(2, "dial host 0a1");
  EXPECT_THAT(operator_lines_, Contains("GRAF 020 DIALED TO HOST 0A1"));
  // Nobody of those who dialed is left when the machine goes.
  type("HOST", "LOGOFF");
  enter(2, "nonsense");
  EXPECT_THAT(shown(2), HasSubstr(ebcdic("LOGON IS EXPECTED FIRST")));
}

TEST_F(TerminalsTest, WhoComesAfterOneWhoHasDialedIsCpsAgain) {
  log_on("HOST");
  sit_down(2);
  enter(2, "dial host");
  go_away(2);
  sit_down(2);
  enter(2, "nonsense");
  EXPECT_THAT(shown(2), HasSubstr(ebcdic("LOGON IS EXPECTED FIRST")));
  enter(2, "dial host");
  EXPECT_THAT(operator_lines_, Contains("GRAF 020 DIALED TO HOST 0A0"));
}

TEST_F(TerminalsTest, DialRefusesWhatIsNotThere) {
  log_on("HOST");
  sit_down(0);
  EXPECT_THAT(say(0, "dial"), HasSubstr("DMKDIA020E"));
  EXPECT_THAT(say(0, "dial eve"), HasSubstr("DMKDIA045E EVE NOT LOGGED ON"));
  EXPECT_THAT(say(0, "dial host"), HasSubstr("DMKDIA055E LINE(S) NOT AVAILABLE ON HOST"));  // no display
  sit_down(2);
  for (const std::string line : {"dial host 009", "dial host xyz", "dial host 0a0 now", "dial host 0a2"}) {
    enter(2, line);
    EXPECT_THAT(shown(2), HasSubstr(ebcdic("DMK"))) << line;
  }
}

// ---- The screen as a program's ----

class FullScreen : public TerminalsTest {
 protected:
  FullScreen() {
    sit_down(2);
    enter(2, "logon ann");
    enter(2, "annspass");
  }
  // DIAGNOSE X'58' at X'1100', then the condition code is in register 6 and the guest branches to itself.
  unsigned diagnose(const std::string& ccw) {
    clients_[2]->sent.clear();
    put("ANN", 0x1100, "8324 0058 0560 47F0 1106");
    put("ANN", 0x2000, ccw);
    monitor_->release_cpu();
    gr("ANN", 2) = 0x2000;
    gr("ANN", 4) = 0x009;
    let_guest_run("ANN", 0x1100);
    monitor_->release_cpu();
    return gr("ANN", 6) >> 28 & 3;
  }
  u32 status() { return word("ANN", 68); }
};

TEST_F(FullScreen, IsWrittenAndRead) {
  put("ANN", 0x3000, "C3 11 4040 C1C2");
  EXPECT_EQ(diagnose("29003000 20800006"), 0u);
  EXPECT_THAT(shown(2), testing::Eq(std::string("\xF5\xC3\x11\x40\x40\xC1\xC2")));
  machine("ANN").channels().reset(0x009);  // the interruption of the write
  EXPECT_EQ(diagnose("29003000 20000001"), 0u);
  EXPECT_EQ(shown(2), "\xF1\xC3");
  machine("ANN").channels().reset(0x009);
  say(2, "\xF3\x40\xC1\x11\x40\xC1\xE7");  // PF3
  EXPECT_FALSE(session("ANN").is_in_cp());
  machine("ANN").cpu().look_at_time();
  EXPECT_TRUE(machine("ANN").channels().has_pending_status(0x009));  // attention
  machine("ANN").channels().reset(0x009);
  EXPECT_EQ(diagnose("2A004000 20800064"), 1u);
  EXPECT_EQ(status(), 0x0C000000u | (100 - 7));
  EXPECT_EQ(word("ANN", 0x4000), 0xF340C111u);
  EXPECT_EQ(word("ANN", 0x4004) >> 8, 0x40C1E7u);
  // It is read once.
  EXPECT_EQ(diagnose("2A004000 20800064"), 1u);
  EXPECT_EQ(status(), 0x0C000000u | (100 - 3));
  EXPECT_EQ(word("ANN", 0x4000) >> 8, 0x604040u);
}

TEST_F(FullScreen, IsCpsAgainWhenThereIsSomethingToTell) {
  put("ANN", 0x3000, "C3C1");
  EXPECT_EQ(diagnose("29003000 20800002"), 0u);
  machine("ANN").channels().reset(0x009);
  type("MSG ANN dinner");
  clients_[2]->sent.clear();
  let_guest_run("ANN", 0x1106);
  run();
  EXPECT_THAT(shown(2), testing::StartsWith("\xF5"));
  EXPECT_THAT(shown(2), HasSubstr(ebcdic("dinner")));
  EXPECT_EQ(diagnose("29003000 20000002"), 1u);
  EXPECT_EQ(status(), 0x8E000000u);
  EXPECT_EQ(diagnose("29003000 20800002"), 0u);
  EXPECT_EQ(shown(2), "\xF5\xC3\xC1");
}

TEST_F(FullScreen, TheAttentionKeyIsCps) {
  put("ANN", 0x3000, "C3C1");
  diagnose("29003000 20800002");
  let_guest_run("ANN", 0x1106);
  say(2, "\x6C");
  EXPECT_TRUE(session("ANN").is_in_cp());
  EXPECT_THAT(shown(2), HasSubstr(ebcdic("CP READ")));
}

TEST_F(FullScreen, WrongOperationsAreRefusedAndNothingIsShown) {
  for (const std::string ccw : {"29003000 20400002", "2A003000 20000002", "2B003000 20800002"}) {
    EXPECT_EQ(diagnose(ccw), 1u) << ccw;
    EXPECT_EQ(status(), 0x0E000000u) << ccw;
  }
  for (const std::string ccw : {"2903FFFF 20800002", "29003000 20800000", "29003000 20802001"}) {
    EXPECT_EQ(diagnose(ccw), 1u) << ccw;
    EXPECT_EQ(status(), 0x00200000u) << ccw;
  }
  EXPECT_EQ(diagnose("29003000 60800002 2B003000 20800002"), 1u);
  EXPECT_EQ(shown(2), "");
}

TEST_F(TerminalsTest, GarbageIsAnswered) {
  sit_down(0);
  u32 seed = 7;
  const auto random = [&seed] { return static_cast<char>((seed = seed * 1664525 + 1013904223) >> 24); };
  for (int n = 0; n < 300; ++n) {
    std::string line(static_cast<u8>(random()), ' ');
    for (char& c : line) c = random();
    say(0, line);
    if (n == 150) log_on_at(0, "ann", "annspass");
  }
  EXPECT_THAT(say(0, "#CP query users"), HasSubstr("001 USERS"));
}

}  // namespace
}  // namespace replica::vmm
