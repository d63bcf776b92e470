// The console on a terminal, from the other side of a pseudo-terminal: lines can be edited, the last one comes back, the status
// line stands below, and the terminal is left as it was found.
#include "tools/hercules/terminal_desk.h"

#include <gmock/gmock.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>

#include "tests/tools/temporary_folder.h"

namespace replica::tools {
namespace {

constexpr const char* kUp = "\033[A";
constexpr const char* kRubout = "\x7F";

class TerminalDeskTest : public testing::Test {
 protected:
  void SetUp() override {
    const std::string text = "MAINSIZE 2\n001F 1052-C\n";
    const std::string configuration = folder_.write("x.cnf", {text.begin(), text.end()});
    const std::string program = REPLICA_BINARY_DIR "/tools/replica";
    child_ = forkpty(&terminal_, nullptr, nullptr, nullptr);
    if (child_ < 0) GTEST_SKIP() << "this machine gives no pseudo-terminal";
    if (child_ == 0) {
      setenv("TERM", "xterm", 1);
      execl(program.c_str(), program.c_str(), "run", configuration.c_str(), nullptr);
      _exit(127);
    }
    EXPECT_TRUE(shows("stopped     0.0 MIPS > ")) << seen_;
  }
  void TearDown() override {
    if (terminal_ >= 0) close(terminal_);
  }

  void type(const std::string& keys) {
    seen_.clear();
    ASSERT_EQ(write(terminal_, keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
  }

  // Waits until the terminal has got `text` since the last keys.
  bool shows(const std::string& text) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (seen_.find(text) == std::string::npos) {
      if (std::chrono::steady_clock::now() > deadline || !take()) return false;
    }
    return true;
  }

  // False if there is no more.
  bool take() {
    pollfd events{.fd = terminal_, .events = POLLIN, .revents = 0};
    if (poll(&events, 1, 1000) == 0) return true;
    char buffer[4096];
    const ssize_t count = read(terminal_, buffer, sizeof buffer);
    if (count > 0) seen_.append(buffer, static_cast<std::size_t>(count));
    return count > 0;
  }

  TemporaryFolder folder_;
  int terminal_ = -1;
  pid_t child_ = -1;
  std::string seen_;
};

TEST_F(TerminalDeskTest, EditsLinesAndRemembersThem) {
  type("psww");
  type(std::string(kRubout) + "\r");
  EXPECT_TRUE(shows("\r\033[Kpsw sm=00 pk=0 cmwp=0 as=pri cc=0 pm=0 am=24 ia=0\r\n")) << seen_;
  type("gpr 1=5\r");
  EXPECT_TRUE(shows("GR01=00000005")) << seen_;
  EXPECT_TRUE(shows("GR15=00000000\r\n")) << seen_;
  type(std::string(kUp) + kUp + "\r");
  EXPECT_TRUE(shows("\r\033[Kpsw sm=00 pk=0")) << seen_;
  type("quit\r");
  EXPECT_TRUE(shows("HHCIN099I Hercules terminated\r\n")) << seen_;
  int status = 0;
  ASSERT_EQ(waitpid(child_, &status, 0), child_);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

// What has been typed of a line survives what the machine says meanwhile.
TEST_F(TerminalDeskTest, ShowsTheStateBelowTheLog) {
  type("r 200=47F00200\rpsw ia=200\rstart\r");
  EXPECT_TRUE(shows("running")) << seen_;
  type("st");
  EXPECT_TRUE(shows("MIPS > st")) << seen_;
  type("op\r");
  EXPECT_TRUE(shows("stopped")) << seen_;
  type("\x04");  // the end of input; nothing runs that could end
  int status = 0;
  while (take()) {
  }
  ASSERT_EQ(waitpid(child_, &status, 0), child_);
  EXPECT_TRUE(WIFEXITED(status)) << status;
}

}  // namespace
}  // namespace replica::tools
