// Seeks, file mask, sense: what does not move records.
#include "devices/dasd/ckd_factory.h"
#include "tests/devices/dasd/ckd_fixture.h"

namespace replica::test {
namespace {

class CkdControl : public ::testing::Test {
 protected:
  Outcome chain(const std::vector<Step>& steps) { return drive_.channel->chain(steps); }
  // Where the heads are.
  Bytes home() { return drive_.channel->run(Step::read(kReadHome, 5)).data; }

  CkdDrive drive_;
};

TEST_F(CkdControl, SeeksMoveTheHeads) {
  chain({Step::send(kSeek, {0, 0, 0, 2, 0, 5})});
  EXPECT_EQ(home(), (Bytes{0, 0, 2, 0, 5}));
  chain({Step::send(kSeekHead, {0, 0, 0, 9, 0, 7})});
  EXPECT_EQ(home(), (Bytes{0, 0, 2, 0, 7}));
  chain({Step::send(kSeekCylinder, {0, 0, 0, 3, 0, 1})});
  EXPECT_EQ(home(), (Bytes{0, 0, 3, 0, 1}));
  EXPECT_EQ(chain({Step::control(kRecalibrate)}).status, kGood);
  EXPECT_EQ(home(), (Bytes{0, 0, 0, 0, 0}));
}

TEST_F(CkdControl, WhereThereIsNoTrackIsACommandReject) {
  for (const Bytes& address :
       {Bytes{0, 0, 0, 4, 0, 0}, Bytes{0, 0, 0, 0, 0, 19}, Bytes{0, 1, 0, 0, 0, 0}, Bytes{1, 0, 0, 0, 0, 0}}) {
    EXPECT_EQ(chain({Step::send(kSeek, address)}).status, kCheck);
    EXPECT_EQ(drive_.why(), 0x8000u);
    chain({Step::send(kSeek, address)});
    EXPECT_EQ(drive_.message(), 0x04);
  }
  EXPECT_EQ(chain({Step::send(kSeek, {0, 0, 0, 1, 0})}).status, kCheck);
  EXPECT_EQ(drive_.message(), 0x03);
}

TEST_F(CkdControl, TheFileMaskForbidsSeeks) {
  struct Case {
    u8 mask;
    bool seek, cylinder, head, switching;
  };
  for (const Case& one : {Case{0x00, true, true, true, true}, Case{0x08, false, true, true, true},
                          Case{0x10, false, false, true, true}, Case{0x18, false, false, false, false}}) {
    const Step mask = Step::send(kSetFileMask, {one.mask});
    auto expect = [&](bool allowed, const Step& step) {
      EXPECT_EQ(chain({CkdDrive::seek(1, 0), mask, step}).status, allowed ? kGood : kCheck) << int(one.mask);
      EXPECT_EQ(drive_.why(), allowed ? 0u : 0x0004u);
    };
    expect(one.seek, Step::send(kSeek, {0, 0, 0, 1, 0, 1}));
    expect(one.seek, Step::control(kRecalibrate));
    expect(one.cylinder, Step::send(kSeekCylinder, {0, 0, 0, 1, 0, 1}));
    expect(one.head, Step::send(kSeekHead, {0, 0, 0, 1, 0, 1}));
    expect(one.switching, Step::read(kReadHome | kMultitrack, 5));
  }
}

TEST_F(CkdControl, OneFileMaskInAChain) {
  EXPECT_EQ(chain({Step::send(kSetFileMask, {0xC0}), Step::send(kSetFileMask, {0xC0})}).status, kCheck);
  EXPECT_EQ(drive_.why(), 0x8000u);
  EXPECT_EQ(chain({Step::send(kSetFileMask, {0x20})}).status, kCheck);
  EXPECT_EQ(drive_.why(), 0x8000u);
  EXPECT_EQ(chain({Step::send(kSetFileMask, {0x18})}).status, kGood);
  EXPECT_EQ(chain({CkdDrive::seek(1, 0)}).status, kGood) << "the mask is that of one chain";
  EXPECT_EQ(chain({Step::send(kSetFileMask, {0}), Step::read(kReadIpl, 24)}).status, kCheck);
}

TEST_F(CkdControl, CommandsThatDoNothing) {
  EXPECT_EQ(chain({Step::control(kNoOperation)}).status, kGood);
  EXPECT_EQ(chain({Step::control(kRestore)}).status, kGood);
}

TEST_F(CkdControl, UnknownCommandsAreRejected) {
  for (const u32 code : {0x00, 0x21, 0x33, 0x47, 0x63, 0x85, 0x8D, 0x9D, 0xDE, 0xE7, 0xFA, 0x25}) {
    EXPECT_EQ(chain({Step::read(static_cast<u8>(code), 10)}).status, kCheck) << code;
    EXPECT_EQ(drive_.why(), 0x8000u);
  }
}

TEST_F(CkdControl, SectorsAreForDrivesThatHaveThem) {
  EXPECT_EQ(chain({Step::send(kSetSector, {127})}).status, kGood);
  EXPECT_EQ(chain({Step::send(kSetSector, {255})}).status, kGood);
  EXPECT_EQ(chain({Step::send(kSetSector, {128})}).status, kCheck);
  EXPECT_EQ(CkdDrive("2314").channel->chain({Step::send(kSetSector, {0})}).status, kCheck);
  EXPECT_EQ(CkdDrive("2314").channel->chain({Step::read(kReadSector, 1)}).status, kCheck);
}

TEST_F(CkdControl, SenseClearsTheError) {
  chain({Step::read(0x21, 1)});
  EXPECT_EQ(drive_.channel->sense()[0], 0x80);
  EXPECT_EQ(drive_.channel->sense()[0], 0x00);
}

TEST_F(CkdControl, SenseBytesTellDriveAndPosition) {
  chain({Step::send(kSeek, {0, 0, 0, 3, 0, 7}), Step::read(0x21, 1)});
  const Bytes sense = drive_.channel->sense();
  ASSERT_EQ(sense.size(), 24u);
  EXPECT_EQ(sense[4], 0x38);  // drive A
  EXPECT_EQ(sense[5], 3);
  EXPECT_EQ(sense[6], 7);
  EXPECT_EQ(sense[7], 0x01);  // format 0, invalid command

  CkdDrive old("2314");
  old.channel->chain({Step::read(0x21, 1)});
  EXPECT_EQ(old.channel->sense(), (Bytes{0x80, 0, 0, 0x40, 0, 0}));
  CkdDrive older("2311");
  EXPECT_EQ(older.channel->sense(), (Bytes{0, 0, 0, 0xC8, 0, 0}));
  CkdDrive small("3340");
  EXPECT_EQ(small.channel->sense()[2], 0x81);
  EXPECT_EQ(small.channel->sense()[4], 0x80);
}

TEST_F(CkdControl, ReserveAndReleaseGiveTheSenseBytes) {
  for (const u8 code : {u8{0xB4}, u8{0x94}, u8{0x14}}) {
    const Outcome outcome = chain({Step::read(code, 24)});
    EXPECT_EQ(outcome.status, kGood);
    EXPECT_EQ(outcome.data.size(), 24u);
  }
}

TEST_F(CkdControl, SenseIdIsForDrivesThatHaveIt) {
  EXPECT_EQ(chain({Step::read(kSenseId, 7)}).status, kCheck);
  CkdDevice::Options options;
  options.sense_id = true;
  EXPECT_EQ(CkdDrive("3330", options).channel->chain({Step::read(kSenseId, 7)}).data,
            (Bytes{0xFF, 0x38, 0x30, 0x02, 0x33, 0x30, 0x01}));
  EXPECT_EQ(CkdDrive("3380").channel->chain({Step::read(kSenseId, 7)}).data,
            (Bytes{0xFF, 0x38, 0x80, 0x05, 0x33, 0x80, 0x02}));
}

TEST_F(CkdControl, TimesAreShortAndAlwaysTheSame) {
  drive_.channel->begin_chain();
  drive_.device->begin(kSeek);
  EXPECT_EQ(drive_.device->microseconds(), 100u);
  drive_.device->begin(kReadCount);
  EXPECT_EQ(drive_.device->microseconds(), 20u);
}

TEST_F(CkdControl, AHaltedCommandDoesNothing) {
  drive_.channel->begin_chain();
  drive_.channel->run(CkdDrive::seek(1, 0));
  drive_.channel->search(CkdDrive::search_id(0, 1));
  EXPECT_EQ(drive_.device->begin(kWriteData).direction, Device::Direction::from_storage);
  const u8 some[] = {1, 2, 3};
  EXPECT_EQ(drive_.device->write(some), 3u);
  drive_.device->halt();
  EXPECT_EQ(chain({CkdDrive::seek(1, 0), CkdDrive::search_id(0, 1), Step::read(kReadData, 10)}).data,
            CkdDrive::data(0, 1));
}

TEST(CkdFactory, OptionsAreThoseOfHercules) {
  const TemporaryFolder folder;
  make_volume(folder, "volume", "3330", 4, Format::zlib);
  DeviceEnvironment environment;
  environment.directory = folder.path("");
  auto make = [&](std::string_view type, std::vector<std::string> arguments) -> std::string {
    const auto device = make_ckd_device(type, arguments, environment);
    return device ? (*device)->description() : device.error().message;
  };
  const std::string path = folder.path("") + "volume";
  EXPECT_EQ(make("3330", {"volume"}), path + " (CCKD), 4 cylinders, at cylinder 0 head 0");
  EXPECT_EQ(make("3330-1", {"volume", "ftio", "LAZYWRITE"}), path + " (CCKD), 4 cylinders, at cylinder 0 head 0");
  EXPECT_EQ(make("3330", {"volume", "rdonly"}), path + " (CCKD) readonly, 4 cylinders, at cylinder 0 head 0");
  EXPECT_EQ(make("3330", {"volume", "fakewrite"}), path + " (CCKD) fakewrite, 4 cylinders, at cylinder 0 head 0");
  EXPECT_EQ(make("3330", {"volume", "cu=3830"}), path + " (CCKD), 4 cylinders, at cylinder 0 head 0");
  EXPECT_EQ(make("3330", {"volume", "cu=3990"}), "cu=3990: expected one of 2314, 2835, 2841, 3830, 3880");
  EXPECT_EQ(make("3330", {}), "found 0 words that are no options, expected one, the name of the image file");
  EXPECT_EQ(make("3350", {"volume"}), path + ": offset 16: is an image of a 3330, expected a 3350");
  EXPECT_EQ(make("3390", {"volume"}), "3390: no such CKD drive");
  EXPECT_EQ(make("3330", {"other"}), folder.path("") + "other: No such file or directory");
}

}  // namespace
}  // namespace replica::test
