#include "devices/dasd/space_map.h"

#include <gtest/gtest.h>

#include <random>

namespace replica {

bool operator==(const Extent& a, const Extent& b) { return a.offset == b.offset && a.length == b.length; }

namespace {

using Extents = std::vector<Extent>;

SpaceMap map_of(std::vector<Extent> used) {
  std::vector<SpaceMap::Used> owned;
  for (const Extent& extent : used) owned.push_back({extent, "x"});
  auto map = SpaceMap::from_used(std::move(owned));
  EXPECT_TRUE(map);
  return std::move(*map);
}

TEST(SpaceMap, GapsBetweenWhatIsUsedAreFree) {
  const SpaceMap map = map_of({{200, 100}, {0, 100}, {300, 50}, {400, 10}});
  EXPECT_EQ(map.free_extents(), (Extents{{100, 100}, {350, 50}}));
  EXPECT_EQ(map.end(), 410u);
}

TEST(SpaceMap, OverlapsAreRefusedByName) {
  const auto map = SpaceMap::from_used({{{0, 100}, "the header"}, {{99, 10}, "image 7"}});
  ASSERT_FALSE(map);
  EXPECT_EQ(map.error().message, "image 7 at offset 0x63 overlaps the header at offset 0x0, length 100");
}

TEST(SpaceMap, TheFirstExtentThatSufficesIsTaken) {
  SpaceMap map = map_of({{0, 100}, {200, 100}, {400, 10}});
  EXPECT_EQ(map.allocate(60), (Extent{100, 60}));
  EXPECT_EQ(map.allocate(60), (Extent{300, 60}));
  EXPECT_EQ(map.allocate(60), (Extent{410, 60}));
  EXPECT_EQ(map.free_extents(), (Extents{{160, 40}, {360, 40}}));
}

// A gap of less than 8 bytes would make cckdcdsk move images.
TEST(SpaceMap, NoGapIsShorterThanEight) {
  SpaceMap map = map_of({{0, 100}, {200, 100}});
  EXPECT_EQ(map.allocate(93), (Extent{100, 100}));
  map = map_of({{0, 100}, {200, 100}});
  EXPECT_EQ(map.allocate(92), (Extent{100, 92}));
}

TEST(SpaceMap, AlignedExtentsLeaveNoShortGaps) {
  SpaceMap map = map_of({{0, 101}});
  EXPECT_EQ(map.allocate_aligned(2048), (Extent{112, 2048}));
  EXPECT_EQ(map.free_extents(), (Extents{{101, 11}}));
  map = map_of({{0, 104}});
  EXPECT_EQ(map.allocate_aligned(2048), (Extent{104, 2048}));
  EXPECT_TRUE(map.free_extents().empty());
}

TEST(SpaceMap, ReleasedExtentsMergeWithTheirNeighbours) {
  SpaceMap map = map_of({{0, 100}, {200, 100}, {400, 10}});
  map.release({200, 100});
  EXPECT_EQ(map.free_extents(), (Extents{{100, 300}}));
  map.release({400, 10});
  EXPECT_TRUE(map.free_extents().empty());
  EXPECT_EQ(map.end(), 100u);
}

TEST(SpaceMap, NothingLiesBeyondFourGigabytes) {
  SpaceMap map = map_of({{0, 100}, {0xFFFFF000, 100}});
  EXPECT_FALSE(map.allocate(0xFFFFF000));
  EXPECT_TRUE(map.allocate(1000));
  EXPECT_FALSE(SpaceMap::from_used({{{0xFFFFFFFF, 100}, "x"}}));
}

// Against a map of single bytes.
TEST(SpaceMap, RandomUseKeepsTheInvariants) {
  std::mt19937 random(370);
  SpaceMap map = map_of({{0, 1000}});
  std::vector<u8> bytes(1000, 1);
  Extents taken;
  for (int round = 0; round < 20000; ++round) {
    if (taken.size() > 40 || (!taken.empty() && random() % 2 == 0)) {
      const size_t index = random() % taken.size();
      map.release(taken[index]);
      std::fill_n(bytes.begin() + taken[index].offset, taken[index].length, u8{0});
      taken.erase(taken.begin() + static_cast<std::ptrdiff_t>(index));
    } else {
      const auto length = static_cast<u32>(random() % 300 + 8);
      const auto extent = random() % 5 == 0 ? map.allocate_aligned(length) : map.allocate(length);
      ASSERT_TRUE(extent);
      ASSERT_GE(extent->length, length);
      ASSERT_LT(extent->length, length + 8);
      if (bytes.size() < extent->end()) bytes.resize(extent->end());
      for (u64 i = extent->offset; i < extent->end(); ++i) {
        ASSERT_EQ(bytes[i], 0) << "given twice";
        bytes[i] = 1;
      }
      taken.push_back(*extent);
    }
    u32 free = 0;
    for (const Extent& extent : map.free_extents()) {
      ASSERT_GE(extent.length, 8u);
      ASSERT_LT(extent.end(), map.end());
      free += extent.length;
    }
    ASSERT_EQ(free + static_cast<u32>(std::count(bytes.begin(), bytes.end(), 1)), map.end());
  }
}

}  // namespace
}  // namespace replica
