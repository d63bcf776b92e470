// Between a terminal's device and the connection of the person who sits at it. The device is a Terminal; when somebody
// connects, it gets a TerminalLine to write to.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/types.h"

namespace replica {

// The screen of a display: its size in characters, and what the terminal can do beyond the 3277.
struct Screen {
  u32 size = 24 * 80;
  u32 alternate_size = 24 * 80;  // after ERASE/WRITE ALTERNATE; 0 if only the terminal knows
  bool is_extended = false;      // structured fields
};

// The device's end of a connection. Any function from any thread. A line whose connection has ended takes everything and
// does nothing.
class TerminalLine {
 public:
  virtual ~TerminalLine() = default;
  // To a display a record of the 3270 data stream, to a printer-keyboard characters in the host's code.
  virtual void send(std::vector<u8> bytes) = 0;
  // Bytes that were sent and are still here.
  virtual std::size_t waiting() const = 0;
  // The address of the person's machine.
  virtual std::string peer() const = 0;
};

// A device that a person can connect to. All calls come on one thread that is not the channel's, between those of
// TerminalServer::add and remove.
class Terminal {
 public:
  enum class Key : u8 { attention, cancel };

  virtual ~Terminal() = default;
  virtual void connected(std::shared_ptr<TerminalLine> line, const Screen& screen) = 0;
  virtual void disconnected() = 0;
  // A record from a display, or from a printer-keyboard a typed line without its end.
  virtual void received(std::span<const u8> bytes) = 0;
  // A key that is none of the display's: displays send theirs in records.
  virtual void pressed(Key /*key*/) {}
  // All that was sent to the line has gone.
  virtual void drained() {}
};

}  // namespace replica
