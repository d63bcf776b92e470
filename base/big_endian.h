// Big-endian storage. Guest storage is bytes; it is read and written through these functions, never by reinterpret_cast.
#pragma once

#include <cstring>

#include "base/types.h"

namespace replica {

inline u16 load_be16(const u8* p) {
  u16 value;
  std::memcpy(&value, p, sizeof value);
  return __builtin_bswap16(value);
}
inline u32 load_be32(const u8* p) {
  u32 value;
  std::memcpy(&value, p, sizeof value);
  return __builtin_bswap32(value);
}
inline u64 load_be64(const u8* p) {
  u64 value;
  std::memcpy(&value, p, sizeof value);
  return __builtin_bswap64(value);
}
inline void store_be16(u8* p, u16 value) {
  value = __builtin_bswap16(value);
  std::memcpy(p, &value, sizeof value);
}
inline void store_be32(u8* p, u32 value) {
  value = __builtin_bswap32(value);
  std::memcpy(p, &value, sizeof value);
}
inline void store_be64(u8* p, u64 value) {
  value = __builtin_bswap64(value);
  std::memcpy(p, &value, sizeof value);
}

}  // namespace replica
