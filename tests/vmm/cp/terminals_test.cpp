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
