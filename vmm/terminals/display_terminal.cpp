#include "vmm/terminals/display_terminal.h"

#include <utility>

namespace replica::vmm {
namespace {

// The screen is not updated while more than this is on its way to the client.
constexpr std::size_t kMostWaiting = 64 * 1024;
constexpr u8 kAttentionKey = 0x6C;  // PA1

}  // namespace

void DisplayTerminal::print(const std::string& line) {
  const std::lock_guard lock(mutex_);
  if (!line_) return;
  take_screen_back();
  screen_.print(line);
}

void DisplayTerminal::take_screen_back() {
  if (!std::exchange(is_lent_, false)) return;
  entered_.clear();
  screen_.repaint();
}

void DisplayTerminal::hide_next_line() {
  const std::lock_guard lock(mutex_);
  screen_.hide_input(true);
}

void DisplayTerminal::set_status(TerminalStatus status) {
  const std::lock_guard lock(mutex_);
  screen_.set_status(status);
}

void DisplayTerminal::clear() {
  const std::lock_guard lock(mutex_);
  take_screen_back();
  screen_.hide_input(false);
  screen_.clear();
}

void DisplayTerminal::update() {
  const std::lock_guard lock(mutex_);
  if (!line_ || is_lent_ || line_->waiting() > kMostWaiting) return;
  if (auto record = screen_.update(ConsoleScreen::Clock::now()); !record.empty()) line_->send(std::move(record));
}

bool DisplayTerminal::has_screen() const {
  const std::lock_guard lock(mutex_);
  return line_ != nullptr;
}

UserTerminal::ScreenAnswer DisplayTerminal::write_screen(std::vector<u8> record, bool erases) {
  const std::lock_guard lock(mutex_);
  if (!line_) return ScreenAnswer::no_screen;
  if (!is_lent_ && !erases) return ScreenAnswer::lost;
  if (line_->waiting() > kMostWaiting) return ScreenAnswer::busy;
  is_lent_ = true;
  line_->send(std::move(record));
  return ScreenAnswer::done;
}

std::vector<u8> DisplayTerminal::take_entered() {
  const std::lock_guard lock(mutex_);
  return std::exchange(entered_, {});
}

std::optional<ConsoleScreen::Clock::time_point> DisplayTerminal::next_update() const {
  const std::lock_guard lock(mutex_);
  return screen_.next_update();
}

void DisplayTerminal::connected(std::shared_ptr<TerminalLine> line, const Screen&) {
  {
    const std::lock_guard lock(mutex_);
    line_ = std::move(line);
    is_lent_ = false;
    screen_.clear();
    screen_.hide_input(false);
  }
  put({.kind = TerminalEvent::Kind::connected});
}

void DisplayTerminal::disconnected() {
  {
    const std::lock_guard lock(mutex_);
    line_.reset();
    is_lent_ = false;
    screen_.clear();
  }
  put({.kind = TerminalEvent::Kind::disconnected});
}

// What a program's person enters; the attention key is CP's.
std::optional<TerminalEvent> DisplayTerminal::receive_on_lent_screen(std::span<const u8> record) {
  if (record.empty()) return std::nullopt;
  if (record[0] == kAttentionKey) {
    take_screen_back();
    return TerminalEvent{.kind = TerminalEvent::Kind::attention};
  }
  entered_.assign(record.begin(), record.end());
  return TerminalEvent{.kind = TerminalEvent::Kind::entered};
}

void DisplayTerminal::received(std::span<const u8> record) {
  std::optional<TerminalEvent> event;
  {
    const std::lock_guard lock(mutex_);
    event = is_lent_ ? receive_on_lent_screen(record) : screen_.receive(record);
    if (event && event->kind == TerminalEvent::Kind::line) screen_.hide_input(false);
  }
  if (event) return put(std::move(*event));
  update();
}

void DisplayTerminal::drained() { update(); }

}  // namespace replica::vmm
