#include "base/bits.h"

#include <gtest/gtest.h>

namespace replica {
namespace {

TEST(IbmBit, NumbersFromTheLeft) {
  EXPECT_TRUE(ibm_bit(u32{0x80000000}, 0));
  EXPECT_TRUE(ibm_bit(u32{1}, 31));
  EXPECT_FALSE(ibm_bit(u32{1}, 30));
}

TEST(IbmBit, CountsFromTheWidthOfTheField) {
  EXPECT_TRUE(ibm_bit(u8{0x80}, 0));
  EXPECT_TRUE(ibm_bit(u16{0x8000}, 0));
  EXPECT_TRUE(ibm_bit(u64{1}, 63));
  EXPECT_TRUE(ibm_bit(u64{0x8000000000000000}, 0));
  EXPECT_FALSE(ibm_bit(u64{0x80000000}, 0));
}

TEST(IbmBits, IncludesBothEndsAndAlignsRight) {
  EXPECT_EQ(ibm_bits(u32{0x12345678}, 8, 31), 0x345678u);
  EXPECT_EQ(ibm_bits(u32{0xF0000000}, 0, 3), 0xFu);
  EXPECT_EQ(ibm_bits(u32{0x00F80000}, 8, 12), 0x1Fu);
  EXPECT_EQ(ibm_bits(u64{0x0123456789ABCDEF}, 40, 63), u64{0xABCDEF});
  EXPECT_EQ(ibm_bits(u8{0x5A}, 4, 7), 0x0A);
}

TEST(IbmBits, OfOneBitIsThatBit) {
  EXPECT_EQ(ibm_bits(u32{0x00080000}, 12, 12), 1u);
  EXPECT_EQ(ibm_bits(u32{0xFFF7FFFF}, 12, 12), 0u);
}

TEST(IbmBits, OfTheWholeFieldIsTheField) {
  EXPECT_EQ(ibm_bits(u8{0xFF}, 0, 7), 0xFF);
  EXPECT_EQ(ibm_bits(u32{0xDEADBEEF}, 0, 31), 0xDEADBEEFu);
  EXPECT_EQ(ibm_bits(~u64{0}, 0, 63), ~u64{0});
}

TEST(IbmMask, HasTheBitsNamed) {
  EXPECT_EQ(ibm_mask<u32>(1), 0x40000000u);
  EXPECT_EQ(ibm_mask<u32>(31), 1u);
  EXPECT_EQ(ibm_mask<u8>(0), 0x80);
  EXPECT_EQ(ibm_mask<u64>(12), u64{0x0008000000000000});
  EXPECT_EQ(ibm_mask<u32>(20, 23), 0xF00u);
  EXPECT_EQ(ibm_mask<u32>(0, 31), 0xFFFFFFFFu);
}

}  // namespace
}  // namespace replica
