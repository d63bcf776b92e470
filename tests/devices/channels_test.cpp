// Channels: what the I/O instructions answer and store in every state, and the interruptions. GA22-7000 "Input/Output
// Instructions", "Input/Output Interruptions"; facts 6.4, 6.5, 6.7.
#include "devices/channels.h"

#include <gmock/gmock.h>

#include <thread>

#include "tests/devices/channel_fixture.h"

namespace replica::test {
namespace {

using D = ScriptedDevice;

constexpr u8 kEnd = unit_status::kEnd, kAttention = unit_status::kAttention, kBusy = unit_status::kBusy;
constexpr u64 kOldCsw = 0x1111111111111111;

// Devices on the byte multiplexer and on two block multiplexers; programs at fixed places.
class ChannelsTest : public ChannelsFixture {
 protected:
  static constexpr u32 kNoOperation = 0x1000, kRead = 0x1100, kEndless = 0x1200, kInquire = 0x1300, kBad = 0x1400;

  ChannelsTest() {
    console_.record = disk_.record = other_.record = numbered(8);
    ccw(kNoOperation, D::kImmediate, 0, 0, 1);
    ccw(kRead, D::kRead, 0x2000, 0, 8);
    ccw(kEndless, D::kImmediate, 0, kCc, 1);
    ccw(kEndless + 8, kTic, kEndless, 0, 0);
    ccw(kInquire, D::kInquire, 0x2000, kSli, 80);
    ccw(kBad, 0, 0, 0, 1);
    forget_csw();
  }

  void forget_csw() { store_be64(storage_->data() + 64, kOldCsw); }
  // Bits 32-47 were stored and nothing else.
  void expect_status_alone(u8 unit, u8 channel) {
    EXPECT_EQ(csw(), 0x1111111100001111 | u64{status_of(unit, channel)} << 16);
    forget_csw();
  }
  void expect_nothing_stored() { EXPECT_EQ(csw(), kOldCsw); }

