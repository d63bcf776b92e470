// Compressed images: what is written is read again, and the file obeys the rules that keep it whole.
#include "devices/dasd/compressed_file.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "base/big_endian.h"
#include "devices/dasd/compressed_store.h"
#include "tests/devices/dasd/volumes.h"

namespace replica::test {
namespace {

u32 le32(const std::vector<u8>& bytes, size_t offset) { return load32(ByteOrder::little, &bytes[offset]); }

class CompressedVolume : public ::testing::TestWithParam<Format> {
 protected:
  TemporaryFolder folder_;
  std::string path_ = make_volume(folder_, "volume.cckd", "3330", 40, GetParam());
};

TEST_P(CompressedVolume, TracksAreReadAsTheyWereWritten) {
  std::map<u32, Track> written;
  {
    const auto store = open_for_test(path_);
    for (u32 number = 0; number < store->tracks(); number += 7) {
      Track track = sample_track(*store, number, number);
      EXPECT_GOOD(store->write(track));
      written.insert_or_assign(number, std::move(track));
    }
  }
  const auto store = open_for_test(path_, true);
  for (u32 number = 0; number < store->tracks(); ++number) {
    const Track track = value_of(store->read(number));
    const auto found = written.find(number);
    if (found != written.end()) {
      EXPECT_TRUE(std::ranges::equal(track.bytes(), found->second.bytes())) << number;
    } else {
      EXPECT_EQ(track.record_count(), 1u) << number;
    }
  }
  EXPECT_TRUE(value_of(check_image({path_, {}, true})).empty());
}

TEST_P(CompressedVolume, AnEmptiedTrackTakesNoSpace) {
  {
    const auto store = open_for_test(path_);
    EXPECT_GOOD(store->write(sample_track(*store, 5, 1)));
    EXPECT_GOOD(store->write(Track::null(store->address(5), NullFormat::end_of_file)));
  }
  const ImageSummary summary = value_of(summarize_image(path_));
  EXPECT_EQ(summary.stored, 1u);  // the label's
  const auto store = open_for_test(path_, true);
  EXPECT_EQ(value_of(store->read(5)).null_format(), NullFormat::end_of_file);
}

TEST_P(CompressedVolume, RewritingDoesNotLetTheFileGrow) {
  u64 size = 0;
  for (u32 round = 0; round < 30; ++round) {
    const auto store = open_for_test(path_);
    for (u32 number = 0; number < 40; ++number) EXPECT_GOOD(store->write(sample_track(*store, number, round + number)));
    EXPECT_GOOD(store->flush());
    size = std::filesystem::file_size(path_);
  }
  const ImageSummary summary = value_of(summarize_image(path_));
  EXPECT_LT(size, summary.used * 2);
}

INSTANTIATE_TEST_SUITE_P(AllCompressions, CompressedVolume,
                         ::testing::Values(Format::stored, Format::zlib, Format::bzip2));

class CompressedFileTest : public ::testing::Test {
 protected:
  TemporaryFolder folder_;
  std::string path_ = make_volume(folder_, "volume.cckd", "3330", 40, Format::zlib);
};

TEST_F(CompressedFileTest, TheHeaderSaysOpenFromTheFirstWriteToTheFlush) {
  auto options = [&] { return bytes_of(path_)[515]; };
  const auto store = open_for_test(path_);
  EXPECT_EQ(options() & 0x80, 0);
  EXPECT_GOOD(store->write(sample_track(*store, 1, 1)));
  EXPECT_EQ(options() & 0xC0, 0xC0);
  EXPECT_GOOD(store->flush());
  EXPECT_EQ(options() & 0xC0, 0x40);
  EXPECT_GOOD(store->write(sample_track(*store, 2, 1)));
  EXPECT_EQ(options() & 0xC0, 0xC0);
}

TEST_F(CompressedFileTest, OpeningWritesNothing) {
  const auto before = bytes_of(path_);
  {
    const auto store = open_for_test(path_);
    EXPECT_TRUE(store->writable());
    value_of(store->read(3));
    EXPECT_GOOD(store->flush());
  }
  EXPECT_EQ(bytes_of(path_), before);
}

// The entries of an aligned table do not cross pages.
TEST_F(CompressedFileTest, ATableThatIsNotAlignedIsMovedBeforeItChanges) {
  {
    const auto store = open_for_test(path_);
    for (u32 number = 0; number < 5; ++number) EXPECT_GOOD(store->write(sample_track(*store, number, 3)));
  }
  EXPECT_EQ(le32(bytes_of(path_), 1024) % 8, 0u);
  move_first_table(path_, 13);
  EXPECT_EQ(le32(bytes_of(path_), 1024) % 8, 5u);

  Track track = sample_track(*open_for_test(path_), 2, 99);
  {
    const auto store = open_for_test(path_);
    EXPECT_GOOD(store->write(track));
  }
  EXPECT_EQ(le32(bytes_of(path_), 1024) % 8, 0u);
  const auto store = open_for_test(path_);
  EXPECT_TRUE(std::ranges::equal(value_of(store->read(2)).bytes(), track.bytes()));
  EXPECT_TRUE(std::ranges::equal(value_of(store->read(4)).bytes(), sample_track(*store, 4, 3).bytes()));
}

// A copy of the image with all numbers in the other order, as a host such as the S/390 writes it.
std::vector<u8> swapped(std::vector<u8> bytes) {
  auto swap32 = [&](size_t at) { std::swap(bytes[at], bytes[at + 3]), std::swap(bytes[at + 1], bytes[at + 2]); };
  auto swap16 = [&](size_t at) { std::swap(bytes[at], bytes[at + 1]); };
  const u32 tables = le32(bytes, 512 + 4);
  const u32 free_offset = le32(bytes, 512 + 20);
  const u32 free_count = le32(bytes, 512 + 32);
  for (u32 i = 0; i < tables; ++i) {
    if (const u32 table = le32(bytes, 1024 + 4 * i); table != 0) {
      for (u32 entry = 0; entry < 256; ++entry) {
        swap32(table + 8 * entry), swap16(table + 8 * entry + 4), swap16(table + 8 * entry + 6);
      }
    }
    swap32(1024 + 4 * i);
  }
  for (u32 i = 1; free_offset != 0 && i <= free_count; ++i)
    swap32(free_offset + 8 * i), swap32(free_offset + 8 * i + 4);
  for (u32 field = 4; field <= 36; field += 4) swap32(512 + field);
  swap16(512 + 46);
  bytes[515] |= 0x02;
  return bytes;
}

TEST_F(CompressedFileTest, FilesOfBigEndianHostsAreReadAndWritten) {
  {
    const auto store = open_for_test(path_);
    for (u32 number = 0; number < 300; number += 3) EXPECT_GOOD(store->write(sample_track(*store, number, 3)));
  }
  folder_.write("volume.cckd", swapped(bytes_of(path_)));
  {
    const auto store = open_for_test(path_);
    EXPECT_TRUE(std::ranges::equal(value_of(store->read(270)).bytes(), sample_track(*store, 270, 3).bytes()));
    for (u32 number = 0; number < 300; number += 5) EXPECT_GOOD(store->write(sample_track(*store, number, 4)));
  }
  EXPECT_TRUE(value_of(check_image({path_, {}, true})).empty());
  const auto store = open_for_test(path_, true);
  for (u32 number = 0; number < 300; ++number) {
    const Track track = value_of(store->read(number));
    if (number % 5 != 0 && number % 3 != 0) continue;
    const Track expected = sample_track(*store, number, number % 5 == 0 ? 4 : 3);
    EXPECT_TRUE(std::ranges::equal(track.bytes(), expected.bytes())) << number;
  }
}

TEST_F(CompressedFileTest, ASecondWriterIsKeptOut) {
  const auto first = open_for_test(path_);
  VolumeOptions options;
  options.file = path_;
  const auto second = open_volume(options);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().message, path_ + ": in use by another device or program");
}

TEST_F(CompressedFileTest, ReadersCanShare) {
  const auto first = open_for_test(path_, true);
  const auto second = open_for_test(path_, true);
  EXPECT_FALSE(first->writable());
  VolumeOptions options;
  options.file = path_;
  EXPECT_FALSE(open_volume(options));
}

TEST_F(CompressedFileTest, PackingLeavesNoFreeSpaceAndAllTracks) {
  {
    const auto store = open_for_test(path_);
    for (u32 number = 0; number < 100; ++number) EXPECT_GOOD(store->write(sample_track(*store, number, 5)));
    for (u32 number = 0; number < 100; number += 2) EXPECT_GOOD(store->write(Track(store->address(number))));
  }
  EXPECT_GT(value_of(summarize_image(path_)).free, 0u);
  const u64 saved = value_of(compress_image(path_));
  EXPECT_GT(saved, 10000u);
  const ImageSummary summary = value_of(summarize_image(path_));
  EXPECT_EQ(summary.free, 0u);
  EXPECT_EQ(summary.stored, 50u);
  const auto store = open_for_test(path_);
  EXPECT_TRUE(std::ranges::equal(value_of(store->read(77)).bytes(), sample_track(*store, 77, 5).bytes()));
}

}  // namespace
}  // namespace replica::test
