#include "tests/oracle/values.h"

#include "base/big_endian.h"

namespace replica::oracle {

u32 word_value(Random& random) {
  static constexpr u32 kSpecial[] = {0, 1, 0xFFFFFFFF, 0x80000000, 0x7FFFFFFF, 0x8000, 0xFFFF8000, 0x7FFF, 0x00FFFFFF};
  switch (random.below(8)) {
    case 0:
    case 1: return random.pick(kSpecial);
    case 2: return random.pick(kSpecial) + random.below(5) - 2;
    case 3: return random.below(256);
    case 4: return u32{1} << random.below(32);
    case 5: return random.bits32() >> random.below(32);
    default: return random.bits32();
  }
}

u64 float_value(Random& random) {
  u64 characteristic = 0x40;
  switch (random.below(6)) {
    case 0: characteristic = random.below(128); break;
    case 1: characteristic = random.chance(50) ? random.below(10) : 127 - random.below(10); break;
    default: characteristic = 0x3A + random.below(14); break;
  }
  u64 fraction = random.bits64() >> 8;
  switch (random.below(8)) {
    case 0: fraction = 0; break;
    case 1: fraction >>= 4 * random.below(14); break;
    case 2: fraction = (u64{1} << 56) - 1 - random.below(3); break;
    case 3: fraction = u64{random.below(16)} << (4 * random.below(14)); break;
    case 4: fraction &= ~u64{0} << (8 * random.below(7)); break;
    default: break;
  }
  return u64{random.below(2)} << 63 | characteristic << 56 | (fraction & ((u64{1} << 56) - 1));
}

std::vector<u8> packed_value(Random& random, u32 bytes) {
  static constexpr u8 kSigns[] = {0xC, 0xC, 0xC, 0xC, 0xD, 0xD, 0xD, 0xF, 0xA, 0xB, 0xE};
  const u32 digits = 2 * bytes - 1;
  const u32 leading_zeros = random.chance(60) ? random.below(digits + 1) : 0;
  const u32 kind = random.below(5);
  std::vector<u8> field(bytes);
  for (u32 i = 0; i < digits; ++i) {
    u8 digit = static_cast<u8>(random.below(10));
    if (kind == 0) digit = 9;
    if (kind == 1 && random.chance(80)) digit = 0;
    if (i < leading_zeros) digit = 0;
    field[i / 2] = static_cast<u8>(field[i / 2] | (i % 2 ? digit : digit << 4));
  }
  field[bytes - 1] = static_cast<u8>(field[bytes - 1] | random.pick(kSigns));
  if (random.chance(4)) field[bytes - 1] = static_cast<u8>((field[bytes - 1] & 0xF0) | random.below(10));
  if (random.chance(4)) field[random.below(bytes)] = random.byte();
  return field;
}

std::vector<u8> edit_pattern(Random& random, u32 bytes) {
  static constexpr u8 kBytes[] = {0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x21, 0x22, 0x40, 0x4B, 0x6B, 0xC3, 0x60, 0x5C};
  std::vector<u8> pattern(bytes);
  for (u8& byte : pattern) byte = random.pick(kBytes);
  if (random.chance(90)) pattern[0] = random.chance(70) ? 0x40 : 0x5C;
  return pattern;
}

std::vector<u8> random_bytes(Random& random, u32 bytes) {
  std::vector<u8> out(bytes);
  for (u8& byte : out) byte = random.byte();
  return out;
}

std::vector<u8> word_bytes(u32 value) {
  std::vector<u8> out(4);
  store_be32(out.data(), value);
  return out;
}

std::vector<u8> doubleword_bytes(u64 value) {
  std::vector<u8> out(8);
  store_be64(out.data(), value);
  return out;
}

}  // namespace replica::oracle
