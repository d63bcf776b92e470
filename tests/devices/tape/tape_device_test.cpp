// The commands of the drives, with status and sense bytes as the manuals and facts/6.14 have them.
#include "devices/tape/tape_device.h"

#include <signal.h>
#include <sys/resource.h>

#include "tests/devices/channel_driver.h"
#include "tests/devices/tape/tape_fixture.h"

namespace replica::tape_test {
namespace {

using test::ChannelDriver;
using test::Outcome;

constexpr u8 kEnd = unit_status::kEnd;
constexpr u8 kCheck = unit_status::kEnd | unit_status::kUnitCheck;
constexpr u8 kException = unit_status::kEnd | unit_status::kUnitException;

// Commands.
constexpr u8 kWrite = 0x01, kRead = 0x02, kNoOperation = 0x03, kSense = 0x04, kRewind = 0x07, kReadBackward = 0x0C,
             kRewindUnload = 0x0F, kEraseGap = 0x17, kRequestTrackInError = 0x1B, kWriteTapeMark = 0x1F,
             kBackspaceBlock = 0x27, kBackspaceFile = 0x2F, kForwardSpaceBlock = 0x37, kForwardSpaceFile = 0x3F,
             kDataSecurityErase = 0x97, kMode1600 = 0xC3, kMode800 = 0xCB, kSenseId = 0xE4;

class TapeDrive : public testing::Test {
 protected:
  void make(const std::string& type, std::vector<std::string> arguments, bool sense_id = false) {
    DeviceEnvironment environment;
    environment.directory = folder_.path("");
    environment.sense_id = sense_id;
    environment.report = [this](const std::string& message) { reports_.push_back(message); };
    auto made = make_tape_device(type, arguments, environment);
    ASSERT_TRUE(made) << made.error().message;
    driver_.reset();
    device_ = std::move(*made);
    driver_.emplace(*device_);
  }
  // A 3420 with an AWS tape of these records.
  void make_with(const std::vector<TapeRecord>& records, std::vector<std::string> options = {}) {
    write_all(folder_.path("t.aws"), records);
    options.insert(options.begin(), "t.aws");
    make("3420", options);
  }
  TapeDevice& drive() { return static_cast<TapeDevice&>(*device_); }
  Outcome run(u8 command, u32 count = 1) { return driver_->run(command, count); }
  Outcome write(Bytes bytes) { return driver_->run(kWrite, std::move(bytes)); }
  Bytes sense() { return run(kSense, 24).data; }
  Bytes image() { return contents(folder_.path("t.aws")); }

