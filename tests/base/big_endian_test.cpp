#include "base/big_endian.h"

#include <gtest/gtest.h>

#include <array>

namespace replica {
namespace {

constexpr std::array<u8, 9> kBytes = {0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF, 0xFF};

TEST(BigEndian, TheFirstByteIsTheMostSignificant) {
  EXPECT_EQ(load_be16(kBytes.data()), 0x0123);
  EXPECT_EQ(load_be32(kBytes.data()), 0x01234567u);
  EXPECT_EQ(load_be64(kBytes.data()), u64{0x0123456789ABCDEF});
}

TEST(BigEndian, LoadsFromAnyAlignment) {
  EXPECT_EQ(load_be16(kBytes.data() + 1), 0x2345);
  EXPECT_EQ(load_be32(kBytes.data() + 1), 0x23456789u);
  EXPECT_EQ(load_be64(kBytes.data() + 1), u64{0x23456789ABCDEFFF});
}

TEST(BigEndian, StoresExactlyItsBytesAtAnyAlignment) {
  std::array<u8, 10> bytes{};
  store_be16(bytes.data() + 1, 0xA1B2);
  EXPECT_EQ(bytes, (std::array<u8, 10>{0, 0xA1, 0xB2, 0, 0, 0, 0, 0, 0, 0}));
  store_be32(bytes.data() + 3, 0xC1C2C3C4);
  EXPECT_EQ(bytes, (std::array<u8, 10>{0, 0xA1, 0xB2, 0xC1, 0xC2, 0xC3, 0xC4, 0, 0, 0}));
  store_be64(bytes.data() + 1, 0x1122334455667788);
  EXPECT_EQ(bytes, (std::array<u8, 10>{0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0}));
}

}  // namespace
}  // namespace replica
