// Where temporary minidisks find room, and that nothing of their cylinders' past is left.
#include "vmm/minidisk/temporary_space.h"

#include "tests/vmm/minidisk/minidisk_fixture.h"

namespace replica::vmm {
namespace {

constexpr u16 kDrive = 0x150;
constexpr Extent kSpace{10, 10};

DiskLinks links_on(const std::vector<Extent>& extents) {
  DiskLinks links;
  for (const Extent& extent : extents) links.add({"A", static_cast<u16>(0x100 + extent.first), kDrive, extent, true});
  return links;
}

TEST(TemporarySpace, TheLowestPieceThatIsLargeEnoughIsFound) {
  EXPECT_EQ(find_free_piece({}, kDrive, kSpace, 10), (Extent{10, 10}));
  const DiskLinks links = links_on({{14, 2}, {11, 1}});  // free: 10, 12-13, 16-19
  EXPECT_EQ(find_free_piece(links, kDrive, kSpace, 1), (Extent{10, 1}));
  EXPECT_EQ(find_free_piece(links, kDrive, kSpace, 2), (Extent{12, 2}));
  EXPECT_EQ(find_free_piece(links, kDrive, kSpace, 4), (Extent{16, 4}));
  EXPECT_EQ(find_free_piece(links, kDrive, kSpace, 5), std::nullopt);
  EXPECT_EQ(find_free_piece(links, kDrive + 1, kSpace, 10), (Extent{10, 10}));
}

TEST(TemporarySpace, LinksThatReachOverTheSpaceAreSeen) {
  EXPECT_EQ(find_free_piece(links_on({{0, 12}}), kDrive, kSpace, 1), (Extent{12, 1}));
  EXPECT_EQ(find_free_piece(links_on({{19, 100}}), kDrive, kSpace, 9), (Extent{10, 9}));
  EXPECT_EQ(find_free_piece(links_on({{19, 100}}), kDrive, kSpace, 10), std::nullopt);
  EXPECT_EQ(find_free_piece(links_on({{0, 1000}}), kDrive, kSpace, 1), std::nullopt);
  EXPECT_EQ(find_free_piece(links_on({{11, 8}, {12, 1}}), kDrive, kSpace, 2), std::nullopt);
}

TEST_F(MinidiskTest, ClearedTracksHaveNoRecordsAndOthersAreAsTheyWere) {
  ExtentStore store(volume, kOwn);
  EXPECT_GOOD(clear_tracks(store));
  EXPECT_FALSE(has_changed_outside());
  for (u32 n = 0; n < store.tracks(); ++n) {
    const auto bytes = value_of(store.read(n));
    const Track empty(store.address(n));
    EXPECT_TRUE(std::ranges::equal(bytes.bytes(), empty.bytes())) << n;
  }
}

}  // namespace
}  // namespace replica::vmm