  D& console_ = attach(0x009);
  D& reader_ = attach(0x00C);
  D& disk_ = attach(0x130);
  D& other_ = attach(0x131);
  D& far_ = attach(0x230);
};

// ---- Available ----

TEST_F(ChannelsTest, AvailableDeviceTakesAnOperation) {
  EXPECT_EQ(sio(0x130, kRead), 0);
  expect_nothing_stored();
  EXPECT_TRUE(channels_.is_busy(0x130));
  EXPECT_FALSE(pending());
  finish();
  EXPECT_FALSE(channels_.is_busy(0x130));
  EXPECT_EQ(interruption(), 0x130);
  EXPECT_EQ(csw(), csw_of(0, kRead + 8, kEnd, 0, 0));
  EXPECT_FALSE(pending());
  EXPECT_EQ(tio(0x130), 0);
}

TEST_F(ChannelsTest, AvailableDeviceAnswersTheOtherInstructions) {
  EXPECT_EQ(tio(0x130), 0);
  EXPECT_EQ(tch(0x130), 0);
  EXPECT_EQ(clrio(0x130), 0);
  expect_nothing_stored();
  EXPECT_EQ(hio(0x130), 1);
  expect_status_alone(0, 0);
  EXPECT_EQ(hdv(0x130), 1);
  expect_status_alone(0, 0);
  EXPECT_EQ(disk_.halts, 0u);
}

TEST_F(ChannelsTest, AnImmediateCommandEndsInTheInstructionWithItsStatus) {
  EXPECT_EQ(sio(0x130, kNoOperation), 1);
  expect_status_alone(kEnd, 0);
  EXPECT_FALSE(pending());
  EXPECT_EQ(tio(0x130), 0);
}

TEST_F(ChannelsTest, AnImmediateCommandWithPciReportsThatToo) {
  ccw(kNoOperation, D::kImmediate, 0, kPci, 1);
  EXPECT_EQ(sio(0x130, kNoOperation), 1);
  expect_status_alone(kEnd, kPciStatus);
  EXPECT_EQ(sio(0x130, kRead), 0);
  finish();
  EXPECT_EQ(interruption(), 0x130);
  EXPECT_EQ(status(), status_of(kEnd, 0));
}

TEST_F(ChannelsTest, AnImmediateCommandThatChainsIsAnOperationLikeAnother) {
  ccw(kNoOperation, D::kImmediate, 0, kCc, 1);
  ccw(kNoOperation + 8, D::kImmediate, 0, 0, 1);
  EXPECT_EQ(sio(0x130, kNoOperation), 0);
  finish();
  EXPECT_EQ(interruption(), 0x130);
  EXPECT_EQ(csw(), csw_of(0, kNoOperation + 16, kEnd, 0, 1));
}

TEST_F(ChannelsTest, ARejectedCommandEndsInTheInstruction) {
  ccw(kNoOperation, D::kReject, 0, kCc, 1);
  EXPECT_EQ(sio(0x130, kNoOperation), 1);
  expect_status_alone(unit_status::kUnitCheck, 0);
  EXPECT_FALSE(pending());
}

TEST_F(ChannelsTest, ABadFirstCcwEndsInTheInstruction) {
  EXPECT_EQ(sio(0x130, kBad), 1);
  expect_status_alone(0, kProgramCheck);
  key(kRead, 0x58);
  EXPECT_EQ(sio(0x130, kRead, 4), 1);
  expect_status_alone(0, kProtectionCheck);
  EXPECT_TRUE(disk_.commands.empty());
}

TEST_F(ChannelsTest, TheCawHasZerosInBits4To7AndADoublewordAddress) {
  for (const u32 caw : {0x01001100u, 0x0F001100u, 0x00001104u, 0x00FF0000u}) {
    word(72, caw);
    EXPECT_EQ(issue(IoInstruction::start_io, 0x130), 1) << std::hex << caw;
    expect_status_alone(0, kProgramCheck);
  }
}

TEST_F(ChannelsTest, CawAndCswAreAtRealAddresses) {
  context_.prefix = 0x8000;
  word(0x8000 + 72, 0x50000000 | kRead);
  key(0x2000, 0x50);
  EXPECT_EQ(issue(IoInstruction::start_io, 0x130), 0);
  finish();
  EXPECT_EQ(interruption(), 0x130);
  EXPECT_EQ(load_be64(storage_->data() + 0x8000 + 64), csw_of(5, kRead + 8, kEnd, 0, 0));
  expect_nothing_stored();
  EXPECT_EQ(key(0x8000), storage_key::kReference | storage_key::kChange);
}

TEST_F(ChannelsTest, StartIoFastReleaseIsExecutedAsStartIo) {
  word(72, kRead);
  EXPECT_EQ(issue(IoInstruction::start_io_fast_release, 0x130), 0);
  EXPECT_EQ(issue(IoInstruction::start_io_fast_release, 0x130), 2);
  word(72, kNoOperation);
  EXPECT_EQ(issue(IoInstruction::start_io_fast_release, 0x131), 1);
  expect_status_alone(kEnd, 0);
}

// ---- Not operational ----

TEST_F(ChannelsTest, AnAddressWithoutADeviceIsNotOperational) {
  EXPECT_EQ(sio(0x132, kRead), 3);
  EXPECT_EQ(tio(0x132), 3);
  EXPECT_EQ(hio(0x132), 3);
  EXPECT_EQ(hdv(0x132), 3);
  EXPECT_EQ(clrio(0x132), 0);
  EXPECT_EQ(tch(0x132), 0);
  expect_nothing_stored();
}

TEST_F(ChannelsTest, AChannelWithoutDevicesIsNotOperational) {
  for (const auto instruction :
       {IoInstruction::start_io, IoInstruction::start_io_fast_release, IoInstruction::test_io, IoInstruction::clear_io,
        IoInstruction::halt_io, IoInstruction::halt_device, IoInstruction::test_channel, IoInstruction::clear_channel,
        IoInstruction::store_channel_id}) {
    EXPECT_EQ(issue(instruction, 0x330), 3);
  }
  expect_nothing_stored();
}

TEST_F(ChannelsTest, StoreChannelIdTellsTheKind) {
  EXPECT_EQ(issue(IoInstruction::store_channel_id, 0x000), 0);
  EXPECT_EQ(load_be32(storage_->data() + 168), 0x10000000u);
  EXPECT_EQ(issue(IoInstruction::store_channel_id, 0x1FF), 0);
  EXPECT_EQ(load_be32(storage_->data() + 168), 0x20000000u);
}

// ---- The device has something to say ----

TEST_F(ChannelsTest, AttentionInterrupts) {
  console_.present(kAttention);
  look();
  EXPECT_EQ(interruption(), 0x009);
  EXPECT_EQ(csw(), csw_of(0, 0, kAttention, 0, 0));
}

TEST_F(ChannelsTest, StartIoTakesTheStatusThatIsPendingInTheDevice) {
  console_.present(kAttention);
  EXPECT_EQ(sio(0x009, kRead), 1);
  expect_status_alone(kAttention | kBusy, 0);
  EXPECT_TRUE(console_.commands.empty());
  EXPECT_EQ(sio(0x009, kRead), 0);
}

TEST_F(ChannelsTest, TestIoTakesItWithTheRestOfTheCswZero) {
  console_.present(unit_status::kDeviceEnd);
  EXPECT_EQ(tio(0x009), 1);
  EXPECT_EQ(csw(), csw_of(0, 0, unit_status::kDeviceEnd, 0, 0));
  EXPECT_EQ(tio(0x009), 0);
  EXPECT_FALSE(pending());
}

TEST_F(ChannelsTest, HaltingAndClearingLeaveItAlone) {
  console_.present(kAttention);
  EXPECT_EQ(hio(0x009), 1);
  expect_status_alone(0, 0);
  EXPECT_EQ(hdv(0x009), 1);
  EXPECT_EQ(clrio(0x009), 0);
  EXPECT_EQ(interruption(), 0x009);
}

TEST_F(ChannelsTest, StatusOfADeviceWaitsForTheEndOfItsOperation) {
  EXPECT_EQ(sio(0x130, kRead), 0);
  disk_.present(kAttention);
  finish();
  EXPECT_EQ(interruption(), 0x130);
  EXPECT_EQ(status(), status_of(kEnd, 0));
  look();
  EXPECT_EQ(interruption(), 0x130);
  EXPECT_EQ(status(), status_of(kAttention, 0));
}

TEST_F(ChannelsTest, DeviceEndFollowsChannelEnd) {
  disk_.ending = unit_status::kChannelEnd;
  EXPECT_EQ(sio(0x130, kRead), 0);
  finish();
  disk_.present(unit_status::kDeviceEnd);
  EXPECT_EQ(interruption(), 0x130);
  EXPECT_EQ(status(), status_of(unit_status::kChannelEnd, 0));
  look();
  EXPECT_EQ(interruption(), 0x130);
  EXPECT_EQ(csw(), csw_of(0, 0, unit_status::kDeviceEnd, 0, 0));
}

TEST_F(ChannelsTest, ControlUnitEndComesWithTheEnding) {
  disk_.ending = kEnd | unit_status::kControlUnitEnd | unit_status::kUnitCheck;
  EXPECT_EQ(sio(0x130, kRead), 0);
  finish();
  EXPECT_EQ(interruption(), 0x130);
  EXPECT_EQ(status(), status_of(disk_.ending, 0));
}

TEST_F(ChannelsTest, StatusPresentedDuringAnOperationThatIsClearedIsNotLost) {
  EXPECT_EQ(sio(0x130, kEndless), 0);
  disk_.present(kAttention);
  look();
  EXPECT_EQ(clrio(0x130), 1);
  look();
  EXPECT_EQ(interruption(), 0x130);
  EXPECT_EQ(status(), status_of(kAttention, 0));
}

// ---- Interruption pending in the subchannel ----

TEST_F(ChannelsTest, EndedOperationKeepsItsSubchannel) {
  EXPECT_EQ(sio(0x130, kRead), 0);
  finish();
  EXPECT_EQ(sio(0x130, kRead), 2);
  EXPECT_EQ(hio(0x130), 0);
  EXPECT_EQ(hdv(0x130), 0);
  expect_nothing_stored();
  EXPECT_EQ(tch(0x130), 1);
  EXPECT_EQ(tch(0x230), 0);
  EXPECT_EQ(sio(0x131, kRead), 0);  // another subchannel
}

TEST_F(ChannelsTest, TestIoTakesTheEnding) {
  key(0x2000, 0x70);
  EXPECT_EQ(sio(0x130, kRead, 7), 0);
  finish();
  EXPECT_EQ(tio(0x130), 1);
  EXPECT_EQ(csw(), csw_of(7, kRead + 8, kEnd, 0, 0));
  EXPECT_EQ(tio(0x130), 0);
  EXPECT_FALSE(pending());
}

TEST_F(ChannelsTest, ClearIoTakesTheEnding) {
  EXPECT_EQ(sio(0x130, kRead), 0);
  finish();
  EXPECT_EQ(clrio(0x130), 1);
  EXPECT_EQ(csw(), csw_of(0, kRead + 8, kEnd, 0, 0));
  EXPECT_FALSE(pending());
}

// ---- Subchannel working ----

TEST_F(ChannelsTest, WorkingSubchannelIsBusy) {
  EXPECT_EQ(sio(0x130, kEndless), 0);
  next();
  EXPECT_EQ(sio(0x130, kRead), 2);
  EXPECT_EQ(tio(0x130), 2);
  EXPECT_EQ(tch(0x130), 0);
  expect_nothing_stored();
  EXPECT_EQ(sio(0x131, kRead), 0);
}

TEST_F(ChannelsTest, HaltIoEndsAnOperationWhichThenInterrupts) {
  for (const auto instruction : {IoInstruction::halt_io, IoInstruction::halt_device}) {
    EXPECT_EQ(sio(0x130, kEndless), 0);
    next();
    EXPECT_EQ(issue(instruction, 0x130), 1);
    expect_status_alone(0, 0);
    EXPECT_EQ(channels_.next_event(), kNever);
    EXPECT_EQ(interruption(), 0x130);
    EXPECT_EQ(csw() >> 32, kEndless + 8);
    EXPECT_EQ(status(), status_of(kEnd, 0));
    forget_csw();
  }
  EXPECT_EQ(disk_.halts, 2u);
}

TEST_F(ChannelsTest, ClearIoEndsAnOperationAndSaysWhereItWas) {
  EXPECT_EQ(sio(0x130, kEndless), 0);
  next();
  EXPECT_EQ(clrio(0x130), 1);
  EXPECT_EQ(csw() >> 32, kEndless + 8);
  EXPECT_EQ(status(), 0);
  EXPECT_FALSE(pending());
  EXPECT_EQ(channels_.next_event(), kNever);
  EXPECT_EQ(tio(0x130), 0);
}

TEST_F(ChannelsTest, ClearIoIsTestIoWithoutBlockMultiplexing) {
  context_.block_multiplexing = false;
  EXPECT_EQ(sio(0x009, kEndless), 0);
  EXPECT_EQ(clrio(0x009), 2);
  EXPECT_EQ(hio(0x009), 1);
  EXPECT_EQ(clrio(0x009), 1);
  reader_.present(kAttention);
  EXPECT_EQ(clrio(0x00C), 1);
  EXPECT_EQ(status(), status_of(kAttention, 0));
  EXPECT_EQ(clrio(0x00D), 3);
}

// ---- A block multiplexer without block multiplexing is a selector channel ----

class SelectorTest : public ChannelsTest {
 protected:
  SelectorTest() {
    context_.block_multiplexing = false;
    EXPECT_EQ(sio(0x130, kEndless), 0);
    next();
  }
};

TEST_F(SelectorTest, WorksAsAWhole) {
  for (const u16 address : {u16{0x130}, u16{0x131}, u16{0x13F}}) {
    EXPECT_EQ(sio(address, kRead), 2);
    EXPECT_EQ(tio(address), 2);
    EXPECT_EQ(clrio(address), 2);
    EXPECT_EQ(tch(address), 2);
  }
  expect_nothing_stored();
}

TEST_F(SelectorTest, LeavesOtherChannelsAlone) {
  EXPECT_EQ(tch(0x230), 0);
  EXPECT_EQ(sio(0x230, kRead), 0);
  EXPECT_EQ(sio(0x009, kEndless), 0);
  EXPECT_EQ(sio(0x00C, kEndless), 0);  // the byte multiplexer
  EXPECT_EQ(tch(0x009), 0);
}

TEST_F(SelectorTest, HaltIoEndsTheBurstWhoeverItIsFor) {
  EXPECT_EQ(hio(0x131), 2);
  expect_nothing_stored();
  EXPECT_EQ(disk_.halts, 1u);
  EXPECT_EQ(tch(0x130), 1);
  EXPECT_EQ(interruption(), 0x130);
  EXPECT_EQ(tch(0x130), 0);
}

TEST_F(SelectorTest, HaltDeviceEndsTheBurstOfItsDeviceOnly) {
  EXPECT_EQ(hdv(0x131), 2);
  EXPECT_EQ(disk_.halts, 0u);
  EXPECT_EQ(hdv(0x130), 2);
  EXPECT_EQ(disk_.halts, 1u);
}

TEST_F(SelectorTest, IsFreeWhenTheOperationHasEnded) {
  EXPECT_EQ(hio(0x130), 2);
  EXPECT_EQ(sio(0x131, kRead), 0);
}

TEST_F(SelectorTest, TheControlCountsWhenTheOperationIsStarted) {
  context_.block_multiplexing = true;
  EXPECT_EQ(sio(0x131, kRead), 2);
  EXPECT_EQ(hio(0x130), 2);
  EXPECT_EQ(interruption(), 0x130);
  EXPECT_EQ(sio(0x131, kEndless), 0);
  context_.block_multiplexing = false;
  EXPECT_EQ(tch(0x130), 0);
  EXPECT_EQ(tio(0x130), 0);
}

// ---- Program-controlled interruption ----

class PciTest : public ChannelsTest {
 protected:
  PciTest() {
    ccw(0x1500, D::kRead, 0x2000, kCc, 8);
    ccw(0x1508, D::kRead, 0x2100, kCc | kPci, 8);
    ccw(0x1510, D::kRead, 0x2200, kCc | kPci, 8);
    ccw(0x1518, D::kRead, 0x2300, 0, 8);
  }
};

TEST_F(PciTest, InterruptsWhileTheOperationGoesOn) {
  key(0x2000, 0x30);
  EXPECT_EQ(sio(0x130, 0x1500, 3), 0);
  next();
  EXPECT_FALSE(pending());
  next();
  EXPECT_EQ(interruption(), 0x130);
  EXPECT_EQ(csw(), csw_of(3, 0x1510, 0, kPciStatus, 0));
  EXPECT_TRUE(channels_.is_busy(0x130));
  EXPECT_EQ(tio(0x130), 2);
  finish();
  EXPECT_EQ(interruption(), 0x130);  // the second flag, reported with the ending
  EXPECT_EQ(csw(), csw_of(3, 0x1520, kEnd, kPciStatus, 0));
  EXPECT_FALSE(pending());
}

TEST_F(PciTest, IsNotStackedAndTellsWhereTheProgramIsNow) {
  EXPECT_EQ(sio(0x130, 0x1500), 0);
  next();
  next();
  next();
  next();
  EXPECT_EQ(interruption(), 0x130);
  EXPECT_EQ(csw(), csw_of(0, 0x1518, 0, kPciStatus, 0));
  EXPECT_FALSE(pending());
  finish();
  EXPECT_EQ(interruption(), 0x130);
  EXPECT_EQ(status(), status_of(kEnd, 0));
}

TEST_F(PciTest, IsReportedWithTheEndingIfItWasNotTaken) {
  EXPECT_EQ(sio(0x130, 0x1500), 0);
  finish();
  EXPECT_EQ(interruption(), 0x130);
  EXPECT_EQ(csw(), csw_of(0, 0x1520, kEnd, kPciStatus, 0));
  EXPECT_FALSE(pending());
}

TEST_F(PciTest, TestIoDoesNotTakeItFromAWorkingSubchannel) {
  EXPECT_EQ(sio(0x130, 0x1508), 0);
  EXPECT_TRUE(pending());
  EXPECT_EQ(tio(0x130), 2);
  expect_nothing_stored();
  EXPECT_EQ(tch(0x130), 1);
}

TEST_F(PciTest, IsReportedByTheInstructionsThatEndTheOperation) {
  EXPECT_EQ(sio(0x130, 0x1508), 0);
  EXPECT_EQ(clrio(0x130), 1);
  EXPECT_EQ(status(), status_of(0, kPciStatus));
  EXPECT_FALSE(pending());
  EXPECT_EQ(sio(0x130, 0x1508), 0);
  EXPECT_EQ(hio(0x130), 1);
  EXPECT_EQ(interruption(), 0x130);
  EXPECT_EQ(status(), status_of(kEnd, kPciStatus));
}

TEST_F(PciTest, GivesTheProgramTimeInRealTimeToo) {
  context_.real_time = true;
  disk_.step_microseconds = 70;
  EXPECT_EQ(sio(0x130, 0x1508), 0);
  EXPECT_EQ(channels_.next_event(), 70 * kUnitsPerMicrosecond);
}

// ---- Order of interruptions ----

TEST_F(ChannelsTest, TheLowestEnabledChannelComesFirstAndInItTheOldest) {
  far_.present(kAttention);
  look();
  other_.present(kAttention);
  look();
  disk_.present(kAttention);
  look();
  console_.present(kAttention);
  look();
  EXPECT_EQ(interruption(0x40000000), 0x131);
  EXPECT_EQ(interruption(), 0x009);
  EXPECT_EQ(interruption(), 0x130);
  EXPECT_FALSE(pending(0xDFFFFFFF));
  EXPECT_TRUE(pending(0x20000000));
  EXPECT_EQ(interruption(), 0x230);
}

TEST_F(ChannelsTest, AChannelThatNoMaskNamesNeverInterrupts) {
  attach(0x2030).present(kAttention);
  look();
  EXPECT_TRUE(channels_.any_pending());
  EXPECT_FALSE(pending());
  EXPECT_EQ(tio(0x2030), 1);
}

// ---- Reset ----

TEST_F(ChannelsTest, ResetEndsAndForgetsEverything) {
  EXPECT_EQ(sio(0x130, kEndless), 0);
  EXPECT_EQ(sio(0x131, kRead), 0);
  console_.present(kAttention);
  next();
  reader_.present(kAttention);
  channels_.reset();
  look();
  EXPECT_FALSE(channels_.any_pending());
  EXPECT_EQ(channels_.next_event(), kNever);
  for (const u16 address : {u16{0x009}, u16{0x00C}, u16{0x130}, u16{0x131}}) EXPECT_EQ(tio(address), 0);
  EXPECT_EQ(disk_.halts, 1u);
  EXPECT_EQ(disk_.resets, 1u);
  EXPECT_EQ(far_.resets, 1u);
}

TEST_F(ChannelsTest, ClearChannelResetsOneChannel) {
  context_.block_multiplexing = false;
  EXPECT_EQ(sio(0x130, kEndless), 0);
  far_.present(kAttention);
  EXPECT_EQ(issue(IoInstruction::clear_channel, 0x1FF), 0);
  EXPECT_EQ(disk_.resets, 1u);
  EXPECT_EQ(far_.resets, 0u);
  EXPECT_EQ(tch(0x100), 0);
  EXPECT_EQ(interruption(), 0x230);
}

// ---- Time ----

TEST_F(ChannelsTest, StepsTakeTheTimeOfTheirDevice) {
  disk_.step_microseconds = 70;
  context_.now = 5 * kUnitsPerMicrosecond;
  EXPECT_EQ(sio(0x130, kRead), 0);
  EXPECT_EQ(channels_.next_event(), 75 * kUnitsPerMicrosecond);
  context_.now = 75 * kUnitsPerMicrosecond - 1;
  look();
  EXPECT_FALSE(pending());
  context_.now += 1;
  look();
  EXPECT_TRUE(pending());
}

TEST_F(ChannelsTest, ALateLookDoesNotChangeWhenStepsAreDue) {
  disk_.step_microseconds = 70;
  EXPECT_EQ(sio(0x130, kEndless), 0);
  context_.now = 100 * kUnitsPerMicrosecond;
  look();
  EXPECT_EQ(channels_.next_event(), 140 * kUnitsPerMicrosecond);
}

TEST_F(ChannelsTest, InRealTimeStepsTakeNoTimeButTheHosts) {
  context_.real_time = true;
  EXPECT_EQ(sio(0x130, kRead), 0);
  context_.now += 50 * kUnitsPerMicrosecond;
  EXPECT_LE(channels_.next_event(), context_.now);
  look();
  EXPECT_TRUE(pending());
}

// The Sample Operating System starts a reader with interruptions allowed, and then stores the PSW that waits for its end.
TEST_F(ChannelsTest, InRealTimeTheNextInstructionsComeBeforeTheEndOfAProgram) {
  context_.real_time = true;
  EXPECT_EQ(sio(0x130, kRead), 0);
  look();
  EXPECT_FALSE(pending());
}

TEST_F(ChannelsTest, AnEndlessProgramLeavesTheOthersAndTheCpuTheirTurn) {
  for (const bool real_time : {false, true}) {
    context_.real_time = real_time;
    EXPECT_EQ(sio(0x130, kEndless), 0);
    EXPECT_EQ(sio(0x131, kRead), 0);
    context_.now += 1'000'000'000 * kUnitsPerMicrosecond;
    look();
    look();
    EXPECT_EQ(tio(0x130), 2);
    EXPECT_EQ(interruption(), 0x131);
    EXPECT_EQ(hio(0x130), 1);
    EXPECT_EQ(interruption(), 0x130);
  }
}

// ---- Outside ----

TEST_F(ChannelsTest, ACommandWaitsForTheWorldOutsideAndGoesOnAtOnce) {
  console_.answered = false;
  EXPECT_EQ(sio(0x009, kInquire), 0);
  EXPECT_EQ(channels_.next_event(), kNever);
  EXPECT_EQ(tio(0x009), 2);
  context_.now = 1'000'000;
  console_.answer();
  look();
  EXPECT_GE(channels_.next_event(), context_.now);
  finish();
  EXPECT_EQ(interruption(), 0x009);
  EXPECT_EQ(csw(), csw_of(0, kInquire + 8, kEnd, 0, 72));
}

// A program that waits for its console by TEST I/O alone would keep a host's processor busy.
TEST_F(ChannelsTest, InRealTimeATightLoopThatWaitsForTheWorldOutsideSleeps) {
  context_.real_time = true;
  console_.answered = false;
  EXPECT_EQ(sio(0x009, kInquire), 0);
  const auto time_of_polls = [&](unsigned polls, u64 between) {
    const auto begun = std::chrono::steady_clock::now();
    for (unsigned n = 0; n < polls; ++n) {
      context_.now += between;
      EXPECT_EQ(tio(0x009), 2);
    }
    return std::chrono::steady_clock::now() - begun;
  };
  EXPECT_LT(time_of_polls(5000, 100 * kUnitsPerMicrosecond), std::chrono::seconds(2));  // naps would take five
  time_of_polls(1000, kUnitsPerMicrosecond);
  EXPECT_GE(time_of_polls(20, 1000 * kUnitsPerMicrosecond), std::chrono::milliseconds(20));
  console_.answer();
  look();
  finish();
  EXPECT_EQ(interruption(), 0x009);
}

TEST_F(ChannelsTest, InRealTimeAnOperationThatIsAskedForGoesOnAtOnce) {
  context_.real_time = true;
  EXPECT_EQ(sio(0x130, kRead), 0);
  EXPECT_EQ(tio(0x130), 2);
  look();
  EXPECT_TRUE(pending());
}

TEST_F(ChannelsTest, AHaltedCommandDoesNotGoOnWhenItsAnswerComes) {
  console_.answered = false;
  EXPECT_EQ(sio(0x009, kInquire), 0);
  EXPECT_EQ(hio(0x009), 1);
  EXPECT_EQ(interruption(), 0x009);
  console_.answer();
  look();
  EXPECT_FALSE(pending());
  EXPECT_EQ(channels_.next_event(), kNever);
  EXPECT_EQ(tio(0x009), 0);
}

TEST_F(ChannelsTest, NoEventFromAnotherThreadIsLost) {
  constexpr unsigned kRounds = 2000;
  for (unsigned round = 0; round < kRounds; ++round) {
    console_.answered = false;
    ASSERT_EQ(sio(0x009, kInquire), 0);
    std::thread terminal([&] { console_.answer(); });
    std::thread drive([&] { disk_.present(unit_status::kDeviceEnd); });
    bool answered = false, ready = false;
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!answered || !ready) {
      ASSERT_LT(std::chrono::steady_clock::now(), give_up) << "round " << round;
      context_.now += 100 * kUnitsPerMicrosecond;
      look();
      while (pending()) (interruption() == 0x009 ? answered : ready) = true;
      // Sleeps until there is something; a lost event shows as a time that is over.
      if (channels_.next_event() == kNever && !(answered && ready)) {
        channels_.wait_for_outside_event(std::chrono::seconds(20));
      }
    }
    terminal.join();
    drive.join();
  }
}

TEST_F(ChannelsTest, WaitingEndsWhenSomethingHappensOrTheTimeIsOver) {
  const auto begun = std::chrono::steady_clock::now();
  channels_.wait_for_outside_event(std::chrono::milliseconds(5));
  EXPECT_GE(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds(5));
  channels_.wake();
  channels_.wait_for_outside_event(std::chrono::hours(1));
}

// ---- Configuration ----

TEST_F(ChannelsTest, AnAddressHasOneDevice) {
  const Status second = channels_.attach(0x130, std::make_unique<D>());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().message, "device 0130 is there already: test");
  EXPECT_FALSE(channels_.detach(0x132));
  EXPECT_FALSE(channels_.move(0x132, 0x133));
  EXPECT_FALSE(channels_.move(0x130, 0x131));
}