  TemporaryFolder folder_;
  std::unique_ptr<Device> device_;
  std::optional<ChannelDriver> driver_;
  std::vector<std::string> reports_;
};

TEST_F(TapeDrive, ReadsBlocksThenATapeMarkThenRunsOff) {
  make_with({hex("010203"), noise(5000, 1), kMark});
  auto outcome = run(kRead, 3);
  EXPECT_EQ(outcome.status, kEnd);
  EXPECT_FALSE(outcome.wrong_length);
  EXPECT_EQ(outcome.data, hex("010203"));
  outcome = run(kRead, 6000);
  EXPECT_EQ(outcome.status, kEnd);
  EXPECT_TRUE(outcome.wrong_length);
  EXPECT_EQ(outcome.residual, 1000u);
  EXPECT_EQ(outcome.data, noise(5000, 1));
  outcome = run(kRead, 80);
  EXPECT_EQ(outcome.status, kException);
  EXPECT_EQ(outcome.residual, 80u);
  EXPECT_FALSE(outcome.immediate) << "a tape mark ends the read, it does not refuse it";
  outcome = run(kRead, 80);
  EXPECT_EQ(outcome.status, kCheck);
  EXPECT_EQ(outcome.residual, 80u);
  EXPECT_EQ(sense(), hex("1020 0004 00C0 0360 0000 0000 0080 0100 0100 00FF FF00 0000"));
}

TEST_F(TapeDrive, LongerBlockThanTheCountIsWrongLength) {
  make_with({hex("010203"), hex("0405")});
  const auto outcome = run(kRead, 2);
  EXPECT_TRUE(outcome.wrong_length);
  EXPECT_EQ(outcome.residual, 0u);
  EXPECT_EQ(outcome.data, hex("0102"));
  EXPECT_EQ(run(kRead, 2).data, hex("0405")) << "the tape stands behind the block";
}

TEST_F(TapeDrive, WritesBlocksAndTapeMarks) {
  make_with({});
  EXPECT_EQ(write(hex("0102030405")).status, kEnd);
  EXPECT_EQ(run(kWriteTapeMark).status, kEnd);
  EXPECT_TRUE(run(kWriteTapeMark).immediate);
  EXPECT_EQ(image(), hex("0500 0000 A000 0102030405") + hex("0000 0500 4000") + hex("0000 0000 4000"));
  EXPECT_EQ(sense()[1], 0x44) << "ready, write status";
}

TEST_F(TapeDrive, WritesAtMost65535Bytes) {
  make_with({});
  const auto outcome = write(noise(70000, 2));
  EXPECT_EQ(outcome.status, kEnd);
  EXPECT_EQ(outcome.residual, 70000u - 65535);
  EXPECT_TRUE(outcome.wrong_length);
  EXPECT_EQ(image().size(), 65541u);
}

TEST_F(TapeDrive, WriteWithoutDataIsWordCountZero) {
  make_with({hex("01")});
  EXPECT_EQ(write({}).status, kCheck);
  EXPECT_EQ(sense()[0], 0x02);
  EXPECT_EQ(image().size(), 7u);
}

TEST_F(TapeDrive, ReadsBackward) {
  make_with({hex("010203"), kMark, noise(3000, 5)});
  run(kForwardSpaceFile);
  run(kForwardSpaceBlock);
  auto outcome = run(kReadBackward, 3000);
  EXPECT_EQ(outcome.status, kEnd);
  EXPECT_EQ(outcome.data, noise(3000, 5));
  EXPECT_EQ(run(kReadBackward, 3000).status, kException);
  outcome = run(kReadBackward, 2);
  EXPECT_EQ(outcome.data, hex("0203")) << "the end of the block comes first";
  EXPECT_TRUE(outcome.wrong_length);
  outcome = run(kReadBackward, 2);
  EXPECT_EQ(outcome.status, kCheck);
  EXPECT_EQ(outcome.residual, 2u);
  const Bytes bytes = sense();
  EXPECT_EQ(bytes[0], 0);
  EXPECT_EQ(bytes[1], 0x48) << "ready, load point";
}

TEST_F(TapeDrive, SpacesBlocks) {
  make_with({hex("01"), kMark, hex("02")});
  EXPECT_EQ(run(kForwardSpaceBlock).status, kEnd);
  EXPECT_EQ(run(kForwardSpaceBlock).status, kException);
  EXPECT_EQ(run(kForwardSpaceBlock).status, kEnd);
  EXPECT_EQ(run(kForwardSpaceBlock).status, kCheck);
  EXPECT_EQ(sense()[0], 0x10);
  EXPECT_EQ(run(kBackspaceBlock).status, kEnd);
  EXPECT_EQ(run(kBackspaceBlock).status, kException);
  EXPECT_EQ(run(kBackspaceBlock).status, kEnd);
  EXPECT_EQ(run(kBackspaceBlock).status, kCheck);
  EXPECT_EQ(sense()[1] & 0x08, 0x08);
}

TEST_F(TapeDrive, SpacesFilesWithoutException) {
  make_with({hex("01"), kMark, hex("02"), hex("03"), kMark, hex("04")});
  EXPECT_EQ(run(kForwardSpaceFile).status, kEnd);
  EXPECT_EQ(run(kRead, 1).data, hex("02"));
  EXPECT_EQ(run(kForwardSpaceFile).status, kEnd);
  EXPECT_EQ(run(kForwardSpaceFile).status, kCheck) << "no more tape marks";
  EXPECT_EQ(run(kBackspaceFile).status, kEnd);
  EXPECT_EQ(run(kReadBackward, 1).data, hex("03"));
  EXPECT_EQ(run(kBackspaceFile).status, kEnd);
  EXPECT_EQ(run(kBackspaceFile).status, kCheck);
  EXPECT_EQ(sense()[0], 0);
}

TEST_F(TapeDrive, RewindsToTheLoadPoint) {
  make_with({hex("01"), kMark, hex("02")});
  run(kForwardSpaceFile);
  EXPECT_EQ(run(kRewind).status, kEnd);
  EXPECT_EQ(run(kRead, 1).data, hex("01"));
}

TEST_F(TapeDrive, ProtectedTapeRejectsWriting) {
  make_with({hex("01")}, {"noring"});
  const Bytes before = image();
  for (const u8 command : {kWrite, kWriteTapeMark, kEraseGap, kDataSecurityErase}) {
    EXPECT_EQ(run(command, 10).status, kCheck);
    const Bytes bytes = sense();
    EXPECT_EQ(bytes[0], 0x80);
    EXPECT_EQ(bytes[1], 0x4A) << "ready, load point, file protect";
  }
  EXPECT_EQ(image(), before);
}

TEST_F(TapeDrive, EmptyDriveIsNotReady) {
  make("3420", {"*"});
  for (const u8 command : {kWrite, kRead, kNoOperation, kRewind, kRewindUnload, kMode1600, kForwardSpaceFile}) {
    const auto outcome = run(command);
    EXPECT_EQ(outcome.status, unit_status::kUnitCheck);
    EXPECT_TRUE(outcome.immediate);
    const Bytes bytes = sense();
    EXPECT_EQ(bytes[0], 0x40);
    EXPECT_EQ(bytes[1], 0x22) << "not ready, file protect";
  }
  EXPECT_EQ(device_->description(), "*");
}

TEST_F(TapeDrive, DeviceEndWithInterventionIsAnOption) {
  make("3420", {"*", "deonirq=1"});
  EXPECT_EQ(run(kRead).status, kCheck);
}

TEST_F(TapeDrive, RewindUnloadTakesTheTapeOff) {
  make_with({hex("01")});
  EXPECT_EQ(run(kRewindUnload).status, kCheck | unit_status::kControlUnitEnd);
  EXPECT_EQ(sense()[0], 0x40);
  EXPECT_FALSE(drive().is_mounted());
  EXPECT_EQ(run(kRead).status, unit_status::kUnitCheck);
  EXPECT_TRUE(open_tape(folder_.path("t.aws"), {})) << "the image is not in use any more";
}

TEST_F(TapeDrive, MountPresentsDeviceEnd) {
  make("3420", {});
  write_all(folder_.path("t.aws"), {hex("77")});
  EXPECT_TRUE(drive().mount(std::vector<std::string>{"t.aws", "ro"}));
  EXPECT_EQ(driver_->presented, hex("04"));
  EXPECT_EQ(run(kRead, 1).data, hex("77"));
  EXPECT_TRUE(drive().mount(std::vector<std::string>{"t.aws"})) << "the same once more";
  EXPECT_EQ(driver_->presented, hex("0404"));
  EXPECT_TRUE(drive().mount(std::vector<std::string>{"*"}));
  EXPECT_EQ(driver_->presented, hex("0404"));
  EXPECT_FALSE(drive().is_mounted());
}

TEST_F(TapeDrive, WrongOptionLeavesTheTapeOn) {
  make_with({hex("77")});
  EXPECT_FALSE(drive().mount(std::vector<std::string>{"other.aws", "level=11"}));
  EXPECT_EQ(run(kRead, 1).data, hex("77"));
  EXPECT_FALSE(drive().mount(std::vector<std::string>{"other.aws"}));
  EXPECT_FALSE(drive().is_mounted());
  EXPECT_TRUE(drive().mount({})) << "as before";
  EXPECT_EQ(run(kRead, 1).data, hex("77"));
  run(kRewindUnload);
  EXPECT_TRUE(drive().mount({}));
  EXPECT_EQ(run(kRead, 1).data, hex("77"));
}

TEST_F(TapeDrive, SenseIsKeptUntilTakenOrTheNextCommand) {
  make_with({hex("01")});
  EXPECT_EQ(run(0x05).status, kCheck);
  EXPECT_EQ(run(kNoOperation).status, kEnd);
  EXPECT_EQ(sense()[0], 0x80);
  EXPECT_EQ(sense()[0], 0x00) << "taken";
  EXPECT_EQ(run(0x05).status, kCheck);
  EXPECT_EQ(run(kRewind).status, kEnd);
  EXPECT_EQ(sense()[0], 0x00);
  EXPECT_EQ(run(0x05).status, kCheck);
  device_->reset();
  EXPECT_EQ(sense()[0], 0x00);
}

TEST_F(TapeDrive, SenseLengths) {
  const std::vector<std::pair<std::string, u32>> lengths = {{"2400", 6}, {"3410", 9}, {"3411", 9}, {"3420", 24}};
  for (const auto& [type, length] : lengths) {
    make(type, {"*"});
    EXPECT_EQ(device_->type(), type);
    const auto outcome = run(kSense, 30);
    EXPECT_EQ(outcome.status, kEnd);
    EXPECT_EQ(outcome.residual, 30 - length);
    EXPECT_TRUE(run(kSense, 2).wrong_length);
  }
}

TEST_F(TapeDrive, SenseIdIsAnswerdIfConfigured) {
  make("3420", {"*"});
  EXPECT_EQ(run(kSenseId, 7).status, kCheck);
  EXPECT_EQ(sense()[0] & 0x80, 0x80);
  make("3420", {"*"}, true);
  EXPECT_EQ(run(kSenseId, 7).data, hex("FF 3803 02 3420 06"));
  make("2401", {"*"}, true);
  EXPECT_EQ(run(kSenseId, 7).status, kCheck);
}

TEST_F(TapeDrive, ModeSetsCountAtTheLoadPoint) {
  make_with({hex("01")});
  EXPECT_EQ(sense()[3], 0x04) << "1600 bits per inch";
  EXPECT_EQ(run(kMode800).status, kEnd);
  EXPECT_EQ(sense()[3], 0x00);
  run(kForwardSpaceBlock);
  EXPECT_EQ(run(kMode1600).status, kEnd);
  EXPECT_EQ(sense()[3], 0x00);
  for (const u8 seven_tracks : hex("13 23 2B 33 3B 53 63 6B 73 7B 93 A3 AB B3 BB")) {
    EXPECT_EQ(run(seven_tracks).status, kEnd);
  }
}

TEST_F(TapeDrive, OtherCommandsOfThe3420) {
  make_with({hex("01")});
  EXPECT_EQ(run(0x0B).status, kEnd) << "diagnostic mode set";
  const auto track_in_error = run(kRequestTrackInError, 1);
  EXPECT_EQ(track_in_error.status, kEnd);
  EXPECT_EQ(track_in_error.residual, 0u);
  EXPECT_EQ(run(0x8B, 100).residual, 0u) << "loop write to read";
  EXPECT_EQ(run(0xF4, 24).data.size(), 24u) << "sense and reserve";
  EXPECT_EQ(run(0xD4, 24).data.size(), 24u) << "sense and release";
  EXPECT_EQ(run(0xD3).status, kEnd) << "6250 bits per inch";
  EXPECT_EQ(image().size(), 7u);
}

TEST_F(TapeDrive, EraseGapLeavesTheImageAlone) {
  make_with({hex("01"), hex("02")});
  EXPECT_EQ(run(kEraseGap).status, kEnd);
  EXPECT_EQ(image().size(), 14u);
  EXPECT_EQ(run(kRead, 1).data, hex("01"));
}

TEST_F(TapeDrive, DataSecurityEraseErasesTheRest) {
  make_with({hex("01"), hex("02"), kMark});
  run(kForwardSpaceBlock);
  EXPECT_EQ(run(kDataSecurityErase).status, kEnd);
  EXPECT_EQ(image(), hex("0100 0000 A000 01"));
}

TEST_F(TapeDrive, EndOfTapeIsAnExceptionThenAFailure) {
  make_with({}, {"maxsize=1000", "eotmargin=400"});
  EXPECT_EQ(write(Bytes(494, 1)).status, kEnd);
  EXPECT_EQ(write(Bytes(94, 1)).status, kException) << "written, but the marker has been passed";
  EXPECT_EQ(run(kEraseGap).status, kException);
  EXPECT_EQ(run(kWriteTapeMark).status, kException);
  EXPECT_EQ(sense()[4], 0x40);
  EXPECT_EQ(run(kRewind).status, kEnd);
  EXPECT_EQ(sense()[4], 0x00);
  run(kForwardSpaceFile);
  EXPECT_EQ(run(kReadBackward, 1).status, kException) << "the tape mark";
  EXPECT_EQ(run(kRead, 100).status, kException);
  EXPECT_EQ(write(Bytes(1000, 1)).status, kCheck);
  EXPECT_EQ(sense()[0], 0x10);
  EXPECT_EQ(image().size(), 606u);
}

// A guest's error recovery backspaces over the block that failed.
TEST_F(TapeDrive, FailedWriteLeavesTheTapeBehindTheBlock) {
  make_with({}, {"maxsize=100"});
  EXPECT_EQ(write(Bytes(50, 0x11)).status, kException);
  EXPECT_EQ(write(Bytes(50, 0x22)).status, kCheck);
  EXPECT_EQ(run(kBackspaceBlock).status, kEnd);
  EXPECT_EQ(run(kEraseGap).status, kException);
  EXPECT_EQ(write(Bytes(30, 0x33)).status, kException);
  run(kRewindUnload);
  EXPECT_EQ(read_all(folder_.path("t.aws")), (std::vector<TapeRecord>{Bytes(50, 0x11), Bytes(30, 0x33)}));
}

TEST_F(TapeDrive, DamagedBlockIsADataCheckAndIsToldOnce) {
  make("3420", {"*"});
  folder_.write("bad.aws", hex("0100 0000 A000 01") + hex("0500 0100 2000 0203040506"));
  ASSERT_TRUE(drive().mount(std::vector<std::string>{"bad.aws"}));
  EXPECT_EQ(run(kRead, 1).status, kEnd);
  for (int retry = 0; retry < 3; ++retry) {
    const auto outcome = run(kRead, 5);
    EXPECT_EQ(outcome.status, kCheck);
    EXPECT_EQ(outcome.data.size(), 0u);
    EXPECT_EQ(sense()[0], 0x08);
    EXPECT_EQ(run(kBackspaceBlock).status, kEnd) << "gets before the damaged block";
  }
  ASSERT_EQ(reports_.size(), 1u);
  EXPECT_NE(reports_[0].find("bad.aws: offset 7: found a header that begins no block"), std::string::npos)
      << reports_[0];
  EXPECT_EQ(run(kReadBackward, 1).data, hex("01"));
}

// The host has no more space: here, a limit on the size of files.
TEST_F(TapeDrive, WriteThatTheHostRefusesLeavesTheImageWhole) {
  make_with({Bytes(500, 0x11)});
  const Bytes before = image();
  signal(SIGXFSZ, SIG_IGN);
  rlimit old{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &old), 0);
  const rlimit limit{1000, old.rlim_max};
  run(kForwardSpaceBlock);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
  EXPECT_EQ(write(Bytes(800, 0x22)).status, kCheck);
  EXPECT_EQ(image(), before);
  EXPECT_EQ(sense()[0], 0x08);
  EXPECT_EQ(write(Bytes(100, 0x33)).status, kCheck) << "behind the damaged block";
  EXPECT_EQ(run(kBackspaceBlock).status, kEnd);
  EXPECT_EQ(write(Bytes(100, 0x44)).status, kEnd);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &old), 0);
  signal(SIGXFSZ, SIG_DFL);
  EXPECT_EQ(image(), before + hex("6400 F401 A000") + Bytes(100, 0x44));
  ASSERT_FALSE(reports_.empty());
  EXPECT_NE(reports_[0].find("File too large"), std::string::npos) << reports_[0];
}

TEST_F(TapeDrive, HaltGivesUpAWrite) {
  make_with({hex("01")});
  EXPECT_EQ(device_->begin(kWrite).direction, Device::Direction::from_storage);
  EXPECT_EQ(device_->write(hex("0203")), 2u);
  device_->halt();
  EXPECT_EQ(image().size(), 7u);
  EXPECT_EQ(run(kRead, 1).data, hex("01"));
}

TEST_F(TapeDrive, DescriptionTellsWhereTheTapeIs) {
  make_with({hex("01"), kMark, hex("02")}, {"ro"});
  run(kForwardSpaceFile);
  EXPECT_EQ(device_->description(), folder_.path("t.aws") + " AWS readonly file 2, record 2, offset 13");
}

TEST_F(TapeDrive, UnknownTypeIsAnError) {
  const auto made = make_tape_device("3480", {}, {});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().message, "'3480' is not a tape drive; expected 2400, 2401, 2415, 2420, 3410, 3411, 3420");
}

}  // namespace
}  // namespace replica::tape_test
