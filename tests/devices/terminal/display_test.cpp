// Statuses and sense bytes marked (H) are those of Hercules 3.13, seen with a client of our own and a guest that stores its
// CSW; the rest is from GA23-0218.
#include "devices/terminal/display.h"

#include <gtest/gtest.h>

#include "tests/devices/terminal/line_fixture.h"

namespace replica::terminal {
namespace {

class DisplayTest : public testing::Test {
 protected:
  DisplayTest() { display_.set_events(&events_); }

  void connect(const Screen& screen = {}) {
    display_.connected(line_, screen);
    EXPECT_EQ(events_.next_status(), unit_status::kDeviceEnd);  // (H)
  }
  void key(const Bytes& record) {
    display_.received(record);
    EXPECT_EQ(events_.next_status(), unit_status::kAttention);  // (H)
  }
  Bytes sense() { return run(display_, 0x04).data; }

  Display display_;
  EventRecorder events_;
  std::shared_ptr<FakeLine> line_ = std::make_shared<FakeLine>();
};

// (H)
TEST_F(DisplayTest, WithoutAClientEverythingButSenseFindsTheDisplayNotReady) {
  for (const u8 command : hex("01 02 03 05 06 0B 0D 0E 0F 11 99")) {
    EXPECT_EQ(run(display_, command).status, kNotReady) << int{command};
    EXPECT_EQ(sense(), hex("40")) << int{command};
  }
  EXPECT_EQ(run(display_, 0x04).status, kEnd);
  EXPECT_EQ(sense(), hex("00"));
}

// (H)
TEST_F(DisplayTest, SenseIdIsThatOfA3274WithA3278) { EXPECT_EQ(run(display_, 0xE4).data, hex("FF32741D327802")); }

// (H)
TEST_F(DisplayTest, WritesGoToTheClientAsRecordsWithTheRemoteCommand) {
  connect();
  EXPECT_EQ(run(display_, 0x01, hex("C3 C1 C2 FF")).status, kEnd);
  EXPECT_EQ(line_->take(), hex("F1 C3 C1 C2 FF"));
  EXPECT_EQ(run(display_, 0x05, hex("C3 C1 C2 FF")).status, kEnd);
  EXPECT_EQ(line_->take(), hex("F5 C3 C1 C2 FF"));
  EXPECT_EQ(run(display_, 0x0D, hex("C3")).status, kEnd);
  EXPECT_EQ(line_->take(), hex("7E C3"));
  EXPECT_EQ(run(display_, 0x0F).status, kEnd);
  EXPECT_EQ(line_->take(), hex("6F"));
}

TEST_F(DisplayTest, SelectAndNoOperationEndAtOnceAndTellTheClientNothing) {
  connect();
  for (const u8 command : hex("0B 1B 2B 3B 4B 03")) EXPECT_EQ(run(display_, command).status, kEnd);
  EXPECT_TRUE(line_->sent.empty());
}

// (H)
TEST_F(DisplayTest, AnUnknownCommandIsRejected) {
  connect();
  EXPECT_EQ(run(display_, 0x99).status, kCheck);
  EXPECT_EQ(sense(), hex("80"));
  EXPECT_EQ(sense(), hex("00"));
}

TEST_F(DisplayTest, StructuredFieldsAreForExtendedDisplays) {
  connect();
  EXPECT_EQ(run(display_, 0x11, hex("0005 01 FF FF")).status, kCheck);
  EXPECT_EQ(sense(), hex("80"));
  display_.disconnected();
  connect({.is_extended = true});
  EXPECT_EQ(run(display_, 0x11, hex("0005 01 FF FF")).status, kEnd);
  EXPECT_EQ(line_->take(), hex("F3 0005 01 FF FF"));
}

// (H)
TEST_F(DisplayTest, AKeyRaisesAttentionAndReadModifiedGetsItsRecord) {
  connect();
  key(hex("7D 40 40 C1 C2 C3"));
  const Outcome read = run(display_, 0x06, {}, 32);
  EXPECT_EQ(read.status, kEnd);
  EXPECT_EQ(read.data, hex("7D 40 40 C1 C2 C3"));
  EXPECT_TRUE(line_->sent.empty());
}

TEST_F(DisplayTest, ARecordThatIsLongerThanTheReadHasAWrongLength) {
  connect();
  key(hex("7D 40 40 C1 C2 C3"));
  const Outcome read = run(display_, 0x06, {}, 2);
  EXPECT_EQ(read.data, hex("7D 40"));
  EXPECT_TRUE(read.wrong_length);
}

// (H) but for READ BUFFER, which Hercules asks for too.
TEST_F(DisplayTest, AReadWithoutAKeyAsksTheClientAndWaits) {
  connect();
  const std::pair<u8, u8> commands[] = {{0x02, 0xF2}, {0x06, 0xF6}, {0x0E, 0x6E}};
  for (const auto& [local, remote] : commands) {
    EXPECT_TRUE(run(display_, local).waits);
    EXPECT_EQ(line_->take(), Bytes{remote});
    display_.received(hex("60 40 40 D1 D2"));
    EXPECT_TRUE(events_.is_ready());
    EXPECT_EQ(carry_out(display_, local, {}).data, hex("60 40 40 D1 D2"));
  }
}

TEST_F(DisplayTest, ReadBufferAsksForTheWholeScreenEvenAfterAKey) {
  connect();
  key(hex("7D 40 40"));
  EXPECT_TRUE(run(display_, 0x02).waits);
  EXPECT_EQ(line_->take(), hex("F2"));
  display_.received(hex("7D 40 40 C1"));
  EXPECT_EQ(carry_out(display_, 0x02, {}).data, hex("7D 40 40 C1"));
}

TEST_F(DisplayTest, AReadChainedToAWriteBeginsWhereTheWriteHasEnded) {
  connect();
  key(hex("7D 40 40 11C150C1C2 115D7FC3"));
  display_.begin_chain();
  EXPECT_EQ(carry_out(display_, 0x01, hex("C1 11 C1 50 1D 40")).status, kEnd);
  EXPECT_EQ(carry_out(display_, 0x06, {}).data, hex("7D 40 40 115D7FC3"));
  // The next chain begins at zero again.
  key(hex("7D 40 40 11C150C1C2 115D7FC3"));
  EXPECT_EQ(run(display_, 0x06).data, hex("7D 40 40 11C150C1C2 115D7FC3"));
}

TEST_F(DisplayTest, AWriteThatRestoresTheKeyboardForgetsTheKey) {
  connect();
  key(hex("7D 40 40"));
  run(display_, 0x01, hex("C1"));  // does not restore it
  EXPECT_EQ(run(display_, 0x06).data, hex("7D 40 40"));
  key(hex("7D 40 40"));
  run(display_, 0x01, hex("C3"));
  EXPECT_TRUE(run(display_, 0x06).waits);
}

TEST_F(DisplayTest, OfAWriteWithABadOrderWhatStandsBeforeItIsWritten) {
  connect();
  EXPECT_EQ(run(display_, 0x05, hex("C3 C1 11 07 80 C2")).status, kCheck);  // position 1920 of 1920
  EXPECT_EQ(sense(), hex("01"));                                            // operation check
  EXPECT_EQ(line_->take(), hex("F5 C3 C1"));
}

TEST_F(DisplayTest, TheAlternateScreenIsLargerUntilTheNextEraseWrite) {
  connect({.alternate_size = 2560});
  EXPECT_EQ(run(display_, 0x0D, hex("C3 11 07 80 C2")).status, kEnd);
  EXPECT_EQ(run(display_, 0x01, hex("C3 11 07 80 C2")).status, kEnd);
  EXPECT_EQ(run(display_, 0x05, hex("C3 11 07 80 C2")).status, kCheck);
  EXPECT_EQ(run(display_, 0x01, hex("C3 11 07 80 C2")).status, kCheck);
}

// (H): no interruption; the next command finds it out.
TEST_F(DisplayTest, AClientThatGoesLeavesTheDisplayNotReadyAndMayComeAgain) {
  connect();
  key(hex("7D 40 40"));
  display_.disconnected();
  EXPECT_EQ(run(display_, 0x06).status, kNotReady);
  EXPECT_EQ(sense(), hex("40"));
  line_ = std::make_shared<FakeLine>();
  connect();
  EXPECT_EQ(run(display_, 0x05, hex("C3")).status, kEnd);
  EXPECT_TRUE(run(display_, 0x06).waits);  // the key of the former client has gone with it
}

TEST_F(DisplayTest, AReadThatWaitsEndsWhenTheClientGoes) {
  connect();
  EXPECT_TRUE(run(display_, 0x06).waits);
  display_.disconnected();
  EXPECT_TRUE(events_.is_ready());
  EXPECT_EQ(carry_out(display_, 0x06, {}).status, kNotReady);
}

TEST_F(DisplayTest, AWriteWaitsWhileTheClientDoesNotTakeWhatWasWritten) {
  connect();
  line_->backlog = 1 << 20;
  EXPECT_TRUE(run(display_, 0x05, hex("C3")).waits);
  line_->backlog = 0;
  display_.drained();
  EXPECT_TRUE(events_.is_ready());
  EXPECT_EQ(carry_out(display_, 0x05, hex("C3")).status, kEnd);
}

TEST_F(DisplayTest, AHaltedReadDoesNotTakeALaterAnswer) {
  connect();
  EXPECT_TRUE(run(display_, 0x06).waits);
  display_.halt();
  key(hex("60 40 40"));
}

TEST_F(DisplayTest, ASystemResetForgetsTheKeyAndKeepsTheClient) {
  connect();
  key(hex("7D 40 40"));
  display_.reset();
  EXPECT_TRUE(run(display_, 0x06).waits);
  EXPECT_EQ(line_->take(), hex("F6"));
}

}  // namespace
}  // namespace replica::terminal
