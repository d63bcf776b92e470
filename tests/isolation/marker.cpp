#include "tests/isolation/marker.h"

#include <algorithm>
#include <cstring>

#include "base/big_endian.h"

namespace replica::isolation {

std::array<u8, kMarkerBytes> marker(Owner owner, u32 place) {
  std::array<u8, kMarkerBytes> bytes;
  store_be64(bytes.data(), (static_cast<u64>(owner) + 1) * 0x9E37'79B9'7F4A'7C15);
  store_be16(bytes.data() + kNameBytes, static_cast<u16>(place));
  return bytes;
}

void fill(std::span<u8> bytes, Owner owner, u32 place) {
  const auto unit = marker(owner, place);
  for (std::size_t n = 0; n < bytes.size(); ++n) bytes[n] = unit[n % kMarkerBytes];
}

std::vector<u8> filled(std::size_t length, Owner owner, u32 place) {
  std::vector<u8> bytes(length);
  fill(bytes, owner, place);
  return bytes;
}

bool contains(std::span<const u8> bytes, Owner owner) {
  const auto unit = marker(owner, 0);
  return memmem(bytes.data(), bytes.size(), unit.data(), kNameBytes) != nullptr;
}

bool is_part(u32 word, Owner owner) {
  const auto unit = marker(owner, 0);
  for (std::size_t n = 0; n + 4 <= kNameBytes; ++n) {
    if (load_be32(unit.data() + n) == word) return true;
  }
  return false;
}

u64 hash(std::span<const u8> bytes) {
  u64 result = 0xCBF29CE484222325;
  for (const u8 byte : bytes) result = (result ^ byte) * 0x100000001B3;
  return result;
}

}  // namespace replica::isolation
