// Terminals of a configuration, and the port that clients of theirs connect to.
#include "tools/hercules/terminals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/devices/terminal/telnet_client.h"
#include "tests/tools/hercules/panel_fixture.h"

namespace replica::tools {
namespace {

using terminal::TelnetClient;
using testing::Contains;
using testing::HasSubstr;

class Terminals : public PanelTest {
 protected:
  // A port that somebody else listens on.
  Terminals() { taken_ = other_.open("127.0.0.1", 0).value_or(0); }

  Result<std::unique_ptr<System>> make(const std::string& text, bool deterministic = false) {
    const auto configuration = parse_configuration(text, "x.cnf");
    if (!configuration) return tl::unexpected(configuration.error());
    return build_system(*configuration, deterministic);
  }

  TerminalServer other_{"other", [](const std::string&) {}};
  u16 taken_ = 0;
};

TEST_F(Terminals, APortInUseIsNamedWithItsStatement) {
  const auto system = make(fmt::format("MAINSIZE 2\nCNSLPORT 127.0.0.1:{}\n00C0 3270\n", taken_));
  ASSERT_FALSE(system);
  EXPECT_EQ(system.error().message,
            fmt::format("x.cnf:3: 00C0 3270: x.cnf:2: CNSLPORT: port {} cannot be listened on: Address already in use",
                        taken_));
}

TEST_F(Terminals, WithoutTerminalsForClientsNoPortIsOpened) {
  const auto system = make(fmt::format("MAINSIZE 2\nCNSLPORT 127.0.0.1:{}\n001F 3215-C\n", taken_));
  ASSERT_TRUE(system) << system.error().message;
  EXPECT_EQ((*system)->terminals, nullptr);
  EXPECT_FALSE((*system)->expects_clients());
}

TEST_F(Terminals, InVirtualTimeNobodyCanConnect) {
  const auto system = make(fmt::format("MAINSIZE 2\nCNSLPORT 127.0.0.1:{}\n00C0 3270\n", taken_), true);
  ASSERT_TRUE(system) << system.error().message;
  EXPECT_EQ((*system)->terminals, nullptr);
  EXPECT_NE((*system)->channels->device_at(0x0C0), nullptr);
  EXPECT_THAT((*system)->notes, Contains("In virtual time nobody can connect to the terminals"));
}

TEST_F(Terminals, ASeatThatIsWronglyDescribedIsAnError) {
  const auto system = make("MAINSIZE 2\n00C0 3270 * here\n", true);
  ASSERT_FALSE(system);
  EXPECT_EQ(system.error().message, "x.cnf:2: 00C0 3270: expected an address like 192.168.1.7, found 'here'");
}

TEST_F(Terminals, ADeviceThatIsDetachedOrDefinedAnewIsSoForClientsToo) {
  auto system = make("MAINSIZE 2\n", true);
  ASSERT_TRUE(system);
  (*system)->terminals = std::make_unique<TerminalServer>("test", [](const std::string&) {});
  const u16 port = (*system)->terminals->open("127.0.0.1", 0).value_or(0);
  ASSERT_TRUE(attach_device(**system, {.address = 0x009, .type = "3215", .arguments = {}, .place = ""}));
  {
    TelnetClient client(port);
    const auto welcome = client.negotiate("VT100");
    EXPECT_THAT(std::string(welcome.begin(), welcome.end()), HasSubstr("Connected to device 0:0009"));
    ASSERT_TRUE(detach_device(**system, 0x009));
    EXPECT_TRUE(client.is_closed_by_server());
  }
  TelnetClient client(port);
  const auto welcome = client.negotiate("VT100");
  EXPECT_THAT(std::string(welcome.begin(), welcome.end()), HasSubstr("Connection rejected"));
}

}  // namespace
}  // namespace replica::tools
