// What the parsers of the case files share.
#pragma once

#include <optional>
#include <string_view>

#include "base/types.h"

namespace replica::vectors {

inline std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// Hexadecimal digits are upper case: the words of the language are lower case, so that "ec" is never a number.
constexpr std::optional<u8> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<u8>(c - '0');
  if (c >= 'A' && c <= 'F') return static_cast<u8>(c - 'A' + 10);
  return std::nullopt;
}

// A number of at most `digits` digits.
constexpr std::optional<u64> parse_hex(std::string_view text, std::size_t digits) {
  if (text.empty() || text.size() > digits) return std::nullopt;
  u64 value = 0;
  for (const char c : text) {
    const auto digit = hex_digit(c);
    if (!digit) return std::nullopt;
    value = value << 4 | *digit;
  }
  return value;
}

}  // namespace replica::vectors
