#include "tools/parse.h"

#include <algorithm>
#include <charconv>

namespace replica::tools {
namespace {

bool is_hex_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f'); }

// All of `text` as a number of type T. False if it is not one, or too large.
template <typename T>
bool convert(std::string_view text, int base, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

Result<u64> parse_hex(std::string_view text, unsigned max_digits) {
  u64 value = 0;
  const bool all_digits = !text.empty() && std::all_of(text.begin(), text.end(), is_hex_digit);
  if (!all_digits || text.size() > max_digits || !convert(text, 16, value)) {
    return fail("expected 1 to {} hexadecimal digits, found '{}'", max_digits, text);
  }
  return value;
}

Result<u64> parse_exact_hex(std::string_view text, unsigned digits) {
  const auto value = parse_hex(text, digits);
  if (!value || text.size() != digits) {
    return fail("expected {} hexadecimal digits, found '{}' ({} characters)", digits, text, text.size());
  }
  return value;
}

Result<u32> parse_address(std::string_view text) {
  const auto value = parse_hex(text, 6);
  if (!value) return fail("expected an address of 1 to 6 hexadecimal digits, found '{}'", text);
  return static_cast<u32>(*value);
}

Result<u64> parse_decimal(std::string_view text) {
  u64 value = 0;
  if (!convert(text, 10, value)) return fail("expected a decimal number below 2^64, found '{}'", text);
  return value;
}

Result<u32> parse_storage_size(std::string_view text) {
  std::string_view digits = text;
  unsigned shift = 0;
  if (!text.empty() && (text.back() == 'K' || text.back() == 'k')) shift = 10;
  if (!text.empty() && (text.back() == 'M' || text.back() == 'm')) shift = 20;
  if (shift != 0) digits.remove_suffix(1);
  u32 value = 0;
  if (!convert(digits, 10, value) || value > UINT32_MAX >> shift) {
    return fail("expected a size in bytes, or with the suffix K or M, such as 64K or 16M; found '{}'", text);
  }
  return value << shift;
}

Result<std::vector<u8>> parse_hex_bytes(std::string_view text) {
  std::vector<u8> bytes;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == ' ') {
      ++i;
      continue;
    }
    u8 byte = 0;
    if (i + 2 > text.size() || !is_hex_digit(text[i]) || !convert(text.substr(i, 2), 16, byte)) {
      return fail("expected pairs of hexadecimal digits, found '{}' at position {}", text.substr(i, 2), i + 1);
    }
    bytes.push_back(byte);
    i += 2;
  }
  if (bytes.empty()) return fail("expected pairs of hexadecimal digits, found none");
  return bytes;
}

}  // namespace replica::tools
