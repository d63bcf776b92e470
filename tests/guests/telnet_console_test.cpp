// A bare-metal program that repeats what is typed at its 1052, with a TELNET client at it.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "tests/devices/terminal/telnet_client.h"
#include "tests/tools/foreign_guests.h"
#include "tests/tools/replica_process.h"

namespace replica {
namespace {

std::string text(const terminal::Bytes& data) { return {data.begin(), data.end()}; }

// Whether the machine prints this in time; meanwhile it is given a command again and again.
bool prints(tools::ReplicaProcess& machine, const std::string& text, const std::string& command = "") {
  for (int n = 0; n < 500; ++n) {
    if (machine.out_so_far().find(text) != std::string::npos) return true;
    machine.type(command);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

TEST(TelnetConsole, RepeatsWhatIsTyped) {
  const auto deck = std::filesystem::absolute(tools::foreign_guests_folder() / "decks/echo.deck");
  if (!std::filesystem::exists(deck)) GTEST_SKIP() << "no guest decks in REPLICA_GUESTS or ../shared/guests";
  const tools::TemporaryFolder folder;
  const u16 port = terminal::free_port();
  const std::string configuration =
      fmt::format("MAINSIZE 2\nCNSLPORT {}\n000C 3505 {} ebcdic eof\n001F 1052\n", port, deck.string());
  folder.write("echo.cnf", {configuration.begin(), configuration.end()});
  tools::ReplicaProcess machine({"run", "echo.cnf"}, folder.path(""));
  ASSERT_TRUE(prints(machine, "HHCTE003I"));

  terminal::TelnetClient client(port);
  EXPECT_THAT(text(client.negotiate("XTERM")), testing::HasSubstr("Connected to device 0:001F"));
  machine.type("ipl 00c\n");
  EXPECT_EQ(text(client.receive_until(terminal::bytes("ENTER: "))), "ENTER: ");
  // A line that is typed before the program reads is an attention, as on Hercules, and this program does not expect one.
  ASSERT_TRUE(prints(machine, "1052 127.0.0.1 busy", "devlist\n"));
  client.send(terminal::bytes("hello telnet\r\n"));
  EXPECT_EQ(text(client.receive_until(terminal::bytes("ENTER: "))), "hello telnet\r\nENTER: ");

  machine.send_signal(SIGTERM);
  EXPECT_EQ(machine.wait().status, 143);
}

}  // namespace
}  // namespace replica
