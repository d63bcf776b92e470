#include "base/check.h"

#include <gtest/gtest.h>

namespace replica {
namespace {

TEST(Check, PassesWhatHolds) { CHECK(1 + 1 == 2); }

TEST(CheckDeathTest, NamesThePlaceAndTheCondition) {
  EXPECT_DEATH(CHECK(1 + 1 == 3), "check_test.cpp.*CHECK\\(1 \\+ 1 == 3\\) failed");
}

}  // namespace
}  // namespace replica
