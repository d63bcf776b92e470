#include "tools/guest_text.h"

#include "tools/code_page.h"

namespace replica::tools {

Result<std::string> read_guest_text(const Cpu& cpu, const Storage& storage, u32 area) {
  const auto byte = [&](u32 real) { return storage.data()[apply_prefix(real, cpu.prefix)]; };
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
  std::string text;
  for (u32 i = 0; i < length; ++i) text += from_ebcdic(byte(area + 4 + i));
  return text;
}

}  // namespace replica::tools
