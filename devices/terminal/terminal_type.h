// What a TELNET client tells of itself as its terminal type, "IBM-3278-2-E" or "VT100@01F": which kind of terminal, what
// screen, and which device it wants. As Hercules understands it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/types.h"
#include "devices/terminal/terminal.h"

namespace replica {

enum class TerminalKind : u8 { display, printer_keyboard };

struct TerminalType {
  TerminalKind kind = TerminalKind::printer_keyboard;
  Screen screen;
  std::optional<u16> number;  // "@01F": the device of this number and no other
  std::string group;          // "@NAME": a device of this group
  bool wants_echo = false;    // shows nothing that is typed
};

// Nothing if it is a display or printer of IBM's that does not exist here.
std::optional<TerminalType> parse_terminal_type(std::string_view text);

}  // namespace replica
