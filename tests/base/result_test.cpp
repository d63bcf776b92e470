#include "base/result.h"

#include <gtest/gtest.h>

namespace replica {
namespace {

Result<int> half_of(int value) {
  if (value % 2 != 0) return fail("{} is odd: expected an even number", value);
  return value / 2;
}

Status require_positive(int value) {
  if (value <= 0) return fail("{}: expected a positive number", value);
  return {};
}

TEST(Result, HoldsTheValueOfSuccess) {
  const Result<int> result = half_of(8);
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(*result, 4);
}

TEST(Result, HoldsTheFormattedMessageOfFailure) {
  const Result<int> result = half_of(7);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().message, "7 is odd: expected an even number");
}

TEST(Status, IsSuccessWithoutAValueOrAnError) {
  EXPECT_TRUE(require_positive(1).has_value());
  ASSERT_FALSE(require_positive(0).has_value());
  EXPECT_EQ(require_positive(0).error().message, "0: expected a positive number");
}

}  // namespace
}  // namespace replica
