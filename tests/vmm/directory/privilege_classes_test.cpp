#include "vmm/directory/privilege_classes.h"

#include <gtest/gtest.h>

namespace replica::vmm {
namespace {

TEST(PrivilegeClasses, AreASetOfLetters) {
  PrivilegeClasses classes("GBG");
  EXPECT_EQ(classes.letters(), "BG");
  classes.add('A');
  EXPECT_EQ(classes, PrivilegeClasses("ABG"));
  EXPECT_TRUE(classes.has('A'));
  EXPECT_FALSE(classes.has('C'));
  EXPECT_FALSE(classes.has('I'));
  EXPECT_FALSE(classes.has('@'));
  EXPECT_EQ(PrivilegeClasses().letters(), "");
}

TEST(PrivilegeClasses, AllowACommandOfOneOfThem) {
  EXPECT_TRUE(PrivilegeClasses("AG").has_any(PrivilegeClasses("ABC")));
  EXPECT_FALSE(PrivilegeClasses("G").has_any(PrivilegeClasses("ABC")));
  EXPECT_FALSE(PrivilegeClasses("G").has_any(PrivilegeClasses()));
}

}  // namespace
}  // namespace replica::vmm
