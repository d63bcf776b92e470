#include "devices/terminal/terminal_type.h"

#include <algorithm>
#include <charconv>

namespace replica {
namespace {

constexpr std::string_view kDisplays[] = {"3270", "3277", "3278", "3279", "3178", "3179", "3180"};
constexpr std::size_t kLongestGroup = 16;
// Alternate screens of the models 1 to 5. GA23-0061 "Screen sizes".
constexpr u32 kAlternateSizes[] = {24 * 80, 24 * 80, 32 * 80, 43 * 80, 27 * 132};

std::string upper_case(std::string_view text) {
  std::string capitals(text);
  for (char& c : capitals)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return capitals;
}

// What stands behind '@'.
void parse_wish(std::string_view wish, TerminalType& type) {
  u16 number = 0;
  const auto [end, error] = std::from_chars(wish.data(), wish.data() + wish.size(), number, 16);
  if (error == std::errc() && end == wish.data() + wish.size()) {
    type.number = number;
  } else {
    type.group = wish.substr(0, kLongestGroup);
  }
}

// "3278-2-E", behind "IBM-". Model 2 if it has none.
std::optional<Screen> parse_screen(std::string_view name) {
  if (name.starts_with("DYNAMIC")) return Screen{.alternate_size = 0, .is_extended = true};
  if (std::find(std::begin(kDisplays), std::end(kDisplays), name.substr(0, 4)) == std::end(kDisplays)) return {};
  Screen screen;
  if (name.size() < 6 || name[4] != '-') return screen;
  const char model = name[5];
  if (model < '1' || model > '5') return {};
  screen.alternate_size = kAlternateSizes[model - '1'];
  screen.is_extended = name.substr(6).starts_with("-E");
  return screen;
}

}  // namespace

std::optional<TerminalType> parse_terminal_type(std::string_view text) {
  const std::string capitals = upper_case(text);
  TerminalType type;
  const std::size_t at = capitals.find('@');
  if (at != std::string::npos) parse_wish(std::string_view(capitals).substr(at + 1), type);
  const std::string_view name = std::string_view(capitals).substr(0, at);
  if (!name.starts_with("IBM-")) {
    type.wants_echo = name.starts_with("ANSI");
    return type;
  }
  const auto screen = parse_screen(name.substr(4));
  if (!screen) return {};
  type.kind = TerminalKind::display;
  type.screen = *screen;
  return type;
}

}  // namespace replica
