// The server with real sockets, on a port that the host chooses.
#include "devices/terminal/terminal_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "devices/console.h"
#include "devices/terminal/display.h"
#include "tests/devices/terminal/line_fixture.h"

namespace replica::terminal {
namespace {

using testing::HasSubstr;

std::string text(const Bytes& data) { return {data.begin(), data.end()}; }

// A machine with two displays, 0C0 and 0C1, the second in group TSO, and a console 009.
class TerminalServerTest : public testing::Test {
 protected:
  TerminalServerTest() {
    first_.set_events(&first_events_);
    second_.set_events(&second_events_);
    console_.set_events(&console_events_);
    server_ = std::make_unique<TerminalServer>("Replica/370 test", [this](const std::string& line) {
      const std::lock_guard lock(mutex_);
      reports_.push_back(line);
    });
    const auto port = server_->open("127.0.0.1", 0);
    if (!port) ADD_FAILURE() << port.error().message;
    port_ = port.value_or(0);
    server_->add({.number = 0x0C1, .kind = TerminalKind::display, .name = "3270", .group = "TSO"}, second_);
    server_->add({.number = 0x0C0, .kind = TerminalKind::display, .name = "3270", .group = ""}, first_);
    server_->add({.number = 0x009, .kind = TerminalKind::printer_keyboard, .name = "3215", .group = ""}, console_);
  }
  // The end of the server is the last that devices hear of.
  ~TerminalServerTest() override { server_.reset(); }

  std::vector<std::string> reports() {
    const std::lock_guard lock(mutex_);
    return reports_;
  }
  // Runs a read that may have to wait for the client.
  static Outcome read(Device& device, EventRecorder& events, u8 command) {
    Outcome outcome = run(device, command);
    if (outcome.waits && events.is_ready()) outcome = carry_out(device, command, {});
    return outcome;
  }

