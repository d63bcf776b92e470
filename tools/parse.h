// Numbers as users write them. All of a text must be the number: trailing garbage, signs and blanks are refused. An error
// tells what was expected and what was found; the caller puts the option in front.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/types.h"

namespace replica::tools {

// From 1 to `max_digits` hexadecimal digits, at most 16, without a prefix.
Result<u64> parse_hex(std::string_view text, unsigned max_digits);

// Exactly `digits` hexadecimal digits.
Result<u64> parse_exact_hex(std::string_view text, unsigned digits);

// A 24-bit address in hexadecimal.
Result<u32> parse_address(std::string_view text);

// A decimal number of 64 bits.
Result<u64> parse_decimal(std::string_view text);

// A decimal number of bytes, or of KB or MB with the suffix K or M. Whether a machine can have that much is checked by
// Storage::create().
Result<u32> parse_storage_size(std::string_view text);

// Pairs of hexadecimal digits; blanks may stand between pairs.
Result<std::vector<u8>> parse_hex_bytes(std::string_view text);

}  // namespace replica::tools
