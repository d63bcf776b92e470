// Operand values at which instructions are likely to go wrong.
#pragma once

#include <vector>

#include "base/types.h"
#include "tests/oracle/random.h"

namespace replica::oracle {

// A clock-comparator value in the far future, without the bits that Hercules does not keep.
inline constexpr u64 kNeverReached = ~u64{0xFF};

// A fullword: often 0, 1, -1, the largest or smallest, a power of two, small, or near one of these.
u32 word_value(Random& random);

// A long hexadecimal floating-point number. Most characteristics are near X'40', so that operands meet; the fraction
// may be zero, unnormalized or all ones. Some lie at the ends of the range.
u64 float_value(Random& random);

// A packed decimal field, mostly valid; leading zeros and nines are frequent, wrong digits and signs are rare.
std::vector<u8> packed_value(Random& random, u32 bytes);

// A pattern for EDIT of `bytes` bytes, fill byte first.
std::vector<u8> edit_pattern(Random& random, u32 bytes);

std::vector<u8> random_bytes(Random& random, u32 bytes);
std::vector<u8> word_bytes(u32 value);
std::vector<u8> doubleword_bytes(u64 value);

}  // namespace replica::oracle