  std::mutex mutex_;
  std::vector<std::string> reports_;
  DeviceEnvironment environment_;
  EventRecorder first_events_, second_events_, console_events_;
  Display first_, second_;
  Console console_{"3215", environment_, Console::Keys::client};
  std::unique_ptr<TerminalServer> server_;
  u16 port_ = 0;
};

TEST_F(TerminalServerTest, ADisplayClientGetsTheFirstFreeDisplayAndAWelcome) {
  TelnetClient client(port_);
  const Bytes welcome = client.negotiate("IBM-3278-2");
  ASSERT_GT(welcome.size(), 2u);
  EXPECT_EQ(welcome[0], 0xF5);
  EXPECT_THAT(text(welcome), HasSubstr(ebcdic("Connected to device 0:00C0")));
  EXPECT_EQ(first_events_.next_status(), unit_status::kDeviceEnd);
  EXPECT_THAT(reports(), testing::Contains("HHCTE009I Client 127.0.0.1 connected to 3270 device 0:00C0"));
  EXPECT_EQ(first_.description(), "127.0.0.1");
}

TEST_F(TerminalServerTest, RecordsGoBothWaysWithTheirFFBytes) {
  TelnetClient client(port_);
  client.negotiate("IBM-3278-2");
  EXPECT_EQ(first_events_.next_status(), unit_status::kDeviceEnd);
  EXPECT_EQ(run(first_, 0x05, hex("C3 C1 FF FF EF C2")).status, kEnd);
  EXPECT_EQ(client.receive_record(), hex("F5 C3 C1 FF FF EF C2"));
  ASSERT_TRUE(client.send_record(hex("7D 40 40 11 40 40 FF EF")));
  EXPECT_EQ(first_events_.next_status(), unit_status::kAttention);
  EXPECT_EQ(run(first_, 0x06).data, hex("7D 40 40 11 40 40 FF EF"));
}

TEST_F(TerminalServerTest, ARecordMayComeInPieces) {
  TelnetClient client(port_);
  client.negotiate("IBM-3278-2");
  EXPECT_EQ(first_events_.next_status(), unit_status::kDeviceEnd);
  for (const u8 byte : hex("7D 40 40 FF FF FF EF")) {
    client.send({byte});
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_EQ(first_events_.next_status(), unit_status::kAttention);
  EXPECT_EQ(run(first_, 0x06).data, hex("7D 40 40 FF"));
}

TEST_F(TerminalServerTest, AReadAsksTheClient) {
  TelnetClient client(port_);
  client.negotiate("IBM-3278-2");
  EXPECT_TRUE(run(first_, 0x02).waits);
  EXPECT_EQ(client.receive_record(), hex("F2"));
  client.send_record(hex("60 40 40 C1"));
  EXPECT_TRUE(first_events_.is_ready());
  EXPECT_EQ(carry_out(first_, 0x02, {}).data, hex("60 40 40 C1"));
}

TEST_F(TerminalServerTest, AClientMayAskForADeviceOrAGroup) {
  TelnetClient by_number(port_), by_group(port_), taken(port_), other(port_);
  EXPECT_THAT(text(by_group.negotiate("IBM-3278-2@tso")), HasSubstr(ebcdic("device 0:00C1")));
  EXPECT_THAT(text(by_number.negotiate("IBM-3278-2@0C0")), HasSubstr(ebcdic("device 0:00C0")));
  EXPECT_THAT(text(taken.negotiate("IBM-3278-2@0C0")), HasSubstr(ebcdic("rejected, device 00C0")));
  EXPECT_THAT(text(other.negotiate("IBM-3278-2@CICS")),
              HasSubstr(ebcdic("rejected, no available 3270 device in group CICS")));
  EXPECT_TRUE(taken.is_closed_by_server());
}

TEST_F(TerminalServerTest, WhenAllAreTakenAClientIsToldSo) {
  TelnetClient first(port_), second(port_);
  first.negotiate("IBM-3278-2");
  EXPECT_THAT(text(second.negotiate("IBM-3278-2")), HasSubstr(ebcdic("Connection rejected, no available 3270 device")));
  EXPECT_TRUE(second.is_closed_by_server());
  TelnetClient third(port_), fourth(port_);
  EXPECT_THAT(text(third.negotiate("VT100")), HasSubstr("Connected to device 0:0009\r\n"));
  EXPECT_THAT(text(fourth.negotiate("VT100")), HasSubstr("Connection rejected, no available 1052 or 3215 device\r\n"));
}

TEST_F(TerminalServerTest, ADisplayIsFreeAgainWhenItsClientHasGone) {
  {
    TelnetClient client(port_);
    client.negotiate("IBM-3278-2");
    EXPECT_EQ(first_events_.next_status(), unit_status::kDeviceEnd);
    EXPECT_TRUE(run(first_, 0x06).waits);
  }
  EXPECT_TRUE(first_events_.is_ready());
  EXPECT_EQ(carry_out(first_, 0x06, {}).status, kNotReady);
  TelnetClient again(port_);
  EXPECT_THAT(text(again.negotiate("IBM-3278-2")), HasSubstr(ebcdic("device 0:00C0")));
  EXPECT_EQ(first_events_.next_status(), unit_status::kDeviceEnd);
}

TEST_F(TerminalServerTest, AConsoleClientTypesLinesAndReadsWhatIsPrinted) {
  TelnetClient client(port_);
  EXPECT_THAT(text(client.negotiate("VT100")), HasSubstr("Replica/370 test\r\n"));
  EXPECT_EQ(console_events_.next_status(), unit_status::kDeviceEnd);
  EXPECT_EQ(run(console_, 0x09, bytes(ebcdic("IEA101A SPECIFY"))).status, kEnd);
  EXPECT_EQ(text(client.receive_until({'\n'})), "IEA101A SPECIFY\r\n");
  client.send(bytes("abx\bc\r\nnext\r\n"));
  EXPECT_EQ(read(console_, console_events_, 0x0A).data, bytes(ebcdic("abc")));
  EXPECT_EQ(read(console_, console_events_, 0x0A).data, bytes(ebcdic("next")));
}

TEST_F(TerminalServerTest, BreakIsTheRequestKey) {
  TelnetClient client(port_);
  client.negotiate("VT100");
  EXPECT_EQ(console_events_.next_status(), unit_status::kDeviceEnd);
  client.send({0xFF, 0xF3});
  EXPECT_EQ(console_events_.next_status(), unit_status::kAttention);
}

TEST_F(TerminalServerTest, AClientThatDoesNotTellItsTypeIsSentAwayAfterSomeSeconds) {
  TelnetClient client(port_);
  client.send({0xFF, 0xFC, 0x18});  // WONT TERMINAL-TYPE
  EXPECT_TRUE(client.is_closed_by_server());
}

// Hercules closes the connection too.
TEST_F(TerminalServerTest, AMachineOfIbmThatIsNoDisplayIsSentAway) {
  TelnetClient client(port_);
  client.receive_until({0xFF, 0xFD, 0x18});
  client.send({0xFF, 0xFB, 0x18, 0xFF, 0xFA, 0x18, 0x00, 'I', 'B', 'M', '-', '9', '9', '9', '9', 0xFF, 0xF0});
  EXPECT_TRUE(client.is_closed_by_server());
}

TEST_F(TerminalServerTest, AClientMayProposeRecordsBeforeItTellsItsType) {
  TelnetClient client(port_);
  client.send(hex("FFFB19 FFFD19 FFFB00 FFFD00 FFFB18"));
  client.receive_until({0xFF, 0xFA, 0x18, 0x01, 0xFF, 0xF0});
  client.send(hex("FFFA1800 49424D2D333237382D32 FFF0"));  // IBM-3278-2
  EXPECT_EQ(first_events_.next_status(), unit_status::kDeviceEnd);
}

TEST_F(TerminalServerTest, ADeviceThatIsTakenAwaySendsItsClientAway) {
  TelnetClient client(port_);
  client.negotiate("IBM-3278-2");
  EXPECT_EQ(first_events_.next_status(), unit_status::kDeviceEnd);
  server_->remove(first_);
  EXPECT_EQ(run(first_, 0x05, hex("C3")).status, kNotReady);
  EXPECT_TRUE(client.is_closed_by_server());
  TelnetClient next(port_);
  EXPECT_THAT(text(next.negotiate("IBM-3278-2")), HasSubstr(ebcdic("Connection rejected")));
}

TEST_F(TerminalServerTest, ADeviceKeepsItsClientUnderAnotherNumber) {
  server_->renumber(0x0C0, 0x1C0);
  TelnetClient client(port_);
  EXPECT_THAT(text(client.negotiate("IBM-3278-2@1C0")), HasSubstr(ebcdic("device 0:01C0")));
}

TEST_F(TerminalServerTest, APortInUseIsAnErrorThatNamesIt) {
  TerminalServer other("other", [](const std::string&) {});
  const auto port = other.open("127.0.0.1", port_);
  ASSERT_FALSE(port);
  EXPECT_EQ(port.error().message, fmt::format("port {} cannot be listened on: Address already in use", port_));
}

TEST_F(TerminalServerTest, AHostThatIsNotThisMachineIsAnError) {
  TerminalServer other("other", [](const std::string&) {});
  EXPECT_FALSE(other.open("192.0.2.1", 0));
}

TEST(Seat, HasAGroupAnAddressAndAMask) {
  TerminalServer::Seat seat{};
  const std::vector<std::string> full = {"tso", "192.168.1.7", "255.255.255.0"};
  ASSERT_TRUE(parse_seat(full, seat));
  EXPECT_EQ(seat.group, "TSO");
  EXPECT_EQ(seat.mask, 0xFFFFFF00u);
  EXPECT_EQ(seat.address, 0xC0A80100u);
  ASSERT_TRUE(parse_seat(std::vector<std::string>{"noprompt"}, seat = {}));
  EXPECT_EQ(seat.group, "");
  EXPECT_FALSE(parse_seat(std::vector<std::string>{"*", "here"}, seat));
  EXPECT_FALSE(parse_seat(std::vector<std::string>{"*", "1.2.3.4", "x"}, seat));
  EXPECT_FALSE(parse_seat(std::vector<std::string>{"*", "1.2.3.4", "255.0.0.0", "more"}, seat));
}

TEST_F(TerminalServerTest, ASeatForAnotherAddressIsNotGiven) {
  server_->remove(first_);
  server_->add({.number = 0x0C0,
                .kind = TerminalKind::display,
                .name = "3270",
                .group = "",
                .address = 0x0A000000,
                .mask = 0xFF000000},
               first_);
  TelnetClient client(port_);
  EXPECT_THAT(text(client.negotiate("IBM-3278-2")), HasSubstr(ebcdic("Connection rejected")));
}

}  // namespace
}  // namespace replica::terminal
