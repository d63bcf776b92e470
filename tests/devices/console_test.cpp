#include "devices/console.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/devices/terminal/line_fixture.h"

namespace replica::terminal {
namespace {

using testing::ElementsAre;

class ConsoleTest : public testing::Test {
 protected:
  ConsoleTest() {
    panel_.set_events(&events_);
    panel_.on_line([this](const std::string& line) { lines_.push_back(line); });
    client_.set_events(&events_);
  }
  void connect() {
    client_.connected(line_, {});
    EXPECT_EQ(events_.next_status(), unit_status::kDeviceEnd);
  }

  DeviceEnvironment environment_;
  Console panel_{"3215", environment_};
  Console client_{"3215", environment_, Console::Keys::client};
  EventRecorder events_;
  std::vector<std::string> lines_;
  std::shared_ptr<FakeLine> line_ = std::make_shared<FakeLine>();
};

TEST_F(ConsoleTest, AnIntegratedConsolePrintsLinesAtThePanel) {
  EXPECT_EQ(run(panel_, 0x01, bytes(ebcdic("ENTER "))).status, kEnd);
  EXPECT_THAT(lines_, ElementsAre());
  EXPECT_EQ(run(panel_, 0x09, bytes(ebcdic("DATE"))).status, kEnd);
  EXPECT_THAT(lines_, ElementsAre("ENTER DATE"));
}

TEST_F(ConsoleTest, ATypedLineRaisesAttentionAndWaitsForTheRead) {
  panel_.enter("START");
  EXPECT_EQ(events_.next_status(), unit_status::kAttention);
  EXPECT_EQ(run(panel_, 0x0A).data, bytes(ebcdic("START")));
}

TEST_F(ConsoleTest, AReadWaitsForALine) {
  EXPECT_TRUE(run(panel_, 0x0A).waits);
  panel_.enter("GO");
  EXPECT_TRUE(events_.is_ready());
  EXPECT_EQ(carry_out(panel_, 0x0A, {}).data, bytes(ebcdic("GO")));
}

TEST_F(ConsoleTest, ACancelledLineIsAUnitException) {
  client_.connected(line_, {});
  client_.pressed(Terminal::Key::cancel);
  EXPECT_EQ(run(client_, 0x0A).status, kEnd | unit_status::kUnitException);
}

TEST_F(ConsoleTest, AnUnknownCommandIsRejected) {
  EXPECT_EQ(run(panel_, 0x05).status, kCheck);
  EXPECT_EQ(run(panel_, 0x04).data, hex("80"));
}

TEST_F(ConsoleTest, WithoutAClientAllButSenseFindTheConsoleNotReady) {
  for (const u8 command : hex("01 09 0A 0B 03")) EXPECT_EQ(run(client_, command).status, kNotReady);
  EXPECT_EQ(run(client_, 0x04).data, hex("40"));
}

TEST_F(ConsoleTest, AClientGetsEachWriteAtOnce) {
  connect();
  EXPECT_EQ(run(client_, 0x01, bytes(ebcdic("ENTER "))).status, kEnd);
  EXPECT_EQ(line_->take(), bytes("ENTER "));
  EXPECT_EQ(run(client_, 0x09, bytes(ebcdic("DATE"))).status, kEnd);
  EXPECT_EQ(line_->take(), bytes("DATE\r\n"));
}

TEST_F(ConsoleTest, AClientsLineRaisesAttentionAndTheAttentionKeyToo) {
  connect();
  client_.received(bytes("hello"));
  EXPECT_EQ(events_.next_status(), unit_status::kAttention);
  EXPECT_EQ(run(client_, 0x0A).data, bytes(ebcdic("hello")));
  client_.pressed(Terminal::Key::attention);
  EXPECT_EQ(events_.next_status(), unit_status::kAttention);
  EXPECT_TRUE(run(client_, 0x0A).waits);
}

TEST_F(ConsoleTest, AReadThatWaitsEndsWhenTheClientGoes) {
  connect();
  EXPECT_TRUE(run(client_, 0x0A).waits);
  client_.disconnected();
  EXPECT_TRUE(events_.is_ready());
  EXPECT_EQ(carry_out(client_, 0x0A, {}).status, kNotReady);
}

TEST_F(ConsoleTest, AWriteWaitsWhileTheClientDoesNotTakeWhatWasWritten) {
  connect();
  line_->backlog = 1 << 20;
  EXPECT_TRUE(run(client_, 0x09, hex("C1")).waits);
  line_->backlog = 0;
  client_.drained();
  EXPECT_TRUE(events_.is_ready());
  EXPECT_EQ(carry_out(client_, 0x09, hex("C1")).status, kEnd);
}

}  // namespace
}  // namespace replica::terminal
