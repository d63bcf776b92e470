#include "vmm/terminals/display_terminal.h"

namespace replica::vmm {
namespace {

// The screen is not updated while more than this is on its way to the client.
constexpr std::size_t kMostWaiting = 64 * 1024;

}  // namespace

void DisplayTerminal::print(const std::string& line) {
  const std::lock_guard lock(mutex_);
  if (line_) screen_.print(line);
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
  screen_.hide_input(false);
  screen_.clear();
}

void DisplayTerminal::update() {
  const std::lock_guard lock(mutex_);
  if (!line_ || line_->waiting() > kMostWaiting) return;
  if (auto record = screen_.update(ConsoleScreen::Clock::now()); !record.empty()) line_->send(std::move(record));
}

std::optional<ConsoleScreen::Clock::time_point> DisplayTerminal::next_update() const {
  const std::lock_guard lock(mutex_);
  return screen_.next_update();
}

void DisplayTerminal::connected(std::shared_ptr<TerminalLine> line, const Screen&) {
  {
    const std::lock_guard lock(mutex_);
    line_ = std::move(line);
    screen_.clear();
    screen_.hide_input(false);
  }
  put({.kind = TerminalEvent::Kind::connected});
}

void DisplayTerminal::disconnected() {
  {
    const std::lock_guard lock(mutex_);
    line_.reset();
    screen_.clear();
  }
  put({.kind = TerminalEvent::Kind::disconnected});
}

void DisplayTerminal::received(std::span<const u8> record) {
  std::optional<TerminalEvent> event;
  {
    const std::lock_guard lock(mutex_);
    event = screen_.receive(record);
    if (event && event->kind == TerminalEvent::Kind::line) screen_.hide_input(false);
  }
  if (event) return put(std::move(*event));
  update();
}

void DisplayTerminal::drained() { update(); }

}  // namespace replica::vmm