TEST_F(ChannelsTest, ADetachedDeviceTakesItsOperationWithIt) {
  EXPECT_EQ(sio(0x130, kEndless), 0);
  other_.present(kAttention);
  look();
  EXPECT_TRUE(channels_.detach(0x130));
  EXPECT_TRUE(channels_.detach(0x131));
  EXPECT_EQ(channels_.next_event(), kNever);
  EXPECT_FALSE(channels_.any_pending());
  EXPECT_EQ(tch(0x130), 3);
}

TEST_F(ChannelsTest, AMovedDeviceInterruptsWithItsNewAddress) {
  EXPECT_EQ(sio(0x130, kRead), 0);
  EXPECT_TRUE(channels_.move(0x130, 0x23F));
  finish();
  EXPECT_EQ(interruption(), 0x23F);
  EXPECT_EQ(tio(0x130), 3);
}

// ---- Initial program loading ----

class LoadTest : public ChannelsTest {
 protected:
  // A record whose first 8 bytes are the PSW, followed by CCWs.
  void record(u64 psw, u64 first, u64 second = 0) {
    disk_.record = std::vector<u8>(24);
    store_be64(disk_.record.data(), psw);
    store_be64(disk_.record.data() + 8, first);
    store_be64(disk_.record.data() + 16, second);
  }
  static constexpr u64 kNoOperationCcw = 0x0300000020000001;
};

