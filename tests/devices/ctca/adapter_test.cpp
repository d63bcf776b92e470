// Two channel programs that meet at an adapter. The behaviour is that of GA22-6983, basic mode.
#include "devices/ctca/adapter.h"

#include <gtest/gtest.h>

#include <thread>

#include "tests/devices/terminal/line_fixture.h"

namespace replica::terminal {
namespace {

constexpr u8 kWrite = 0x01, kRead = 0x02, kControl = 0x07, kReadBackward = 0x0C, kSenseCommand = 0x14,
             kWriteEndMark = 0x81;
constexpr u8 kBusy = unit_status::kBusy | unit_status::kAttention;

class AdapterTest : public testing::Test {
 protected:
  struct Side {
    explicit Side(const std::shared_ptr<AdapterLink>& link, AdapterLink::Side side,
                  const DeviceEnvironment& environment)
        : device(std::make_unique<ChannelAdapter>(link, side, "A", environment)) {
      device->set_events(&events);
    }
    Outcome run(u8 command, const Bytes& data = {}, u32 count = 4096) {
      return terminal::run(*device, command, data, count);
    }
    // A command that has waited goes on.
    Outcome go_on(u8 command, const Bytes& data = {}, u32 count = 4096) {
      EXPECT_TRUE(events.is_ready());
      return carry_out(*device, command, data, count);
    }

    EventRecorder events;
    std::unique_ptr<ChannelAdapter> device;
  };

