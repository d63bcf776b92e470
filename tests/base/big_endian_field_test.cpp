#include "base/big_endian_field.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace replica {
namespace {

std::vector<u8> counting(unsigned length) {
  std::vector<u8> bytes(length);
  for (unsigned n = 0; n < length; ++n) bytes[n] = static_cast<u8>(0x10 + n);
  return bytes;
}

template <typename Word>
void expect_every_length() {
  for (unsigned length = 1; length <= sizeof(Word); ++length) {
    SCOPED_TRACE(length);
    const std::vector<u8> bytes = counting(length);
    Word expected = 0;
    for (const u8 byte : bytes) expected = static_cast<Word>(expected << 8 | byte);
    EXPECT_TRUE(load_field<Word>(bytes.data(), length) == expected);

    std::vector<u8> stored(length);  // exactly as long, so that the address sanitizer sees a store beyond it
    const Word longer = length < sizeof(Word) ? static_cast<Word>(Word{0xEE} << 8 * length | expected) : expected;
    store_field<Word>(stored.data(), length, longer);
    EXPECT_EQ(stored, bytes);
  }
}

TEST(BigEndianField, HasAnyLengthThatTheWordHolds) {
  expect_every_length<u64>();
  expect_every_length<u128>();
}

TEST(BigEndianField, IsCopiedInAnyLength) {
  for (unsigned length = 0; length <= 40; ++length) {
    const std::vector<u8> bytes = counting(length);
    std::vector<u8> copy(length);
    copy_field(copy.data(), bytes.data(), length);
    EXPECT_EQ(copy, bytes);
  }
}

}  // namespace
}  // namespace replica
