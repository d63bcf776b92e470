// Images whose bytes are garbage: refused, or read and written with errors, but nothing worse. To be run under the sanitizers.
#include <gtest/gtest.h>

#include <random>

#include "devices/dasd/ckd_device.h"
#include "devices/dasd/image_header.h"
#include "tests/devices/channel_driver.h"
#include "tests/devices/dasd/volumes.h"

namespace replica::test {
namespace {

// Opens the image and does with it what a guest could. Says whether it could be opened.
bool use(const std::string& path) {
  VolumeOptions options;
  options.file = path;
  auto store = open_volume(options);
  if (!store) {
    EXPECT_NE(store.error().message.find(path), std::string::npos)
        << "the message must name the file: " << store.error().message;
    return false;
  }
  for (u32 number = 0; number < std::min(300u, (*store)->tracks()); ++number) static_cast<void>((*store)->read(number));
  for (u32 number = 0; number < std::min(30u, (*store)->tracks()); number += 7) {
    static_cast<void>((*store)->write(sample_track(**store, number, number)));
  }
  CkdDevice device("3330", std::move(*store), {});
  ChannelDriver driver(device);
  driver.use_pieces_of(65536);
  for (u8 head = 0; head < 19; head += 3) {
    const std::vector<u8> seek = {0, 0, 0, 0, 0, head};
    driver.chain({Step::send(0x07, seek), Step::send(0xB1, {0, 0, 0, head, 3}), Step::read(0x06, 60000)});
    driver.chain({Step::send(0x07, seek), Step::read(0x92, 8), Step::read(0x9E, 60000), Step::read(0x8E, 60000)});
    driver.chain({Step::send(0x07, seek), Step::send(0x29, {1, 2, 3}), Step::read(0x22, 1)});
    driver.chain({Step::send(0x07, seek), Step::read(0x16, 60000), Step::read(0x5E, 60000)});
    driver.chain({Step::send(0x07, seek), Step::send(0x1F, {0xC0}), Step::send(0x31, {0, 0, 0, head, 1}),
                  Step::send(0x05, std::vector<u8>(5000, head)),
                  Step::send(0x1D, {0, 0, 0, head, 2, 3, 0xFF, 0xFF, 1, 2, 3}),
                  Step::send(0x1D, {0, 0, 0, head, 2, 3, 0, 9, 1, 2, 3})});
    driver.sense();
  }
  static_cast<void>(device.flush());
  return true;
}

class HostileImage : public ::testing::TestWithParam<Format> {
 protected:
  void SetUp() override {
    path_ = make_volume(folder_, "volume", "3330", 3, GetParam());
    const auto store = open_for_test(path_);
    for (u32 number = 1; number < 20; ++number) EXPECT_GOOD(store->write(sample_track(*store, number, number)));
    for (u32 number = 1; number < 20; number += 3) EXPECT_GOOD(store->write(Track(store->address(number))));
  }

  // bzip2 is slow.
  u32 rounds(u32 count) const { return GetParam() == Format::bzip2 ? count / 5 : count; }