TEST_F(LoadTest, StoresTheAddressWhereTheModeHasIt) {
  record(0x0000000000001000, kNoOperationCcw);
  ASSERT_TRUE(channels_.load(0x130, context_));
  EXPECT_EQ(load_be16(storage_->data() + 2), 0x0130);
  record(0x0008000000001000, kNoOperationCcw);
  ASSERT_TRUE(channels_.load(0x130, context_));
  EXPECT_EQ(load_be16(storage_->data() + 2), 0);
  EXPECT_EQ(load_be16(storage_->data() + 186), 0x0130);
}

TEST_F(LoadTest, IgnoresPciAndLeavesNothingPending) {
  record(0, 0x0300000048000001, 0x0300000008000001);
  ASSERT_TRUE(channels_.load(0x130, context_));
  EXPECT_FALSE(channels_.any_pending());
  EXPECT_EQ(sio(0x130, kRead), 0);
  EXPECT_FALSE(pending());
}

TEST_F(LoadTest, SaysHowItFailed) {
  EXPECT_EQ(channels_.load(0x13F, context_).error().message, "IPL from 013F: there is no such device");
  record(0, 0x0F00000000000001);
  EXPECT_EQ(channels_.load(0x130, context_).error().message,
            "IPL from 0130: the channel program ended with CSW 0000001002000001");
  record(0, 0x0A00200000000001);
  disk_.answered = false;
  EXPECT_EQ(channels_.load(0x130, context_).error().message, "IPL from 0130: the device is not ready");
  record(0, 0x0300000040000001, 0x0800000800000000);
  EXPECT_EQ(channels_.load(0x130, context_).error().message,
            "IPL from 0130: the channel program does not end after 100000 steps");
}

}  // namespace
}  // namespace replica::test
