// What regions call for decimal instructions: frontend/decimal_words.h and frontend/edit.h with addresses, and with results
// that are returned in two registers.
#pragma once

#include "base/types.h"

namespace replica {

struct DecimalResult {
  u64 field;
  u64 cc;
};

namespace decimal_functions {

// The condition code of an instruction that ends by an exception, or overflows. Nothing is to be stored then.
inline constexpr u64 kExceptional = 4;

// Fields have at most eight bytes. `cc` of instructions that do not set it is 0.
DecimalResult zero_and_add(u64 first, u64 second, u32 length1, u32 length2) noexcept;
DecimalResult add(u64 first, u64 second, u32 length1, u32 length2) noexcept;
DecimalResult subtract(u64 first, u64 second, u32 length1, u32 length2) noexcept;
DecimalResult compare(u64 first, u64 second, u32 length1, u32 length2) noexcept;
DecimalResult multiply(u64 first, u64 second, u32 length1, u32 length2) noexcept;
DecimalResult divide(u64 first, u64 second, u32 length1, u32 length2) noexcept;
DecimalResult shift_and_round(u64 first, u64 shift, u32 length1, u32 rounding_digit) noexcept;
DecimalResult convert_to_binary(u64, u64 packed, u32, u32) noexcept;
DecimalResult convert_to_decimal(u64, u64 value, u32, u32) noexcept;
// A zoned field has at most sixteen bytes, in two words.
DecimalResult pack(u64 zoned_left, u64 zoned_right, u32, u32) noexcept;
struct ZonedField {
  u64 right;
  u64 left;
};
ZonedField unpack(u64, u64 packed, u32, u32) noexcept;

// Edits the pattern in its place, unless there is an exception. The source has a byte for each of the pattern's.
u64 edit(u8* pattern, const u8* source, u64 length) noexcept;

}  // namespace decimal_functions
}  // namespace replica
