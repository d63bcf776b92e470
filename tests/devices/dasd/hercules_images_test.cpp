// Images go back and forth between this program and Hercules' own.
#include <gtest/gtest.h>

#include "base/big_endian.h"
#include "tests/devices/dasd/volumes.h"

namespace replica::test {
namespace {

class HerculesImages : public ::testing::Test {
 protected:
  TemporaryFolder folder_;
};

TEST_F(HerculesImages, DasdinitMakesImagesOfTheSizesOfTheTable) {
  NEED_PROGRAM("dasdinit");
  for (const char* type : {"2311", "2314", "2305-1", "3340-35"}) {
    const std::string path = folder_.path(std::string("raw.") + type);
    ASSERT_EQ(run_host("dasdinit " + path + " " + type + " TEST01").status, 0) << type;
    const CkdGeometry& drive = *find_ckd_geometry(type);
    EXPECT_EQ(std::filesystem::file_size(path), 512 + u64{drive.cylinders} * drive.heads * drive.track_size()) << type;
    std::filesystem::remove(path);
  }
}

TEST_F(HerculesImages, EveryCompressedImageOfDasdinitIsTaken) {
  NEED_PROGRAM("dasdinit");
  for (const CkdGeometry& drive : ckd_geometries()) {
    for (const char* option : {"-z", "-bz2", "-0", "-z -a"}) {
      const std::string path = folder_.path("image");
      std::filesystem::remove(path);
      const std::string command = fmt::format("dasdinit {} {} {} TEST01", option, path, drive.name);
      ASSERT_EQ(run_host(command).status, 0) << command;
      const auto summary = summarize_image(path);
      ASSERT_TRUE(summary) << command << ": " << summary.error().message;
      EXPECT_EQ(summary->drive, drive.name) << command;
      const bool alternates = std::string(option).ends_with("-a");
      EXPECT_EQ(summary->cylinders, alternates ? drive.all_cylinders() : drive.cylinders) << command;
      EXPECT_EQ(summary->serial, (std::vector<u8>{0xE3, 0xC5, 0xE2, 0xE3, 0xF0, 0xF1})) << command;
      EXPECT_TRUE(value_of(check_image({path, {}, true})).empty()) << command;
    }
  }
}

// A raw image that we make is that of dasdinit, but for the owner in the label.
TEST_F(HerculesImages, ARawImageIsThatOfDasdinit) {
  NEED_PROGRAM("dasdinit");
  const std::string theirs = folder_.path("theirs");
  ASSERT_EQ(run_host("dasdinit " + theirs + " 2311 TEST01").status, 0);
  const auto ours = bytes_of(make_volume(folder_, "ours", "2311", 200, Format::raw));
  auto expected = bytes_of(theirs);
  const u8 owner[] = {0xC8, 0xC5, 0xD9, 0xC3, 0xE4, 0xD3, 0xC5, 0xE2};
  const auto found = std::search(expected.begin(), expected.begin() + 4096, std::begin(owner), std::end(owner));
  ASSERT_NE(found, expected.begin() + 4096);
  std::fill_n(found, sizeof owner, u8{0x40});
  EXPECT_TRUE(ours == expected);
}

TEST_F(HerculesImages, OurCompressedFilesAreAcceptedAfterEachOfManySessions) {
  NEED_PROGRAM("cckdcdsk");
  for (const Format format : {Format::zlib, Format::bzip2, Format::stored}) {
    const std::string path = make_volume(folder_, "v" + std::to_string(int(format)), "3340", 60, format);
    EXPECT_TRUE(accepted_by_cckdcdsk(path));
    u32 state = 1;
    for (u32 session = 0; session < 8; ++session) {
      {
        const auto store = open_for_test(path);
        for (u32 i = 0; i < 40; ++i) {
          state = state * 1103515245 + 12345;
          const u32 number = (state >> 8) % store->tracks();
          if (i % 6 == 5) {
            EXPECT_GOOD(store->write(Track(store->address(number))));
          } else {
            EXPECT_GOOD(store->write(sample_track(*store, number, state >> 16)));
          }
          if (i % 20 == 19) EXPECT_GOOD(store->flush());
        }
      }
      const auto before = bytes_of(path);
      EXPECT_TRUE(accepted_by_cckdcdsk(path));
      EXPECT_TRUE(bytes_of(path) == before) << "cckdcdsk has repaired something";
    }
  }
}

// The order of a file of Hercules: its level 2 tables are not aligned.
TEST_F(HerculesImages, FilesOfHerculesAreWrittenAndAccepted) {
  NEED_PROGRAM("dasdinit");
  NEED_PROGRAM("cckdcdsk");
  for (const char* type : {"3330", "2311", "3350"}) {
    const std::string path = folder_.path(type);
    ASSERT_EQ(run_host(fmt::format("dasdinit -z {} {} TEST01", path, type)).status, 0);
    {
      const auto store = open_for_test(path);
      for (u32 number = 0; number < store->tracks(); number += 97)
        EXPECT_GOOD(store->write(sample_track(*store, number, number)));
    }
    EXPECT_TRUE(accepted_by_cckdcdsk(path, false, 2));
    const auto store = open_for_test(path);
    for (u32 number = 0; number < store->tracks(); number += 97) {
      EXPECT_TRUE(
          std::ranges::equal(value_of(store->read(number)).bytes(), sample_track(*store, number, number).bytes()));
    }
  }
}

TEST_F(HerculesImages, Cckd2ckdReadsWhatWeWrite) {
  NEED_PROGRAM("cckd2ckd");
  for (const Format format : {Format::zlib, Format::bzip2, Format::stored}) {
    const std::string path = make_volume(folder_, "z" + std::to_string(int(format)), "2311", 200, format);
    {
      const auto store = open_for_test(path);
      for (u32 number = 1; number < store->tracks(); number += 31)
        EXPECT_GOOD(store->write(sample_track(*store, number, number)));
    }
    const std::string raw = path + ".raw";
    ASSERT_EQ(run_host("cckd2ckd " + path + " " + raw).status, 0);
    const auto ours = open_for_test(path, true);
    const auto theirs = open_for_test(raw, true);
    for (u32 number = 0; number < ours->tracks(); ++number) {
      EXPECT_TRUE(std::ranges::equal(value_of(ours->read(number)).bytes(), value_of(theirs->read(number)).bytes()))
          << number;
    }
  }
}

TEST_F(HerculesImages, Ckd2cckdReadsWhatWeWriteAndWeReadItsResult) {
  NEED_PROGRAM("ckd2cckd");
  NEED_PROGRAM("cckdcomp");
  const std::string raw = make_volume(folder_, "raw", "2311", 200, Format::raw);
  {
    const auto store = open_for_test(raw);
    for (u32 number = 1; number < store->tracks(); number += 31)
      EXPECT_GOOD(store->write(sample_track(*store, number, number)));
  }
  const std::string compressed = folder_.path("compressed");
  ASSERT_EQ(run_host("ckd2cckd " + raw + " " + compressed).status, 0);
  auto compare = [&] {
    const auto ours = open_for_test(raw, true);
    const auto theirs = open_for_test(compressed, true);
    for (u32 number = 0; number < ours->tracks(); ++number) {
      EXPECT_TRUE(std::ranges::equal(value_of(ours->read(number)).bytes(), value_of(theirs->read(number)).bytes()))
          << number;
    }
  };
  compare();
  {
    const auto store = open_for_test(compressed);
    for (u32 number = 1; number < store->tracks(); number += 62) {
      EXPECT_GOOD(store->write(Track(store->address(number))));
    }
    const auto other = open_for_test(raw);
    for (u32 number = 1; number < other->tracks(); number += 62) {
      EXPECT_GOOD(other->write(Track(other->address(number))));
    }
  }
  ASSERT_EQ(run_host("cckdcomp " + compressed).status, 0);
  compare();
}

TEST_F(HerculesImages, PackedFilesAreAccepted) {
  NEED_PROGRAM("cckdcdsk");
  const std::string path = make_volume(folder_, "packed", "3330", 100, Format::zlib);
  {
    const auto store = open_for_test(path);
    for (u32 number = 0; number < 900; number += 2) EXPECT_GOOD(store->write(sample_track(*store, number, number)));
    for (u32 number = 0; number < 900; number += 4) EXPECT_GOOD(store->write(Track(store->address(number))));
  }
  value_of(compress_image(path));
  EXPECT_TRUE(accepted_by_cckdcdsk(path));
  const auto store = open_for_test(path);
  for (u32 number = 2; number < 900; number += 4) {
    EXPECT_TRUE(
        std::ranges::equal(value_of(store->read(number)).bytes(), sample_track(*store, number, number).bytes()));
  }
}

}  // namespace
}  // namespace replica::test
