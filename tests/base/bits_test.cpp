#include "base/bits.h"

#include <gtest/gtest.h>

namespace replica {
namespace {

TEST(IbmBits, NumbersFromTheLeft) {
  EXPECT_TRUE(ibm_bit(u32{0x80000000}, 0));
  EXPECT_TRUE(ibm_bit(u32{1}, 31));
  EXPECT_FALSE(ibm_bit(u32{1}, 30));
  EXPECT_EQ(ibm_bits(u32{0x12345678}, 8, 31), 0x345678u);
  EXPECT_EQ(ibm_bits(u32{0xF0000000}, 0, 3), 0xFu);
  EXPECT_EQ(ibm_bits(u32{0xDEADBEEF}, 0, 31), 0xDEADBEEFu);
  EXPECT_EQ(ibm_mask<u32>(1), 0x40000000u);
  EXPECT_EQ(ibm_mask<u32>(20, 23), 0xF00u);
}

}  // namespace
}  // namespace replica
