// Madnick and Donovan's Sample Operating System with a person at its display: s3270, a TN3270 client that is driven by a
// script. What the panel looks like, and that it appears with the first key, was seen on Hercules 3.13.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <optional>
#include <thread>

#include "devices/code_page.h"
#include "tests/devices/terminal/telnet_client.h"
#include "tests/tools/foreign_guests.h"
#include "tests/tools/replica_process.h"

extern char** environ;

namespace replica {
namespace {

using testing::HasSubstr;

constexpr std::chrono::seconds kPatience{30};

bool is_installed(const std::string& program) {
  return std::system(("command -v " + program + " >/dev/null 2>&1").c_str()) == 0;
}

bool comes_true(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return true;
}

// s3270 with its actions on a pipe.
class Person {
 public:
  Person() {
    int to[2], from[2];
    if (pipe(to) != 0 || pipe(from) != 0) std::abort();
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, to[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, from[1], STDOUT_FILENO);
    for (const int end : {to[0], to[1], from[0], from[1]}) posix_spawn_file_actions_addclose(&files, end);
    std::string words[] = {"s3270", "-model", "3278-2"};
    char* argv[] = {words[0].data(), words[1].data(), words[2].data(), nullptr};
    if (posix_spawnp(&pid_, "s3270", &files, nullptr, argv, environ) != 0) std::abort();
    posix_spawn_file_actions_destroy(&files);
    close(to[0]);
    close(from[1]);
    actions_ = to[1];
    answers_ = from[0];
  }
  ~Person() {
    close(actions_);
    close(answers_);
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  Person(const Person&) = delete;
  Person& operator=(const Person&) = delete;

  // Does an action; false if it fails. What it shows is in shown().
  bool act(const std::string& action) {
    shown_.clear();
    const std::string line = action + "\n";
    if (write(actions_, line.data(), line.size()) != std::ssize(line)) return false;
    for (;;) {
      const std::string answer = read_line();
      if (answer == "ok") return true;
      if (answer.empty() || answer == "error") return false;
      if (answer.starts_with("data: ")) shown_ += answer.substr(6) + "\n";
    }
  }
  const std::string& shown() const { return shown_; }
  std::string screen() { return act("Ascii()") ? shown_ : "no screen: " + shown_; }
  bool sees(const std::string& text) {
    return comes_true([&] { return screen().find(text) != std::string::npos; });
  }

 private:
  std::string read_line() {
    std::string line;
    for (char c = 0; c != '\n';) {
      pollfd events{.fd = answers_, .events = POLLIN, .revents = 0};
      const int wait = static_cast<int>(std::chrono::milliseconds(kPatience).count());
      if (poll(&events, 1, wait) <= 0 || read(answers_, &c, 1) != 1) return "";
      if (c != '\n') line += c;
    }
    return line;
  }

  pid_t pid_ = 0;
  int actions_ = -1;
  int answers_ = -1;
  std::string shown_;
};

class SampleOperatingSystem : public testing::Test {
 protected:
  void SetUp() override {
    const auto guest = tools::foreign_guests_folder() / "sos";
    if (!std::filesystem::exists(guest)) GTEST_SKIP() << "no guest sos in REPLICA_GUESTS or ../shared/guests";
    if (!is_installed("s3270")) GTEST_SKIP() << "s3270 is not installed";
    for (const auto& file : std::filesystem::directory_iterator(guest)) {
      std::filesystem::copy_file(file.path(), folder_.path(file.path().filename().string()));
    }
    std::string configuration = folder_.read("sos.cnf");
    const std::size_t port = configuration.find("32714");
    ASSERT_NE(port, std::string::npos);
    configuration.replace(port, 5, port_);
    folder_.write("terminal.cnf", {configuration.begin(), configuration.end()});
  }

  void start(const std::vector<std::string>& arguments, const std::string& load) {
    machine_.emplace(arguments, folder_.path(""), load + "\n");
    ASSERT_TRUE(prints("HHCTE003I Waiting for console connection on port " + port_));
    ASSERT_TRUE(prints(load));
  }

