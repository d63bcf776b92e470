// IBM bit numbering: bit 0 is the leftmost bit of the field. `ibm_bits(word, 8, 31)` is "bits 8-31" of the manual.
#pragma once

#include <concepts>

#include "base/types.h"

namespace replica {

// Bit `n` of `value`, numbered from the left.
template <std::unsigned_integral T>
constexpr bool ibm_bit(T value, unsigned n) {
  return (value >> (sizeof(T) * 8 - 1 - n)) & 1;
}

// Bits `first` to `last` of `value`, both included, right-aligned.
template <std::unsigned_integral T>
constexpr T ibm_bits(T value, unsigned first, unsigned last) {
  const unsigned width = last - first + 1;
  const T shifted = static_cast<T>(value >> (sizeof(T) * 8 - 1 - last));
  return width == sizeof(T) * 8 ? shifted : static_cast<T>(shifted & ((T{1} << width) - 1));
}

// A mask with bit `n`, numbered from the left, on.
template <std::unsigned_integral T>
constexpr T ibm_mask(unsigned n) {
  return static_cast<T>(T{1} << (sizeof(T) * 8 - 1 - n));
}

// A mask with bits `first` to `last`, both included, on.
template <std::unsigned_integral T>
constexpr T ibm_mask(unsigned first, unsigned last) {
  T mask = 0;
  for (unsigned n = first; n <= last; ++n) mask = static_cast<T>(mask | ibm_mask<T>(n));
  return mask;
}

}  // namespace replica
