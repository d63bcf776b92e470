#include "tools/guest_text.h"

#include "devices/code_page.h"

namespace replica::tools {
namespace {

constexpr u8 kNewLine = 0x15;

// The required space (A0) and the soft hyphen (AD) would not be seen.
bool has_graphic(u8 latin1) { return (latin1 >= 0x20 && latin1 < 0x7F) || (latin1 > 0xA0 && latin1 != 0xAD); }

// The character as UTF-8. X'15' is the end of a line; what has no graphic is '.'.
std::string as_utf8(const CodePage& to_latin1, u8 character) {
  if (character == kNewLine) return "\n";
  const u8 latin1 = to_latin1.to_host[character];
  if (!has_graphic(latin1)) return ".";
  if (latin1 < 0x80) return std::string(1, static_cast<char>(latin1));
  return {static_cast<char>(0xC0 | latin1 >> 6), static_cast<char>(0x80 | (latin1 & 0x3F))};
}

}  // namespace

Result<std::string> read_guest_text(const Cpu& cpu, Storage& storage, u32 area) {
  const auto byte = [&](u32 real) { return *storage.at(apply_prefix(real, cpu.prefix)); };
  if (area > storage.size() - 4) {
    return fail("expected the length of the text at {:06X}, but storage ends at {:X}", area, storage.size());
  }
  u32 length = 0;
  for (u32 i = 0; i < 4; ++i) length = length << 8 | byte(area + i);
  const u32 room = storage.size() - area - 4;
  if (length > room) {
    return fail("expected the length of the text at {:06X}, found {:08X}; only {:X} bytes follow in storage", area,
                length, room);
  }
  const auto code_page = find_code_page("819/037");
  if (!code_page) return tl::unexpected(code_page.error());
  std::string text;
  for (u32 i = 0; i < length; ++i) text += as_utf8(**code_page, byte(area + 4 + i));
  return text;
}

}  // namespace replica::tools
