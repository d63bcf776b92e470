// Operands of commands, as Hercules writes them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.h"
#include "mmu/access_map.h"

namespace replica::tools {

// "200", "200-2FF", "200.100": both ends included. `default_length` is that of an address alone.
struct AddressOperand {
  enum class Fault : u8 { none, malformed, bad_range };
  Fault fault = Fault::none;
  AddressRange range;
};
AddressOperand parse_address_range(std::string_view text, u32 default_length);

// "3=1F" as register 3 and the value; nothing if it is not that, or not a register or a word.
struct RegisterOperand {
  unsigned number;
  u32 value;
};
std::optional<RegisterOperand> parse_register_value(std::string_view text);

}  // namespace replica::tools
