// Big-endian integers of any length, as operands of guest instructions are: read and written in pieces of 8, 4, 2 and 1
// bytes. The host hands what it has just stored to a load only if the load lies within that one store, so both use the same
// pieces, from left to right.
#pragma once

#include "base/big_endian.h"
#include "base/check.h"

namespace replica {

// The `length` bytes at `field` as an integer.
template <typename Word>
inline Word load_field(const u8* field, unsigned length) {
  DCHECK(length >= 1 && length <= sizeof(Word));
  if constexpr (sizeof(Word) > sizeof(u64)) {
    if (length > 8) return Word{load_be64(field)} << 8 * (length - 8) | load_field<u64>(field + 8, length - 8);
  }
  if (length == 8) return load_be64(field);
  u64 value = 0;
  if (length & 4) value = load_be32(field), field += 4;
  if (length & 2) value = value << 16 | load_be16(field), field += 2;
  if (length & 1) value = value << 8 | *field;
  return value;
}

// Stores the rightmost `length` bytes of `value`.
template <typename Word>
inline void store_field(u8* field, unsigned length, Word value) {
  DCHECK(length >= 1 && length <= sizeof(Word));
  if constexpr (sizeof(Word) > sizeof(u64)) {
    if (length > 8) {
      store_be64(field, static_cast<u64>(value >> 8 * (length - 8)));
      return store_field<u64>(field + 8, length - 8, static_cast<u64>(value));
    }
  }
  const u64 low = static_cast<u64>(value);
  if (length == 8) return store_be64(field, low);
  if (length & 4) store_be32(field, static_cast<u32>(low >> 8 * (length & 3))), field += 4;
  if (length & 2) store_be16(field, static_cast<u16>(low >> 8 * (length & 1))), field += 2;
  if (length & 1) *field = static_cast<u8>(low);
}

// Copies what does not overlap.
inline void copy_field(u8* to, const u8* from, unsigned length) {
  for (; length >= 8; length -= 8, to += 8, from += 8) std::memcpy(to, from, 8);
  if (length != 0) store_field<u64>(to, length, load_field<u64>(from, length));
}

}  // namespace replica
