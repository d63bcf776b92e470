// The generator's source of randomness: the same seed gives the same cases on every host.
#pragma once

#include <cstddef>
#include <random>
#include <span>

#include "base/types.h"

namespace replica::oracle {

class Random {
 public:
  explicit Random(u64 seed) : engine_(seed) {}

  u64 bits64() { return engine_(); }
  u32 bits32() { return static_cast<u32>(engine_() >> 32); }
  u8 byte() { return static_cast<u8>(bits32() >> 24); }

  // 0 to n-1.
  u32 below(u32 n) { return static_cast<u32>((u64{bits32()} * n) >> 32); }
  u32 between(u32 first, u32 last) { return first + below(last - first + 1); }
  bool chance(u32 percent) { return below(100) < percent; }

  template <typename T, std::size_t N>
  T pick(const T (&values)[N]) {
    return values[below(N)];
  }
  template <typename T>
  const T& pick(std::span<const T> values) {
    return values[below(static_cast<u32>(values.size()))];
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace replica::oracle
