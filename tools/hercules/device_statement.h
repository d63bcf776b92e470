// Device statements, in a configuration file and of the command `attach`: DEVICE-NUMBERS TYPE ARGUMENTS...
//
// Device numbers are up to four hexadecimal digits, a range 010-01F, a count 010.16, or a list of these with commas; "0:" in
// front names the channel set, of which there is one. In the arguments $(CUU) and $(CCUU) stand for the number of each
// device, with three and four digits; $(cuu) and $(ccuu) for the same in small letters.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/types.h"

namespace replica::tools {

struct DeviceStatement {
  u16 address = 0;
  std::string type;                    // upper case, as "3330" or "3215-C"
  std::vector<std::string> arguments;  // as written, symbols replaced
  std::string place;                   // "file:line", for messages; empty at the panel
};

// One number, with or without "0:". The error is Hercules' message.
Result<u16> parse_device_number(std::string_view text);

// Numbers, ranges, counts and lists. The error has no place.
Result<std::vector<u16>> parse_device_numbers(const std::string& text);

// The statements that these words are, one for each device.
Result<std::vector<DeviceStatement>> parse_device_statement(const std::vector<std::string>& words,
                                                            const std::string& place);

// Devices of Hercules that this machine does not have. A configuration may name them; the guest does not find them.
bool is_device_not_here(std::string_view type);

}  // namespace replica::tools
