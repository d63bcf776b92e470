// FBA drives and their images.
#include "devices/dasd/fba_device.h"

#include <gtest/gtest.h>

#include <random>

#include "base/big_endian.h"
#include "tests/devices/channel_driver.h"
#include "tests/devices/dasd/volumes.h"

namespace replica::test {
namespace {

using Bytes = std::vector<u8>;

constexpr u8 kGood = unit_status::kEnd;
constexpr u8 kCheck = unit_status::kEnd | unit_status::kUnitCheck;
constexpr u32 kBlocks = 1000;

Bytes block_of(u32 number, u32 seed) {
  Bytes bytes(kFbaBlock);
  for (u32 i = 0; i < kFbaBlock; ++i) bytes[i] = static_cast<u8>(i % 3 == 0 ? seed : number + i / 16);
  return bytes;
}

Step define_extent(u8 mask, u32 block, u32 first, u32 last) {
  Bytes bytes(16);
  bytes[0] = mask;
  store_be32(&bytes[4], block);
  store_be32(&bytes[8], first);
  store_be32(&bytes[12], last);
  return Step::send(0x63, bytes);
}

Step locate(u8 operation, u16 count, u32 block) {
  Bytes bytes(8);
  bytes[0] = operation;
  store_be16(&bytes[2], count);
  store_be32(&bytes[4], block);
  return Step::send(0x43, bytes);
}

constexpr u8 kWriteData = 0x01;
constexpr u8 kReadData = 0x06;
const Step kWholeDevice = define_extent(0xC0, 0, 0, kBlocks - 1);

// An image of each format, and the drive on it.
class FbaDrive : public ::testing::TestWithParam<Format> {
 protected:
  void SetUp() override {
    const u8 serial[] = {0xC6, 0xC2, 0xC1};
    const Compression compression = GetParam() == Format::bzip2  ? Compression::bzip2
                                    : GetParam() == Format::zlib ? Compression::zlib
                                                                 : Compression::none;
    EXPECT_GOOD(create_blocks(folder_.path("volume"), kBlocks, GetParam() == Format::raw, compression,
                              [&](u32 first, std::span<u8> bytes) -> Status {
                                const Bytes label = label_block(serial);
                                if (first == 0) std::copy(label.begin(), label.end(), bytes.begin() + kFbaBlock);
                                return {};
                              }));
    open();
  }
  void open(std::vector<std::string> options = {}) {
    channel_.reset();
    device_.reset();
    DeviceEnvironment environment;
    environment.directory = folder_.path("");
    options.insert(options.begin(), "volume");
    device_ = value_of(make_fba_device("3370", options, environment));
    channel_.emplace(*device_);
    channel_->use_pieces_of(300);
  }
  Outcome chain(const std::vector<Step>& steps) { return channel_->chain(steps); }