  TemporaryFolder folder_;
  std::string path_;
  std::mt19937 random_{370};
};

TEST_P(HostileImage, BytesOfTheHeadersAndTables) {
  const std::vector<u8> good = bytes_of(path_);
  const size_t end = std::min<size_t>(good.size(), GetParam() == Format::raw ? 512 : 1024 + 16 + 512);
  u32 refused = 0;
  for (size_t at = 0; at < end; at += GetParam() == Format::raw ? 1 : 5) {
    if (at >= 32 && at < 512) continue;  // reserved
    std::vector<u8> bad = good;
    const u8 values[] = {0x00, 0xFF, 0x80, static_cast<u8>(bad[at] ^ 1), static_cast<u8>(bad[at] ^ 0x40)};
    bad[at] = values[random_() % 5];
    folder_.write("volume", bad);
    refused += use(path_) ? 0 : 1;
  }
  EXPECT_GT(refused, 5u);
}

TEST_P(HostileImage, RandomBytesAnywhere) {
  const std::vector<u8> good = bytes_of(path_);
  for (u32 round = 0; round < rounds(200); ++round) {
    std::vector<u8> bad = good;
    const size_t flips = random_() % 40 + 1;
    for (size_t i = 0; i < flips; ++i) {
      const size_t range = random_() % 2 == 0 ? std::min<size_t>(bad.size(), 20000) : bad.size();
      bad[random_() % range] = static_cast<u8>(random_());
    }
    std::copy_n(good.begin(), 8, bad.begin());
    folder_.write("volume", bad);
    use(path_);
  }
}

TEST_P(HostileImage, TruncatedAnywhere) {
  const std::vector<u8> good = bytes_of(path_);
  for (u32 round = 0; round < rounds(150); ++round) {
    std::vector<u8> bad = good;
    bad.resize(round < 100 ? round * 31 : random_() % good.size());
    folder_.write("volume", bad);
    use(path_);
  }
}

TEST_P(HostileImage, TablesFullOfRandomEntries) {
  if (GetParam() == Format::raw) GTEST_SKIP() << "a raw image has no tables";
  const std::vector<u8> good = bytes_of(path_);
  for (u32 round = 0; round < rounds(150); ++round) {
    std::vector<u8> bad = good;
    for (size_t at = 1024; at < 1024 + 16 + 2048; at += 8) {
      if (random_() % 8 != 0) continue;
      store32(ByteOrder::little, &bad[at], static_cast<u32>(random_() % (good.size() + 1000)));
      store16(ByteOrder::little, &bad[at + 4], static_cast<u16>(random_() % 20000));
      store16(ByteOrder::little, &bad[at + 6], static_cast<u16>(random_() % 20000));
    }
    folder_.write("volume", bad);
    use(path_);
  }
}

TEST_P(HostileImage, JournalsFullOfGarbage) {
  if (GetParam() != Format::raw) GTEST_SKIP() << "only raw images have journals";
  for (u32 round = 0; round < 100; ++round) {
    std::vector<u8> journal = {'R', 'E', 'P', 'L', 'T', 'R', 'K', '1'};
    const size_t length = random_() % 20000;
    while (journal.size() < length) journal.push_back(static_cast<u8>(random_() % 3 == 0 ? random_() : 0));
    folder_.write("volume.journal", journal);
    EXPECT_TRUE(use(path_));
  }
}

INSTANTIATE_TEST_SUITE_P(AllFormats, HostileImage,
                         ::testing::Values(Format::raw, Format::stored, Format::zlib, Format::bzip2));

TEST(HostileFile, WhatIsNoImageIsRefusedByName) {
  const TemporaryFolder folder;
  auto refusal = [&](const std::string& path) {
    VolumeOptions options;
    options.file = path;
    const auto store = open_volume(options);
    return store ? std::string("opened") : store.error().message;
  };
  EXPECT_EQ(refusal(folder.path("none")), folder.path("none") + ": No such file or directory");
  EXPECT_EQ(refusal(folder.path("")), folder.path("") + ": not a regular file");
  EXPECT_EQ(refusal(folder.write("short", {1, 2, 3})),
            folder.path("short") + ": the file ends at offset 0x3, 509 bytes too early");
  EXPECT_EQ(refusal(folder.write("text", std::vector<u8>(2000, 'x'))),
            folder.path("text") + ": offset 0 has none of the marks CKD_P370 and CKD_C370");
}

// The messages name the place, what was found and what was expected.
TEST(HostileFile, DamageOfTablesIsNamed) {
  const TemporaryFolder folder;
  const std::string path = make_volume(folder, "volume", "3330", 40, Format::zlib);
  {
    const auto store = open_for_test(path);
    for (u32 number = 0; number < 3; ++number) EXPECT_GOOD(store->write(sample_track(*store, number, number + 2)));
  }
  const std::vector<u8> good = bytes_of(path);
  auto refusal = [&](size_t offset, u32 value) {
    std::vector<u8> bad = good;
    store32(ByteOrder::little, &bad[offset], value);
    folder.write("volume", bad);
    VolumeOptions options;
    options.file = path;
    const auto store = open_volume(options);
    return store ? std::string("opened") : store.error().message.substr(path.size());
  };
  const u32 table = load32(ByteOrder::little, &good[1024]);
  EXPECT_EQ(table, 1024u + 4 * 4);  // three tables are needed, four have place
  EXPECT_EQ(refusal(516, 9), ": offset 0x204: 9 entries in the level 1 table, expected 3");
  EXPECT_EQ(refusal(520, 255), ": offset 0x208: 255 entries in a level 2 table, expected 256");
  EXPECT_EQ(refusal(1024, 0x7FFFFFFF),
            fmt::format(": offset 0x400: level 2 table 0 is said to be at 0x7FFFFFFF, expected 0x410 to 0x{:X}",
                        good.size() - 2048));
  EXPECT_EQ(refusal(1024, 0xFFFFFFFF).substr(0, 55), ": offset 0x400: level 2 table 0 is said to be at 0xFFFF");
  EXPECT_EQ(refusal(table + 8, 0x40000000).substr(0, 53), ": offset 0x418: image 1 is said to be at 0x40000000, ");
  EXPECT_EQ(refusal(table + 8, 0xFFFFFFFF),
            ": offset 0x418: image 1 is left to an older file, but this is no shadow file");
  const u32 first = load32(ByteOrder::little, &good[table]);
  EXPECT_EQ(refusal(table + 8, first + 1).substr(0, 29),
            fmt::format(": image 1 at offset 0x{:X} ove", first + 1).substr(0, 29));
  EXPECT_EQ(refusal(8, 20), ": 20 heads and 40 cylinders; a 3330 has 19 heads and 1 to 815 cylinders");
}

}  // namespace
}  // namespace replica::test
