// Raw images: one file or several, and the journal that secures their tracks.
#include "devices/dasd/raw_store.h"

#include <gtest/gtest.h>

#include "tests/devices/dasd/volumes.h"

namespace replica::test {
namespace {

std::string error_of(const std::string& path) {
  VolumeOptions options;
  options.file = path;
  const auto store = open_volume(options);
  return store ? "none" : store.error().message;
}

class RawStoreTest : public ::testing::Test {
 protected:
  // Cuts a volume of `cylinders` into files of `part` cylinders each, as Hercules has them.
  void make_parts(u32 cylinders, u32 part) {
    const auto whole = bytes_of(make_volume(folder_, "whole", "2311", cylinders, Format::raw));
    const u32 cylinder = 10 * 4096;
    for (u32 first = 0, sequence = 1; first < cylinders; first += part, ++sequence) {
      const u32 count = std::min(part, cylinders - first);
      ImageHeader header;
      std::copy_n(whole.begin(), 512, header.bytes.begin());
      const bool last = first + count == cylinders;
      header.set_part(static_cast<u8>(sequence), last ? 0 : first + count - 1);
      std::vector<u8> bytes(header.bytes.begin(), header.bytes.end());
      const auto begin = whole.begin() + 512 + u64{first} * cylinder;
      bytes.insert(bytes.end(), begin, begin + u64{count} * cylinder);
      folder_.write(fmt::format("part_{}.ckd", sequence), bytes);
    }
  }

  TemporaryFolder folder_;
};

TEST_F(RawStoreTest, TracksAreReadAsTheyWereWritten) {
  const std::string path = make_volume(folder_, "volume", "3330", 5, Format::raw);
  {
    const auto store = open_for_test(path);
    for (u32 number = 0; number < store->tracks(); number += 3) {
      EXPECT_GOOD(store->write(sample_track(*store, number, number)));
    }
  }
  const auto store = open_for_test(path, true);
  for (u32 number = 0; number < store->tracks(); ++number) {
    const Track expected = number % 3 == 0 ? sample_track(*store, number, number) : Track(store->address(number));
    EXPECT_TRUE(std::ranges::equal(value_of(store->read(number)).bytes(), expected.bytes())) << number;
  }
  EXPECT_EQ(store->description(), path + " (CKD)");
}

TEST_F(RawStoreTest, AVolumeCanBeSeveralFiles) {
  make_parts(25, 10);
  {
    const auto store = open_for_test(folder_.path("part_1.ckd"));
    EXPECT_EQ(store->cylinders(), 25u);
    EXPECT_EQ(store->description(), folder_.path("part_1.ckd") + " (CKD, 3 files)");
    for (u32 number = 0; number < store->tracks(); number += 9) {
      EXPECT_GOOD(store->write(sample_track(*store, number, number)));
    }
  }
  const auto store = open_for_test(folder_.path("part_1.ckd"));
  for (u32 number = 9; number < store->tracks(); ++number) {
    const Track expected = number % 9 == 0 ? sample_track(*store, number, number) : Track(store->address(number));
    EXPECT_TRUE(std::ranges::equal(value_of(store->read(number)).bytes(), expected.bytes())) << number;
  }
}

TEST_F(RawStoreTest, PartsThatDoNotFitTogetherAreRefused) {
  make_parts(25, 10);
  const std::string first = folder_.path("part_1.ckd");
  const std::string second = folder_.path("part_2.ckd");
  EXPECT_EQ(error_of(second), second + ": offset 17: part 2 of a volume, expected 1");
  auto bytes = bytes_of(second);
  bytes[17] = 7;
  folder_.write("part_2.ckd", bytes);
  EXPECT_EQ(error_of(first), second + ": offset 17: part 7 of a volume, expected 2");
  bytes[17] = 2;
  bytes[18] = 5;
  folder_.write("part_2.ckd", bytes);
  EXPECT_EQ(error_of(first), second + ": offset 18: the last cylinder is said to be 5, but the file ends with 19");
  bytes[8] = 20;
  folder_.write("part_2.ckd", bytes);
  EXPECT_NE(error_of(first), "none");
  bytes[8] = 10;
  bytes[16] = 0x14;
  bytes[18] = 19;
  folder_.write("part_2.ckd", bytes);
  EXPECT_EQ(error_of(first), second + ": offset 8: the drive is another than that of " + first);
}

TEST_F(RawStoreTest, AFileThatIsNotWholeCylindersIsRefused) {
  const std::string path = make_volume(folder_, "volume", "2311", 5, Format::raw);
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 1);
  EXPECT_EQ(error_of(path), path + ": 204799 bytes behind the header, expected a multiple of 40960 (a cylinder)");
}

class TornTrack : public ::testing::Test {
 protected:
  // Track 3 has been written, and its journal is there, but in the image only some sectors are new.
  void SetUp() override {
    {
      const auto store = open_for_test(path_);
      EXPECT_GOOD(store->write(sample_track(*store, 3, 1)));
    }
    old_ = bytes_of(path_);
    {
      const auto store = open_for_test(path_);
      EXPECT_GOOD(store->write(sample_track(*store, 3, 2)));
      journal_ = bytes_of(path_ + ".journal");
    }
    new_ = bytes_of(path_);
    EXPECT_FALSE(std::filesystem::exists(path_ + ".journal"));
    EXPECT_NE(old_, new_);
  }
  // With the first `sectors` of the track new.
  void tear(u32 sectors) {
    std::vector<u8> torn = old_;
    const u64 begin = 512 + 3 * 13312;
    std::copy_n(new_.begin() + begin, u64{sectors} * 512, torn.begin() + begin);
    folder_.write("volume", torn);
    folder_.write("volume.journal", journal_);
  }

