#include "tools/hercules/operands.h"

#include <algorithm>

#include "frontend/insn.h"
#include "tools/parse.h"

namespace replica::tools {

AddressOperand parse_address_range(std::string_view text, u32 default_length) {
  using Fault = AddressOperand::Fault;
  const std::size_t separator = text.find_first_of("-.:");
  const auto first = parse_hex(text.substr(0, separator), 16);
  if (!first) return {.fault = Fault::malformed, .range = {}};
  u64 last = *first + default_length - 1;
  if (separator == std::string_view::npos) {
    last = std::min<u64>(last, kAddressMask);
  } else {
    const auto second = parse_hex(text.substr(separator + 1), 16);
    if (!second) return {.fault = Fault::malformed, .range = {}};
    const bool is_length = text[separator] == '.';
    if (is_length && (*second == 0 || *second > kAddressMask + 1)) return {.fault = Fault::bad_range, .range = {}};
    last = is_length ? *first + *second - 1 : *second;
  }
  if (*first > kAddressMask || last > kAddressMask || last < *first) return {.fault = Fault::bad_range, .range = {}};
  return {.range = {.first = static_cast<u32>(*first), .last = static_cast<u32>(last)}};
}

std::optional<RegisterOperand> parse_register_value(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  const auto number = parse_decimal(text.substr(0, equals));
  const auto value = parse_hex(text.substr(equals + 1), 8);
  if (!number || *number > 15 || !value) return std::nullopt;
  return RegisterOperand{static_cast<unsigned>(*number), static_cast<u32>(*value)};
}

}  // namespace replica::tools