  TemporaryFolder folder_;
  std::unique_ptr<Device> device_;
  std::optional<ChannelDriver> channel_;
};

TEST_P(FbaDrive, BlocksAreReadAsTheyWereWritten) {
  for (u32 number = 3; number < kBlocks; number += 37) {
    EXPECT_EQ(chain({kWholeDevice, locate(kWriteData, 1, number), Step::send(0x41, block_of(number, 1))}).status,
              kGood);
  }
  open();
  for (u32 number = 2; number < kBlocks; ++number) {
    const Outcome outcome = chain({kWholeDevice, locate(kReadData, 1, number), Step::read(0x42, kFbaBlock)});
    EXPECT_EQ(outcome.status, kGood);
    EXPECT_EQ(outcome.data, number % 37 == 3 ? block_of(number, 1) : Bytes(kFbaBlock)) << number;
  }
}

// 120 blocks are a group of a compressed image.
TEST_P(FbaDrive, ManyBlocksAreMovedAtOnce) {
  Bytes all;
  for (u32 number = 0; number < 300; ++number) {
    const Bytes block = block_of(number, 7);
    all.insert(all.end(), block.begin(), block.end());
  }
  ASSERT_LT(all.size(), 0x30000u);
  Outcome outcome = chain({kWholeDevice, locate(kWriteData, 300, 100), Step::send(0x41, all)});
  EXPECT_EQ(outcome.status, kGood);
  EXPECT_FALSE(outcome.wrong_length);
  open();
  outcome = chain({kWholeDevice, locate(kReadData, 300, 100), Step::read(0x42, static_cast<u32>(all.size()))});
  EXPECT_TRUE(outcome.data == all);
  EXPECT_EQ(chain({kWholeDevice, locate(kReadData, 1, 100), Step::read(0x42, kFbaBlock)}).data, block_of(0, 7));
  EXPECT_EQ(chain({kWholeDevice, locate(kReadData, 1, 400), Step::read(0x42, kFbaBlock)}).data, Bytes(kFbaBlock));
}

TEST_P(FbaDrive, TheVolumeLabelIsInBlockOne) {
  const Outcome outcome = chain({kWholeDevice, locate(kReadData, 1, 1), Step::read(0x42, 10)});
  EXPECT_TRUE(outcome.wrong_length);
  EXPECT_EQ(outcome.data, (Bytes{0xE5, 0xD6, 0xD3, 0xF1, 0xC6, 0xC2, 0xC1, 0x40, 0x40, 0x40}));
}

TEST_P(FbaDrive, TooFewDataAreFollowedByZeros) {
  chain({kWholeDevice, locate(kWriteData, 2, 10), Step::send(0x41, Bytes(1024, 9))});
  const Outcome outcome = chain({kWholeDevice, locate(kWriteData, 2, 10), Step::send(0x41, Bytes(100, 1))});
  EXPECT_EQ(outcome.status, kGood);
  EXPECT_TRUE(outcome.wrong_length);
  Bytes expected(1024, 9);
  std::fill_n(expected.begin(), 512, u8{0});
  std::fill_n(expected.begin(), 100, u8{1});
  EXPECT_EQ(chain({kWholeDevice, locate(kReadData, 2, 10), Step::read(0x42, 1024)}).data, expected);
}

TEST_P(FbaDrive, AnExtentIsAPartOfTheDevice) {
  chain({kWholeDevice, locate(kWriteData, 1, 505), Step::send(0x41, block_of(505, 3))});
  const Step extent = define_extent(0x40, 500, 20, 29);
  EXPECT_EQ(chain({extent, locate(kReadData, 1, 25), Step::read(0x42, kFbaBlock)}).data, block_of(505, 3));
  for (const Step& bad :
       {locate(kReadData, 1, 19), locate(kReadData, 1, 30), locate(kReadData, 11, 20), locate(kReadData, 0, 20),
        locate(kWriteData, 1, 20), locate(0x03, 1, 20), locate(0x16, 1, 20), locate(kReadData, 65535, 0xFFFFFFFF)}) {
    EXPECT_EQ(chain({extent, bad}).status, kCheck);
    EXPECT_EQ(channel_->sense()[0], 0x80);
  }
}

TEST_P(FbaDrive, ExtentsThatAreNotOnTheDeviceAreRejected) {
  for (const Step& bad :
       {define_extent(0xC0, 0, 0, kBlocks), define_extent(0xC0, kBlocks, 0, 0), define_extent(0xC0, 1, 0, kBlocks - 1),
        define_extent(0xC0, 0, 5, 4), define_extent(0x80, 0, 0, 1), define_extent(0x01, 0, 0, 1),
        define_extent(0xC0, 0xFFFFFFFF, 0, 0xFFFFFFFF)}) {
    EXPECT_EQ(chain({bad}).status, kCheck);
  }
  EXPECT_EQ(chain({kWholeDevice, kWholeDevice}).status, kCheck);
}

TEST_P(FbaDrive, CommandsNeedTheirSequence) {
  EXPECT_EQ(chain({locate(kReadData, 1, 0)}).status, kCheck);
  EXPECT_EQ(chain({kWholeDevice, Step::read(0x42, 512)}).status, kCheck);
  EXPECT_EQ(chain({kWholeDevice, locate(kReadData, 1, 0), Step::send(0x41, Bytes(512))}).status, kCheck);
  EXPECT_EQ(chain({kWholeDevice, locate(kWriteData, 1, 0), Step::read(0x42, 512)}).status, kCheck);
  EXPECT_EQ(chain({kWholeDevice, locate(kReadData, 1, 0), Step::control(0x03), Step::read(0x42, 512)}).status, kCheck);
  EXPECT_EQ(chain({Step::read(0x06, 1)}).status, kCheck);
}

TEST_P(FbaDrive, ReadIplGivesBlockZeroAndDefinesTheExtent) {
  chain({kWholeDevice, locate(kWriteData, 1, 0), Step::send(0x41, block_of(0, 5))});
  EXPECT_EQ(chain({Step::read(0x02, 512)}).data, block_of(0, 5));
  EXPECT_EQ(chain({Step::read(0x02, 512), locate(kReadData, 1, 0), Step::read(0x42, 512)}).data, block_of(0, 5));
}

TEST_P(FbaDrive, WhatTheDriveIs) {
  EXPECT_EQ(chain({Step::read(0xE4, 7)}).data, (Bytes{0xFF, 0x38, 0x80, 0x01, 0x33, 0x70, 0x00}));
  const Bytes characteristics = chain({Step::read(0x64, 32)}).data;
  EXPECT_EQ(characteristics[3], 0x02);
  EXPECT_EQ(load_be16(&characteristics[4]), 512);
  EXPECT_EQ(load_be32(&characteristics[14]), kBlocks);
  EXPECT_EQ(chain({Step::read(0xB4, 24)}).data.size(), 24u);
}

TEST_P(FbaDrive, AMinidiskIsAPartOfTheFile) {
  chain({kWholeDevice, locate(kWriteData, 1, 205), Step::send(0x41, block_of(205, 3))});
  open({"200", "50"});
  EXPECT_EQ(chain({kWholeDevice}).status, kCheck);
  EXPECT_EQ(chain({define_extent(0, 0, 0, 49), locate(kReadData, 1, 5), Step::read(0x42, 512)}).data, block_of(205, 3));
}

TEST_P(FbaDrive, AReadOnlyDriveIsNotWritten) {
  open({"readonly"});
  EXPECT_EQ(chain({kWholeDevice, locate(kWriteData, 1, 5), Step::send(0x41, Bytes(512))}).status, kCheck);
  EXPECT_EQ(channel_->sense()[1], 0x02);
}

TEST_P(FbaDrive, HerculesAcceptsTheImage) {
  if (GetParam() == Format::raw) GTEST_SKIP() << "cckdcdsk is for compressed images";
  NEED_PROGRAM("cckdcdsk");
  for (u32 number = 2; number < kBlocks; number += 11) {
    chain({kWholeDevice, locate(kWriteData, 1, number), Step::send(0x41, block_of(number, number))});
  }
  EXPECT_TRUE(accepted_by_cckdcdsk(folder_.path("volume"), true));
  EXPECT_GOOD(device_->flush());
  const auto before = bytes_of(folder_.path("volume"));
  EXPECT_TRUE(accepted_by_cckdcdsk(folder_.path("volume")));
  EXPECT_TRUE(bytes_of(folder_.path("volume")) == before);
}

TEST_P(FbaDrive, GarbageDoesNoHarm) {
  for (u32 number = 2; number < kBlocks; number += 50) {
    chain({kWholeDevice, locate(kWriteData, 1, number), Step::send(0x41, block_of(number, number))});
  }
  EXPECT_GOOD(device_->flush());
  const Bytes good = bytes_of(folder_.path("volume"));
  channel_.reset();
  device_.reset();
  std::mt19937 random(370);
  for (u32 round = 0; round < 150; ++round) {
    Bytes bad = good;
    for (u32 i = 0; i < 10; ++i) bad[8 + random() % std::min<size_t>(bad.size() - 8, 6000)] = static_cast<u8>(random());
    if (round % 4 == 0) bad.resize(random() % bad.size());
    folder_.write("volume", bad);
    VolumeOptions options;
    options.file = folder_.path("volume");
    auto store = BlockStore::open(options);
    if (!store) continue;
    Bytes bytes(kFbaBlock);
    for (u32 number = 0; number < std::min((*store)->blocks(), kBlocks); number += 13) {
      static_cast<void>((*store)->read(number, bytes));
      static_cast<void>((*store)->write(number, block_of(number, round)));
    }
    static_cast<void>((*store)->flush());
  }
}

INSTANTIATE_TEST_SUITE_P(AllFormats, FbaDrive,
                         ::testing::Values(Format::raw, Format::stored, Format::zlib, Format::bzip2));

TEST(FbaImages, ThoseOfDasdinitAreTaken) {
  NEED_PROGRAM("dasdinit");
  const TemporaryFolder folder;
  struct Case {
    const char* options;
    const char* model;
    u32 blocks;
  };
  for (const Case& one : {Case{"-z", "3310", 125664}, Case{"-bz2", "3370", 558000}, Case{"-z", "3370-2", 712752},
                          Case{"", "3310", 125664}}) {
    std::filesystem::remove(folder.path("image"));
    ASSERT_EQ(run_host(fmt::format("dasdinit {} {} {} FBA001", one.options, folder.path("image"), one.model)).status,
              0);
    VolumeOptions options;
    options.file = folder.path("image");
    const auto store = value_of(BlockStore::open(options));
    EXPECT_EQ(store->blocks(), one.blocks);
    EXPECT_EQ(fba_blocks(*find_fba_geometry(one.model)), one.blocks);
    Bytes label(kFbaBlock);
    EXPECT_GOOD(store->read(1, label));
    EXPECT_EQ(Bytes(label.begin(), label.begin() + 10),
              (Bytes{0xE5, 0xD6, 0xD3, 0xF1, 0xC6, 0xC2, 0xC1, 0xF0, 0xF0, 0xF1}));
  }
}

TEST(FbaImages, MakingADriveNamesWhatIsWrong) {
  const TemporaryFolder folder;
  DeviceEnvironment environment;
  environment.directory = folder.path("");
  auto make = [&](std::vector<std::string> arguments) -> std::string {
    const auto device = make_fba_device("3310", arguments, environment);
    return device ? "made" : device.error().message;
  };
  EXPECT_EQ(make({}), "found 0 words that are no options, expected the name of the image file, origin and blocks");
  make_volume(folder, "ckd", "2311", 2, Format::zlib);
  EXPECT_EQ(make({"ckd"}), folder.path("") + "ckd: is an image of a CKD volume");
  folder.write("odd", Bytes(600));
  EXPECT_EQ(make({"odd"}), folder.path("") + "odd: 600 bytes, expected a multiple of 512 up to 8589934592");
  EXPECT_GOOD(create_blocks(folder.path("big"), 200000, false, Compression::zlib,
                            [](u32, std::span<u8>) -> Status { return {}; }));
  EXPECT_EQ(make({"big"}), folder.path("") + "big: 200000 blocks, more than a 3310 has");
}

}  // namespace
}  // namespace replica::test
