#include "devices/network/network.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "tests/devices/terminal/telnet_client.h"

namespace replica {
namespace {

using terminal::bytes;
using terminal::TelnetClient;

constexpr std::chrono::seconds kPatience{10};

// Sends back what it gets, and tells its end.
class Echo final : public ConnectionHandler {
 public:
  Echo(std::shared_ptr<Connection> connection, std::promise<void>& ended)
      : connection_(std::move(connection)), ended_(ended) {}
  void received(std::span<const u8> data) override {
    connection_->send({data.begin(), data.end()});
    if (data.back() == '.') connection_->close();
  }
  void closed() override { ended_.set_value(); }

 private:
  std::shared_ptr<Connection> connection_;
  std::promise<void>& ended_;
};

class NetworkTest : public testing::Test {
 protected:
  u16 listen(unsigned most = 10) {
    const auto port = network_->listen("127.0.0.1", 0, most, [this](std::shared_ptr<Connection> connection) {
      return std::make_shared<Echo>(std::move(connection), ended_);
    });
    return port.value_or(0);
  }
  bool has_ended() { return ended_.get_future().wait_for(kPatience) == std::future_status::ready; }

  std::promise<void> ended_;
  std::unique_ptr<Network> network_ = std::make_unique<Network>();
};

TEST_F(NetworkTest, BytesGoBothWays) {
  TelnetClient client(listen());
  client.send(bytes("abc;"));
  EXPECT_EQ(client.receive_until({';'}), bytes("abc;"));
  client.close();
  EXPECT_TRUE(has_ended());
}

TEST_F(NetworkTest, WhatWaitsIsSentBeforeAConnectionIsClosed) {
  TelnetClient client(listen());
  client.send(bytes("last words."));
  EXPECT_EQ(client.receive_until({'.'}), bytes("last words."));
  EXPECT_TRUE(client.is_closed_by_server());
  EXPECT_TRUE(has_ended());
}

TEST_F(NetworkTest, ItsEndEndsEveryConnection) {
  TelnetClient client(listen());
  client.send(bytes(";"));
  client.receive_until({';'});
  network_.reset();
  EXPECT_TRUE(has_ended());
  EXPECT_TRUE(client.is_closed_by_server());
}

TEST_F(NetworkTest, MoreConnectionsThanTheListenerTakesAreClosed) {
  const u16 port = listen(1);
  TelnetClient first(port);
  first.send(bytes(";"));
  first.receive_until({';'});
  TelnetClient second(port);
  EXPECT_TRUE(second.is_closed_by_server());
}

TEST_F(NetworkTest, ItConnectsToAPeer) {
  const u16 port = listen();
  std::promise<void> ended, failed;
  std::promise<std::shared_ptr<Connection>> made;
  network_->connect(
      "127.0.0.1", port,
      [&](std::shared_ptr<Connection> connection) {
        made.set_value(connection);
        return std::make_shared<Echo>(connection, ended);
      },
      [&] { failed.set_value(); });
  auto connection = made.get_future();
  ASSERT_EQ(connection.wait_for(kPatience), std::future_status::ready);
  EXPECT_EQ(connection.get()->peer(), "127.0.0.1");
  network_.reset();
}

TEST_F(NetworkTest, AConnectionThatCannotBeMadeIsToldOf) {
  std::promise<void> failed;
  network_->connect(
      "127.0.0.1", 1, [](const std::shared_ptr<Connection>&) { return nullptr; }, [&] { failed.set_value(); });
  EXPECT_EQ(failed.get_future().wait_for(kPatience), std::future_status::ready);
}

TEST_F(NetworkTest, FunctionsRunOnItsThread) {
  std::thread::id there;
  network_->wait_for([&] { there = std::this_thread::get_id(); });
  EXPECT_NE(there, std::this_thread::get_id());
  std::promise<std::thread::id> later;
  network_->after(std::chrono::milliseconds(1), [&] { later.set_value(std::this_thread::get_id()); });
  EXPECT_EQ(later.get_future().get(), there);
}

}  // namespace
}  // namespace replica
