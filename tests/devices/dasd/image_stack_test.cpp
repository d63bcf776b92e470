// Shadow files.
#include "devices/dasd/image_stack.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "devices/dasd/compressed_store.h"
#include "tests/devices/dasd/volumes.h"

namespace replica::test {
namespace {

TEST(ShadowName, TheNumberStandsBeforeTheLastPeriod) {
  EXPECT_EQ(shadow_name("shadows/linux1_*.dsk", 3), "shadows/linux1_3.dsk");
  EXPECT_EQ(shadow_name("a.b/pack*", 1), "a.b/pack1");
  EXPECT_EQ(shadow_name("x_1.y.cckd", 8), "x_1.8.cckd");
  EXPECT_EQ(shadow_name(".cckd", 2), "2.cckd");
}

// Compressing takes long, and a guest that formats a track writes it once for each record.
TEST(CompressedVolume, ATrackIsWrittenAsItIsAndCompressedWhenItIsNoLongerKept) {
  constexpr u32 kMoreThanAreKept = 40;
  const TemporaryFolder folder;
  const std::string path = make_volume(folder, "volume.cckd", "3330", 40, Format::zlib);
  const auto store = open_for_test(path);
  // What would be there if the writer were killed now.
  const auto copy = [&] {
    const std::string name = folder.path("copy.cckd");
    std::filesystem::copy_file(path, name, std::filesystem::copy_options::overwrite_existing);
    return name;
  };
  const auto method_of = [&](u32 number) {
    VolumeOptions options;
    options.file = copy();
    const auto files = value_of(ImageStack::open(options, shape_of_tracks));
    return static_cast<Compression>(value_of(files->newest().read_raw(number))[0]);
  };
  for (u32 number = 5; number < 5 + kMoreThanAreKept; ++number) {
    const Track track = sample_track(*store, number, 1);
    EXPECT_GOOD(store->write(track));
    EXPECT_EQ(method_of(number), Compression::none);
    EXPECT_TRUE(std::ranges::equal(value_of(open_for_test(copy())->read(number)).bytes(), track.bytes()));
  }
  EXPECT_EQ(method_of(5), Compression::zlib);
  EXPECT_EQ(method_of(4 + kMoreThanAreKept), Compression::none);
  EXPECT_GOOD(store->flush());
  EXPECT_EQ(method_of(4 + kMoreThanAreKept), Compression::zlib);
}

class ShadowFiles : public ::testing::Test {
 protected:
  std::unique_ptr<CompressedStore> open(bool read_only = false) {
    VolumeOptions options;
    options.file = path_;
    options.shadow = folder_.path("shadow_*.cckd");
    options.read_only = read_only;
    return value_of(CompressedStore::open(options));
  }
  // Which write a track stems from: that of `seed`, or 0 for none.
  u32 seed_of(TrackStore& store, u32 number) {
    const Track track = value_of(store.read(number));
    for (u32 seed = 1; seed < 9; ++seed) {
      if (std::ranges::equal(track.bytes(), sample_track(store, number, seed).bytes())) return seed;
    }
    EXPECT_EQ(track.record_count(), 1u);
    return 0;
  }
  void write(TrackStore& store, u32 number, u32 seed) { EXPECT_GOOD(store.write(sample_track(store, number, seed))); }
  std::string shadow(u32 number) { return folder_.path(fmt::format("shadow_{}.cckd", number)); }