  // As a virtual machine that has the real display, and reads spooled decks.
  void prepare_virtual_machine() {
    const std::string user =
        "USER SOS NOLOG 16M 16M G\n IPL 00C\n SPOOL 00C 3505 A\n SPOOL 00E 1403 A\n SPOOL 10C 3505 B\n"
        " SPOOL 10E 1403 A\n SPOOL 20C 3505 B\n SPOOL 20E 1403 A\n SPOOL 30C 3505 B\n SPOOL 30E 1403 A\n"
        " DEDICATE 0C0 0C0\n";
    folder_.write("users.direct", {user.begin(), user.end()});
    std::vector<u8> owner(80, 0x40);
    const std::string text = "USERID SOS";
    std::transform(text.begin(), text.end(), owner.begin(),
                   [](char c) { return default_code_page().to_ebcdic[static_cast<u8>(c)]; });
    folder_.write("owner.card", owner);
  }
  void TearDown() override {
    if (!machine_) return;
    machine_->send_signal(SIGTERM);
    machine_->wait();
  }
  bool prints(const std::string& text) {
    return comes_true([&] { return machine_->out_so_far().find(text) != std::string::npos; });
  }

  // A person sits down at the display when the guest has loaded the program for it from cards.
  void talk() {
    Person person;
    ASSERT_TRUE(person.act("Connect(127.0.0.1:" + port_ + ")")) << person.shown();
    ASSERT_TRUE(prints("connected to 3270 device 0:00C0"));
    person.act("Enter()");
    ASSERT_TRUE(person.sees("Sample Operating System Version 2.00")) << person.screen();
    EXPECT_THAT(person.screen(), HasSubstr("3270 Console -- Test Program"));
    EXPECT_THAT(person.screen(), HasSubstr("Console:    0C0"));

    ASSERT_TRUE(person.act("String(\"hello sos\")")) << person.shown();
    ASSERT_TRUE(person.act("Enter()"));
    EXPECT_TRUE(person.sees("User entered:       hello sos")) << person.screen();

    ASSERT_TRUE(person.act("Disconnect()"));
    ASSERT_TRUE(prints("HHCTE007I 3270 device 00C0 client 127.0.0.1 connection closed"));
    ASSERT_TRUE(person.act("Connect(127.0.0.1:" + port_ + ")")) << person.shown();
    ASSERT_TRUE(comes_true([&] { return person.act("String(\"again\")"); })) << person.shown();
    ASSERT_TRUE(person.act("Enter()"));
    EXPECT_TRUE(person.sees("again")) << person.screen();
  }

  tools::TemporaryFolder folder_;
  std::string port_ = std::to_string(terminal::free_port());
  std::optional<tools::ReplicaProcess> machine_;
};

TEST_F(SampleOperatingSystem, ShowsItsPanelOnADisplayAndTakesWhatIsTyped) {
  start({"run", "terminal.cnf"}, "ipl 00c");
  machine_->type("pause 1\ndevinit 00c t3270lgo.deck terminal_0C0.card sos3270.pss ebcdic eof multifile\n");
  ASSERT_TRUE(prints("HHCPN098I Device 0:000C initialized"));
  talk();
}

TEST_F(SampleOperatingSystem, DoesSoInAVirtualMachine) {
  prepare_virtual_machine();
  start({"vm", "terminal.cnf", "--directory", "users.direct", "--spool", "spool"},
        "devinit 00c owner.card sample_operating_system_version_2.00.ipldeck ebcdic eof multifile");
  ASSERT_TRUE(prints("RDR 00C INPUT FOR SOS FILE = 0001"));
  machine_->type(
      "/autolog SOS\npause 1\n"
      "devinit 00c owner.card t3270lgo.deck terminal_0C0.card sos3270.pss ebcdic eof multifile\n");
  ASSERT_TRUE(prints("RDR 00C INPUT FOR SOS FILE = 0002"));
  talk();
}

}  // namespace
}  // namespace replica
