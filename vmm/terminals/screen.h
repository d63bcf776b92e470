// The screen of a display as CP's console: lines from the top, below them two rows to type in, and in the corner what is
// awaited. When the lines are full, MORE... keeps the next ones back until CLEAR, or until a minute has passed; HOLDING until
// CLEAR alone. VM/370 Terminal User's Guide (GC20-1810), "3270 display screen layout".
//
// Gives and takes records of the 3270 data stream for 24 rows of 80 characters, and knows nothing of lines to clients.
#pragma once

#include <chrono>
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "devices/code_page.h"
#include "vmm/terminals/user_terminal.h"

namespace replica::vmm {

class ConsoleScreen {
 public:
  using Clock = std::chrono::steady_clock;

  explicit ConsoleScreen(const CodePage& code_page) : code_page_(code_page) {}

  void print(const std::string& line);
  void set_status(TerminalStatus status) { status_ = status; }
  void hide_input(bool hidden);
  // Without lines, and without anything typed.
  void clear();
  // The client shows something else: all of it is sent again.
  void repaint() { needs_erase_ = true; }

  // What the client has to be sent so that its screen is as it should be; empty if it is.
  std::vector<u8> update(Clock::time_point now);
  // When to update at the latest although nothing happens.
  std::optional<Clock::time_point> next_update() const;

  // What a record from the client means: nothing, or one event. The rest is done to the screen.
  std::optional<TerminalEvent> receive(std::span<const u8> record);

 private:
  static constexpr u32 kColumns = 80, kRows = 22;

  bool is_full() const { return rows_.size() == kRows && !waiting_.empty(); }
  void next_page();
  void write_row(std::vector<u8>& record, u32 row) const;
  void write_text(std::vector<u8>& record, const std::string& text) const;
  std::string corner() const;
  std::string typed(std::span<const u8> record) const;

  const CodePage& code_page_;
  std::vector<std::string> rows_;    // on the screen
  std::deque<std::string> waiting_;  // for the next page
  u64 lost_ = 0;                     // rows, since too many are waiting
  std::optional<Clock::time_point> full_since_;
  bool holding_ = false;
  bool hidden_ = false;
  TerminalStatus status_ = TerminalStatus::cp_read;

  // What the client is known to show.
  bool needs_erase_ = true;
  bool needs_input_ = false;  // an empty line to type in, with the keyboard unlocked
  std::size_t rows_there_ = 0;
  std::string corner_there_;
};

}  // namespace replica::vmm
