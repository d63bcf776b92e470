// What clients may do to the port: nothing of it stops the server, makes it grow, or holds the channel's thread.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <thread>

#include "devices/terminal/display.h"
#include "devices/terminal/terminal_server.h"
#include "tests/devices/terminal/line_fixture.h"

namespace replica::terminal {
namespace {

class HostileClient : public testing::Test {
 protected:
  HostileClient() {
    display_.set_events(&events_);
    port_ = server_.open("127.0.0.1", 0).value_or(0);
    server_.add({.number = 0x0C0, .kind = TerminalKind::display, .name = "3270", .group = ""}, display_);
  }
  ~HostileClient() override { server_.remove(display_); }

  // A good client is served as ever.
  void expect_alive() {
    TelnetClient client(port_);
    EXPECT_FALSE(client.negotiate("IBM-3278-2").empty());
    EXPECT_EQ(events_.next_status(), unit_status::kDeviceEnd);
    client.close();
    expect_free();
  }
  // The server notices that the client has gone.
  void expect_free() {
    for (int tries = 0; tries < 500 && display_.description() != "not connected"; ++tries)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    EXPECT_EQ(display_.description(), "not connected");
  }
  u8 random() { return static_cast<u8>((state_ = state_ * 1103515245 + 12345) >> 16); }

  u32 state_ = 1;
  EventRecorder events_, fresh_events_;
  Display display_;
  TerminalServer server_{"Replica/370 test", [](const std::string&) {}};
  u16 port_ = 0;
};

TEST_F(HostileClient, SendsRandomBytes) {
  for (unsigned round = 0; round < 30; ++round) {
    TelnetClient client(port_);
    Bytes garbage(20000);
    for (u8& byte : garbage) byte = round % 2 == 0 ? random() : static_cast<u8>(random() | 0xF0);
    client.send(garbage);
  }
  expect_alive();
}

TEST_F(HostileClient, SendsRandomRecordsToADisplay) {
  TelnetClient client(port_);
  client.negotiate("IBM-3278-2-E");
  EXPECT_EQ(events_.next_status(), unit_status::kDeviceEnd);
  Bytes garbage(20000);
  for (u8& byte : garbage) byte = random() % 16 == 0 ? 0xFF : random();
  garbage.insert(garbage.end(), {0xFF, 0xEF, 0xFF, 0xEF});
  client.send(garbage);
  for (int n = 0; n < 200; ++n) {
    for (const u8 command : hex("06 02 0E 05 11")) run(display_, command, garbage);
    display_.halt();
  }
  client.close();
  expect_free();
  display_.set_events(&fresh_events_);
  TelnetClient next(port_);
  EXPECT_FALSE(next.negotiate("IBM-3278-2").empty());
  EXPECT_EQ(fresh_events_.next_status(), unit_status::kDeviceEnd);
}

TEST_F(HostileClient, SendsARecordWithoutEnd) {
  TelnetClient client(port_);
  client.negotiate("IBM-3278-2");
  const std::size_t before = resident_bytes();
  const Bytes piece(1 << 16, 0xC1);
  bool sent = true;
  for (int n = 0; n < 1000 && sent; ++n) sent = client.send(piece);
  EXPECT_FALSE(sent) << "64 MB were taken as one record";
  EXPECT_LT(resident_bytes(), before + (16u << 20));
  EXPECT_EQ(events_.next_status(), unit_status::kDeviceEnd);
  client.close();
  expect_alive();
}

TEST_F(HostileClient, SendsASubnegotiationWithoutEnd) {
  TelnetClient client(port_);
  client.send({0xFF, 0xFA, 0x18, 0x00});
  const std::size_t before = resident_bytes();
  const Bytes piece(1 << 16, 'A');
  bool sent = true;
  for (int n = 0; n < 1000 && sent; ++n) sent = client.send(piece);
  EXPECT_LT(resident_bytes(), before + (16u << 20));
  expect_alive();
}

// Each gets an answer, which the client does not take.
TEST_F(HostileClient, ProposesOptionsAndNeverReads) {
  TelnetClient client(port_);
  Bytes proposals;
  for (int n = 0; n < 20000; ++n)
    proposals.insert(proposals.end(), {0xFF, u8(n % 2 == 0 ? 0xFB : 0xFC), u8(100 + n % 4 / 2)});
  const std::size_t before = resident_bytes();
  bool sent = true;
  for (int n = 0; n < 300 && sent; ++n) sent = client.send(proposals);
  EXPECT_LT(resident_bytes(), before + (16u << 20));
  expect_alive();
}

// IAC SB COMPRESS2 IAC SE, and then what would be the beginning of a compressed stream.
TEST_F(HostileClient, BeginsToCompress) {
  TelnetClient client(port_);
  client.send(hex("FFFA56FFF0 789C 0102030405060708"));
  EXPECT_TRUE(client.is_closed_by_server());
  expect_alive();
}

TEST_F(HostileClient, ConnectsThousandsOfTimes) {
  for (int n = 0; n < 3000; ++n) TelnetClient client(port_);
  expect_alive();
}

TEST_F(HostileClient, HoldsMoreConnectionsThanThereAre) {
  {
    std::vector<std::unique_ptr<TelnetClient>> clients;
    for (int n = 0; n < 400; ++n) clients.push_back(std::make_unique<TelnetClient>(port_));
    EXPECT_TRUE(clients.back()->is_closed_by_server());
  }
  expect_alive();
}

// The guest writes without end to a client that does not read: the channel program waits, the thread does not.
TEST_F(HostileClient, DoesNotReadWhatTheGuestWrites) {
  TelnetClient client(port_);
  client.negotiate("IBM-3278-2");
  EXPECT_EQ(events_.next_status(), unit_status::kDeviceEnd);
  const std::size_t before = resident_bytes();
  const auto start = std::chrono::steady_clock::now();
  const Bytes screen(0x7FF0, 0xC1);
  bool is_stuck = false;  // waits, and not only until the server's thread has its turn
  for (int n = 0; n < 20000 && !is_stuck; ++n) {
    is_stuck = run(display_, 0x05, screen).waits && !events_.is_ready(std::chrono::milliseconds(500));
  }
  EXPECT_TRUE(is_stuck);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
  EXPECT_LT(resident_bytes(), before + (16u << 20));
  client.close();
  EXPECT_TRUE(events_.is_ready());
  EXPECT_EQ(carry_out(display_, 0x05, screen).status, kNotReady);
  expect_alive();
}

}  // namespace
}  // namespace replica::terminal
