// Who is in whose way on a volume.
#include "vmm/minidisk/links.h"

#include <gtest/gtest.h>

namespace replica::vmm {
namespace {

TEST(DiskLinks, AreInTheWayWhereTheyShareACylinder) {
  DiskLinks links;
  links.add({"A", 0x191, 0x150, {10, 10}, true});
  EXPECT_TRUE(links.on(0x150, {0, 10}).empty());
  EXPECT_TRUE(links.on(0x150, {20, 5}).empty());
  EXPECT_TRUE(links.on(0x151, {10, 10}).empty());
  EXPECT_EQ(links.on(0x150, {19, 1}).size(), 1u);
  EXPECT_EQ(links.on(0x150, {0, 11}).size(), 1u);
  EXPECT_EQ(links.on(0x150, {0, 404}).size(), 1u);  // a DEVNO minidisk
  EXPECT_EQ(links.on(0x150).size(), 1u);
  EXPECT_TRUE(links.find("A", 0x191));
  links.remove("A", 0x191);
  EXPECT_TRUE(links.on(0x150).empty());
  EXPECT_FALSE(links.find("A", 0x191));
}

TEST(DiskLinks, AreDescribedByUserOrNumber) {
  DiskLinks links;
  const Extent extent{0, 5};
  EXPECT_EQ(describe(links.on(0x150, extent)), "");
  links.add({"A", 0x191, 0x150, extent, true});
  EXPECT_EQ(describe(links.on(0x150, extent)), "R/W BY A");
  links.add({"B", 0x191, 0x150, extent, false});
  links.add({"B", 0x192, 0x150, extent, false});
  EXPECT_EQ(describe(links.on(0x150, extent)), "R/W BY A; R/O BY B");
  links.add({"C", 0x191, 0x150, extent, false});
  EXPECT_EQ(describe(links.on(0x150, extent)), "R/W BY A; R/O BY 002 USERS");
  const OtherLinks others = summary(links.on(0x150, extent));
  EXPECT_TRUE(others.read && others.write);
}

}  // namespace
}  // namespace replica::vmm