  TemporaryFolder folder_;
  std::string path_ = make_volume(folder_, "base.cckd", "3330", 40, Format::zlib);
};

TEST_F(ShadowFiles, WithoutShadowFilesTheBaseIsWritten) {
  {
    const auto store = open();
    EXPECT_EQ(store->files().shadows(), 0u);
    write(*store, 5, 1);
  }
  EXPECT_EQ(seed_of(*open_for_test(path_), 5), 1u);
}

TEST_F(ShadowFiles, WritesGoToTheNewestAndReadsGoDown) {
  {
    const auto store = open();
    write(*store, 5, 1);
    write(*store, 6, 1);
    EXPECT_GOOD(store->files().add_shadow());
    write(*store, 6, 2);
    write(*store, 7, 2);
    EXPECT_GOOD(store->files().add_shadow());
    write(*store, 7, 3);
    EXPECT_GOOD(store->write(Track(store->address(5))));
    EXPECT_EQ(seed_of(*store, 5), 0u);
    EXPECT_EQ(seed_of(*store, 6), 2u);
    EXPECT_EQ(seed_of(*store, 7), 3u);
    EXPECT_EQ(seed_of(*store, 8), 0u);
  }
  const auto base = bytes_of(path_);
  const auto first = bytes_of(shadow(1));
  {
    const auto store = open();
    EXPECT_EQ(store->description(), fmt::format("{} (CCKD, 2 shadow files, newest {})", path_, shadow(2)));
    EXPECT_EQ(seed_of(*store, 5), 0u);
    EXPECT_EQ(seed_of(*store, 6), 2u);
    EXPECT_EQ(seed_of(*store, 7), 3u);
    write(*store, 300, 4);
    EXPECT_EQ(seed_of(*store, 300), 4u);
  }
  EXPECT_TRUE(bytes_of(path_) == base);
  EXPECT_TRUE(bytes_of(shadow(1)) == first);
}

TEST_F(ShadowFiles, MergingPutsTheChangesIntoTheFileBelow) {
  const auto store = open();
  write(*store, 5, 1);
  EXPECT_GOOD(store->files().add_shadow());
  write(*store, 5, 2);
  EXPECT_GOOD(store->files().add_shadow());
  write(*store, 6, 3);
  EXPECT_GOOD(store->write(Track(store->address(7))));
  EXPECT_GOOD(store->files().remove_shadow(ImageStack::Removal::merge));
  EXPECT_FALSE(std::filesystem::exists(shadow(2)));
  EXPECT_EQ(seed_of(*store, 6), 3u);
  EXPECT_GOOD(store->files().remove_shadow(ImageStack::Removal::merge));
  EXPECT_EQ(store->files().shadows(), 0u);
  EXPECT_EQ(seed_of(*store, 5), 2u);
  EXPECT_EQ(seed_of(*store, 6), 3u);
  EXPECT_FALSE(store->files().remove_shadow(ImageStack::Removal::merge));
}

// The base was opened for reading, since a shadow file was there.
TEST_F(ShadowFiles, MergingMakesTheFileBelowWritable) {
  {
    const auto store = open();
    EXPECT_GOOD(store->files().add_shadow());
    write(*store, 5, 1);
  }
  const auto store = open();
  EXPECT_GOOD(store->files().remove_shadow(ImageStack::Removal::merge));
  EXPECT_TRUE(store->writable());
  EXPECT_EQ(seed_of(*store, 5), 1u);
  write(*store, 5, 2);
}

TEST_F(ShadowFiles, DiscardingForgetsTheChanges) {
  const auto store = open();
  write(*store, 5, 1);
  EXPECT_GOOD(store->files().add_shadow());
  write(*store, 5, 2);
  EXPECT_GOOD(store->files().remove_shadow(ImageStack::Removal::discard));
  EXPECT_EQ(seed_of(*store, 5), 1u);
  EXPECT_FALSE(std::filesystem::exists(shadow(1)));
}

TEST_F(ShadowFiles, AReadOnlyBaseIsMergedIntoOnlyByForce) {
  {
    const auto store = open();
    EXPECT_GOOD(store->files().add_shadow());
    write(*store, 5, 1);
  }
  const auto store = open(true);
  EXPECT_FALSE(store->files().remove_shadow(ImageStack::Removal::merge));
  EXPECT_GOOD(store->files().remove_shadow(ImageStack::Removal::force_merge));
  EXPECT_EQ(seed_of(*store, 5), 1u);
}

TEST_F(ShadowFiles, ThereAreEightAtMost) {
  const auto store = open();
  for (u32 i = 0; i < 8; ++i) EXPECT_GOOD(store->files().add_shadow());
  const auto ninth = store->files().add_shadow();
  ASSERT_FALSE(ninth);
  EXPECT_EQ(ninth.error().message, path_ + ": has 8 shadow files already");
  EXPECT_EQ(store->files().report().size(), 9u);
}

TEST_F(ShadowFiles, PackingTheNewestKeepsItsTracks) {
  const auto store = open();
  EXPECT_GOOD(store->files().add_shadow());
  for (u32 number = 0; number < 50; ++number) write(*store, number, 1);
  for (u32 number = 0; number < 50; number += 2) EXPECT_GOOD(store->write(Track(store->address(number))));
  EXPECT_GT(value_of(store->files().pack_newest()), 10000u);
  for (u32 number = 0; number < 50; ++number) EXPECT_EQ(seed_of(*store, number), number % 2) << number;
  write(*store, 0, 2);
  EXPECT_EQ(seed_of(*store, 0), 2u);
}

TEST_F(ShadowFiles, AShadowOfAnotherVolumeIsRefused) {
  {
    const auto store = open();
    EXPECT_GOOD(store->files().add_shadow());
  }
  std::filesystem::remove(path_);
  make_volume(folder_, "base.cckd", "3330", 41, Format::zlib);
  VolumeOptions options;
  options.file = path_;
  options.shadow = folder_.path("shadow_*.cckd");
  const auto store = open_volume(options);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().message,
            fmt::format("{}: offset 8: is no shadow of {}: the volumes differ", shadow(1), path_));
  options.file = shadow(1);
  EXPECT_FALSE(open_volume(options));
}

TEST_F(ShadowFiles, HerculesReadsThemAsWeDo) {
  NEED_PROGRAM("cckd2ckd");
  NEED_PROGRAM("cckdcdsk");
  {
    const auto store = open();
    for (u32 number = 0; number < 100; number += 3) write(*store, number, 1);
    EXPECT_GOOD(store->files().add_shadow());
    for (u32 number = 0; number < 400; number += 5) write(*store, number, 2);
    EXPECT_GOOD(store->files().add_shadow());
    for (u32 number = 0; number < 700; number += 7) EXPECT_GOOD(store->write(Track(store->address(number))));
  }
  EXPECT_TRUE(accepted_by_cckdcdsk(path_));
  EXPECT_TRUE(accepted_by_cckdcdsk(shadow(1)));
  EXPECT_TRUE(accepted_by_cckdcdsk(shadow(2)));
  const std::string raw = folder_.path("raw");
  ASSERT_EQ(run_host("cckd2ckd " + path_ + " sf=" + folder_.path("shadow_*.cckd") + " " + raw).status, 0);
  const auto ours = open(true);
  const auto theirs = open_for_test(raw, true);
  for (u32 number = 0; number < ours->tracks(); ++number) {
    EXPECT_TRUE(std::ranges::equal(value_of(ours->read(number)).bytes(), value_of(theirs->read(number)).bytes()))
        << number;
  }
}

}  // namespace
}  // namespace replica::test