  TemporaryFolder folder_;
  std::string path_ = make_volume(folder_, "volume", "3330", 2, Format::raw);
  std::vector<u8> old_, new_, journal_;
};

TEST_F(TornTrack, IsCompletedByTheNextWhoOpensTheImage) {
  for (const u32 sectors : {1u, 8u, 13u}) {
    tear(sectors);
    open_for_test(path_);
    EXPECT_TRUE(bytes_of(path_) == new_) << sectors;
    EXPECT_FALSE(std::filesystem::exists(path_ + ".journal"));
  }
}

TEST_F(TornTrack, IsReadCompleteFromAnImageThatMayNotBeWritten) {
  tear(8);
  const auto before = bytes_of(path_);
  const auto store = open_for_test(path_, true);
  EXPECT_TRUE(std::ranges::equal(value_of(store->read(3)).bytes(), sample_track(*store, 3, 2).bytes()));
  EXPECT_TRUE(bytes_of(path_) == before);
}

TEST_F(TornTrack, IsLeftAloneIfAnotherProgramHasWrittenSince) {
  tear(8);
  auto bytes = bytes_of(path_);
  bytes[512 + 3 * 13312 + 512 * 2 + 5] ^= 1;
  folder_.write("volume", bytes);
  open_for_test(path_);
  EXPECT_TRUE(bytes_of(path_) == bytes);
  EXPECT_FALSE(std::filesystem::exists(path_ + ".journal"));
}

// An older copy of the image has been put back: the journal is not about it.
TEST_F(TornTrack, ThatIsAllOldStaysOld) {
  tear(0);
  open_for_test(path_);
  EXPECT_TRUE(bytes_of(path_) == old_);
}

TEST_F(TornTrack, AJournalThatIsNotWholeIsVoid) {
  tear(8);
  const auto before = bytes_of(path_);
  for (const size_t size : {size_t{0}, size_t{20}, journal_.size() / 2, journal_.size() - 1}) {
    folder_.write("volume.journal", {journal_.begin(), journal_.begin() + static_cast<std::ptrdiff_t>(size)});
    open_for_test(path_);
    EXPECT_TRUE(bytes_of(path_) == before) << size;
  }
}

}  // namespace
}  // namespace replica::test
