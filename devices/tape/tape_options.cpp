#include "devices/tape/tape_options.h"

#include <charconv>
#include <string_view>

#include "devices/device_options.h"

namespace replica {
namespace {

// An option with a number as its value.
template <typename T>
DeviceOption number_option(std::string_view word, T& variable, u32 least, u32 most) {
  return {word, [=, &variable](std::string_view value) -> Status {
            const auto number = decimal_option(word, value, least, most);
            if (!number) return tl::unexpected(number.error());
            variable = static_cast<T>(*number);
            return {};
          }};
}

// An option with a number of bytes, which may end with a unit: K, M or G. Without one, `shift` gives the unit.
DeviceOption size_option(std::string_view word, u64& variable, unsigned shift = 0) {
  return {word, [=, &variable](std::string_view value) -> Status {
            constexpr u64 kMost = u64{1} << 62;
            constexpr std::string_view kUnits = "KMG";
            std::string_view digits = value;
            unsigned scale = shift;
            if (shift == 0 && !digits.empty()) {
              const size_t unit = kUnits.find(static_cast<char>(digits.back() & ~0x20));
              if (unit != std::string_view::npos) {
                scale = static_cast<unsigned>(10 * (unit + 1));
                digits.remove_suffix(1);
              }
            }
            u64 number = 0;
            const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
            if (error != std::errc() || end != digits.data() + digits.size() || number > kMost >> scale) {
              return fail("{}: found '{}', expected a number{}", word, value,
                          shift == 0 ? " of bytes, such as 100000, 64K or 170M" : "");
            }
            variable = number << scale;
            return {};
          }};
}

DeviceOption nothing(std::string_view word) {
  return {word, [](std::string_view) -> Status { return {}; }};
}

}  // namespace

Result<TapeOptions> parse_tape_options(std::span<const std::string> words) {
  TapeOptions options;
  const DeviceOption as_aws = {"awstape", [&options](std::string_view) -> Status {
                                 options.compress = false;
                                 options.chunk_size = 4096;
                                 return {};
                               }};
  const DeviceOption known[] = {
      option("readonly", options.read_only, true),
      number_option("readonly=", options.read_only, 0, 1),
      option("ro", options.read_only, true),
      option("noring", options.read_only, true),
      option("rw", options.read_only, false),
      option("ring", options.read_only, false),
      size_option("maxsize=", options.maximum_size),
      size_option("maxsizeK=", options.maximum_size, 10),
      size_option("maxsizeM=", options.maximum_size, 20),
      size_option("eotmargin=", options.end_margin),
      number_option("compress=", options.compress, 0, 1),
      number_option("idrc=", options.compress, 0, 1),
      number_option("method=", options.method, 1, 2),
      number_option("level=", options.level, 1, 9),
      number_option("chunksize=", options.chunk_size, 4096, 65535),
      as_aws,
      number_option("deonirq=", options.device_end_with_intervention, 0, 1),
      nothing("noautomount"),
      nothing("strictsize="),
      unsupported_option("-d"),
      // For drives attached to the host.
      unsupported_option("--blkid-22"),
      unsupported_option("--blkid-24"),
      unsupported_option("--blkid-32"),
      unsupported_option("--no-erg"),
      unsupported_option("--online"),
  };
  if (auto taken = take_only_options(words, known); !taken) return tl::unexpected(taken.error());
  return options;
}

}  // namespace replica
