// The arguments of a device statement: file names, words like `crlf` and settings like `lpp=66`. A model lists its options;
// case of letters does not matter, as in Hercules.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/types.h"

namespace replica {

struct DeviceOption {
  std::string_view word;  // "crlf"; with '=' at its end, "lpp=", a value follows
  std::function<Status(std::string_view value)> take;
};

// An option that sets a variable.
template <typename T>
DeviceOption option(std::string_view word, T& variable, T value) {
  return {word, [&variable, value](std::string_view) -> Status { return variable = value, Status(); }};
}

// An option of Hercules that is not there: its use is an error.
DeviceOption unsupported_option(std::string_view word);

// Takes the options among `arguments` and gives the other words, in order.
Result<std::vector<std::string>> take_options(std::span<const std::string> arguments,
                                              std::span<const DeviceOption> options);

// The same for a model that has no words but options: any other is an error that lists the options.
Status take_only_options(std::span<const std::string> arguments, std::span<const DeviceOption> options);

// A decimal number with nothing behind it; the error has what was found and the range.
Result<u32> decimal_option(std::string_view word, std::string_view value, u32 least, u32 most);

}  // namespace replica