  DeviceEnvironment environment_;
  std::shared_ptr<AdapterLink> link_ = std::make_shared<AdapterLink>();
  Side x_{link_, AdapterLink::Side::x, environment_};
  Side y_{link_, AdapterLink::Side::y, environment_};
};

TEST_F(AdapterTest, AWriteGivesAttentionToTheOtherSideAndWaitsForItsRead) {
  EXPECT_TRUE(x_.run(kWrite, hex("C1C2C3")).waits);
  EXPECT_EQ(y_.events.next_status(), unit_status::kAttention);
  EXPECT_EQ(y_.run(kSenseCommand).data, Bytes{kWrite});
  EXPECT_TRUE(y_.run(kRead).waits);
  EXPECT_EQ(x_.go_on(kWrite, hex("C1C2C3")).status, kEnd);
  const Outcome read = y_.go_on(kRead);
  EXPECT_EQ(read.status, kEnd);
  EXPECT_EQ(read.data, hex("C1C2C3"));
  EXPECT_FALSE(read.wrong_length);
}

TEST_F(AdapterTest, AReadWaitsForTheOthersWrite) {
  EXPECT_TRUE(y_.run(kRead).waits);
  EXPECT_EQ(x_.events.next_status(), unit_status::kAttention);
  EXPECT_EQ(x_.run(kSenseCommand).data, Bytes{kRead});
  EXPECT_EQ(x_.run(kWrite, hex("C1")).status, kEnd);
  EXPECT_EQ(y_.go_on(kRead).data, hex("C1"));
}

TEST_F(AdapterTest, AReaderThatWantsLessHasAnIncorrectLength) {
  EXPECT_TRUE(y_.run(kRead).waits);
  EXPECT_EQ(x_.run(kWrite, hex("C1C2C3")).status, kEnd);
  const Outcome read = y_.go_on(kRead, {}, 2);
  EXPECT_EQ(read.data, hex("C1C2"));
  EXPECT_TRUE(read.wrong_length);
}

TEST_F(AdapterTest, AControlEndsWhenTheOtherSideHasSensedIt) {
  EXPECT_TRUE(x_.run(kControl).waits);
  EXPECT_EQ(y_.events.next_status(), unit_status::kAttention);
  EXPECT_EQ(y_.run(kSenseCommand).data, Bytes{kControl});
  EXPECT_EQ(x_.go_on(kControl).status, kEnd);
  EXPECT_EQ(y_.run(kSenseCommand).data, Bytes{0x00});
}

TEST_F(AdapterTest, ACommandThatDoesNotFitIsAnsweredBusyAndAttention) {
  EXPECT_TRUE(x_.run(kWrite, hex("C1")).waits);
  EXPECT_EQ(y_.run(kWrite, hex("C2")).status, kBusy);
  EXPECT_EQ(y_.run(kControl).status, kBusy);
  EXPECT_EQ(y_.run(kWriteEndMark).status, kBusy);
  x_.device->halt();
  EXPECT_TRUE(x_.run(kRead).waits);
  EXPECT_EQ(y_.run(kRead).status, kBusy);
  EXPECT_EQ(y_.run(kReadBackward).status, kBusy);
}

TEST_F(AdapterTest, AnEndMarkIsAUnitExceptionToTheReader) {
  EXPECT_TRUE(y_.run(kRead).waits);
  EXPECT_EQ(x_.run(kWriteEndMark).status, kEnd);
  EXPECT_EQ(y_.go_on(kRead).status, kEnd | unit_status::kUnitException);
  EXPECT_TRUE(x_.run(kWriteEndMark).waits);
  EXPECT_TRUE(y_.run(kRead).waits);
  EXPECT_EQ(x_.go_on(kWriteEndMark).status, kEnd);
  EXPECT_EQ(y_.go_on(kRead).status, kEnd | unit_status::kUnitException);
}

// The chains by which two spoolers talk: CONTROL, READ on one side; SENSE COMMAND, WRITE on the other.
TEST_F(AdapterTest, ControlAndReadMeetSenseAndWrite) {
  EXPECT_TRUE(x_.run(kControl).waits);
  EXPECT_EQ(y_.run(kSenseCommand).data, Bytes{kControl});
  EXPECT_EQ(x_.go_on(kControl).status, kEnd);
  EXPECT_TRUE(y_.run(kWrite, hex("D1")).waits);
  EXPECT_TRUE(carry_out(*x_.device, kRead, {}).waits);
  EXPECT_EQ(y_.go_on(kWrite, hex("D1")).status, kEnd);
  EXPECT_EQ(x_.go_on(kRead).data, hex("D1"));
}

TEST_F(AdapterTest, AHaltedCommandIsForgotten) {
  EXPECT_TRUE(x_.run(kWrite, hex("C1")).waits);
  x_.device->halt();
  EXPECT_EQ(y_.run(kSenseCommand).data, Bytes{0x00});
  EXPECT_TRUE(y_.run(kWrite, hex("C2")).waits);
  y_.device->reset();
  EXPECT_EQ(x_.run(kSenseCommand).data, Bytes{0x00});
}

TEST_F(AdapterTest, WithoutTheOtherSideNothingIsReady) {
  EXPECT_TRUE(x_.run(kWrite, hex("C1")).waits);
  y_.device.reset();
  EXPECT_EQ(x_.go_on(kWrite, hex("C1")).status, kNotReady);
  EXPECT_EQ(x_.run(0x04).data, hex("40"));
  EXPECT_EQ(x_.run(kSenseCommand).status, kNotReady);
  EXPECT_EQ(x_.run(0x03).status, kEnd);
}

TEST_F(AdapterTest, CommandsOfTheExtendedModeAndUnknownOnesAreRejected) {
  for (const u8 command : hex("C3 E3 00 10 E4")) {
    EXPECT_EQ(x_.run(command).status, kCheck) << int{command};
    EXPECT_EQ(x_.run(0x04).data, hex("80"));
  }
  EXPECT_EQ(x_.run(0x43).status, kEnd);  // set basic mode
}

TEST_F(AdapterTest, TheBitsThatDoNotTellTheKindOfACommandReachTheOtherSide) {
  for (const u8 command : hex("07 0F F7 01 0D 02 7A 0C 81 FD")) {
    EXPECT_TRUE(x_.run(command).waits) << int{command};
    EXPECT_EQ(y_.run(0x74).data, Bytes{command});
    x_.device->halt();
  }
}

// Two machines on two threads.
TEST_F(AdapterTest, CarriesRecordsBetweenThreads) {
  constexpr int kRecords = 500;
  const auto complete = [](Side& side, u8 command, const Bytes& data) {
    Outcome outcome = side.run(command, data);
    while (outcome.waits && side.events.is_ready()) outcome = carry_out(*side.device, command, data);
    return outcome;
  };
  std::thread writer([&] {
    for (int n = 0; n < kRecords; ++n) {
      const Outcome outcome = complete(x_, kWrite, Bytes(static_cast<std::size_t>(n + 1), static_cast<u8>(n)));
      EXPECT_EQ(outcome.status, kEnd);
    }
  });
  for (int n = 0; n < kRecords; ++n) {
    EXPECT_EQ(complete(y_, kRead, {}).data, Bytes(static_cast<std::size_t>(n + 1), static_cast<u8>(n)));
  }
  writer.join();
}

}  // namespace
}  // namespace replica::terminal
