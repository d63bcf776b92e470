#include "tools/hercules/device_statement.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <sstream>

#include "tools/hercules/text_file.h"
#include "tools/parse.h"

namespace replica::tools {
namespace {

constexpr std::size_t kMostDevices = 4096;
constexpr u32 kHighestNumber = 0xFFFF;

constexpr std::string_view kNotHere[] = {
    "1030",     "3287", "2250", "9313", "9332",  "9335",    "9336",  "0671", "2703",   "3705", "3088",  "CTCI",
    "CTCI-W32", "CTCT", "CTCE", "LCS",  "VMNET", "OSA",     "QETH",  "3480", "3490",   "3590", "9347",  "9348",
    "8809",     "9345", "3390", "3380", "HCHAN", "DSPIDLE", "TCPIP", "SYSG", "SYSG-C", "2880", "3791L", "3274"};

void replace_all(std::string& text, std::string_view from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

std::string with_number(std::string text, u16 address) {
  replace_all(text, "$(CUU)", fmt::format("{:03X}", address));
  replace_all(text, "$(cuu)", fmt::format("{:03x}", address));
  replace_all(text, "$(CCUU)", fmt::format("{:04X}", address));
  replace_all(text, "$(ccuu)", fmt::format("{:04x}", address));
  return text;
}

// 010-01F, 010.16 or 010: first and last.
Result<std::pair<u32, u32>> parse_range(const std::string& item) {
  const std::size_t separator = item.find_first_of("-.");
  const auto first = parse_hex(std::string_view(item).substr(0, separator), 4);
  if (!first) return fail("{}", first.error().message);
  if (separator == std::string::npos) return std::pair{static_cast<u32>(*first), static_cast<u32>(*first)};
  const std::string_view rest = std::string_view(item).substr(separator + 1);
  const bool is_count = item[separator] == '.';
  const auto second = is_count ? parse_decimal(rest) : parse_hex(rest, 4);
  if (!second) return fail("{}", second.error().message);
  const u64 last = is_count ? *first + *second - 1 : *second;
  if (*second > kHighestNumber || last < *first || last > kHighestNumber) {
    return fail("expected a range that goes up, to {:X} at most; found '{}'", kHighestNumber, item);
  }
  return std::pair{static_cast<u32>(*first), static_cast<u32>(last)};
}

}  // namespace

Result<u16> parse_device_number(std::string_view text) {
  if (text.starts_with("0:")) text.remove_prefix(2);
  const auto bad =
      std::find_if(text.begin(), text.end(), [](char c) { return !std::isxdigit(static_cast<unsigned char>(c)); });
  if (bad != text.end()) return fail("HHCCF055E Incorrect device address specification near character {}", *bad);
  const auto number = parse_hex(text, 4);
  if (!number) return fail("HHCCF055E Incorrect device address specification: {}", number.error().message);
  return static_cast<u16>(*number);
}

Result<std::vector<u16>> parse_device_numbers(const std::string& text) {
  std::vector<u16> numbers;
  std::istringstream list(text.starts_with("0:") ? text.substr(2) : text);
  for (std::string item; std::getline(list, item, ',');) {
    const auto range = parse_range(item);
    if (!range) return fail("device number {}: {}", text, range.error().message);
    if (numbers.size() + (range->second - range->first) >= kMostDevices) {
      return fail("device number {}: expected at most {} devices", text, kMostDevices);
    }
    for (u32 number = range->first; number <= range->second; ++number) numbers.push_back(static_cast<u16>(number));
  }
  if (numbers.empty()) return fail("device number {}: expected 1 to 4 hexadecimal digits", text);
  return numbers;
}

Result<std::vector<DeviceStatement>> parse_device_statement(const std::vector<std::string>& words,
                                                            const std::string& place) {
  const auto numbers = parse_device_numbers(words[0]);
  if (!numbers) return tl::unexpected(numbers.error());
  if (words.size() < 2) return fail("device number {}: expected a device type after it, found nothing", words[0]);
  std::vector<DeviceStatement> statements;
  for (const u16 address : *numbers) {
    DeviceStatement statement{.address = address, .type = upper_case(words[1]), .arguments = {}, .place = place};
    std::transform(words.begin() + 2, words.end(), std::back_inserter(statement.arguments),
                   [&](const std::string& word) { return with_number(word, address); });
    statements.push_back(std::move(statement));
  }
  return statements;
}

bool is_device_not_here(std::string_view type) {
  return std::find(std::begin(kNotHere), std::end(kNotHere), type) != std::end(kNotHere);
}

}  // namespace replica::tools
