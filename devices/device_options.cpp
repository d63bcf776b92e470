#include "devices/device_options.h"

#include <strings.h>

#include <charconv>

namespace replica {
namespace {

bool names(std::string_view argument, std::string_view word) {
  if (!word.ends_with('=')) {
    if (argument.size() != word.size()) return false;
  } else if (argument.size() < word.size()) {
    return false;
  }
  return strncasecmp(argument.data(), word.data(), word.size()) == 0;
}

std::string list(std::span<const DeviceOption> options) {
  std::string words;
  for (const DeviceOption& one : options) words += fmt::format("{}{}", words.empty() ? "" : ", ", one.word);
  return words;
}

}  // namespace

DeviceOption unsupported_option(std::string_view word) {
  return {word, [word](std::string_view) -> Status { return fail("option '{}' is not supported", word); }};
}

Result<std::vector<std::string>> take_options(std::span<const std::string> arguments,
                                              std::span<const DeviceOption> options) {
  std::vector<std::string> others;
  for (const std::string& argument : arguments) {
    bool taken = false;
    for (const DeviceOption& one : options) {
      if (!names(argument, one.word)) continue;
      if (Status status = one.take(std::string_view(argument).substr(one.word.size())); !status)
        return tl::unexpected(status.error());
      taken = true;
      break;
    }
    if (!taken) others.push_back(argument);
  }
  return others;
}

Status take_only_options(std::span<const std::string> arguments, std::span<const DeviceOption> options) {
  const auto others = take_options(arguments, options);
  if (!others) return tl::unexpected(others.error());
  if (!others->empty()) return fail("'{}' is not an option; expected one of {}", others->front(), list(options));
  return {};
}

Result<u32> decimal_option(std::string_view word, std::string_view value, u32 least, u32 most) {
  u32 number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || end != value.data() + value.size() || number < least || number > most)
    return fail("{}: found '{}', expected a number from {} to {}", word, value, least, most);
  return number;
}

}  // namespace replica
