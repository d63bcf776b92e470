#include "devices/terminal/terminal_switch.h"

#include <utility>

namespace replica {

void TerminalSwitch::lead_to(Terminal* target) {
  const std::lock_guard lock(mutex_);
  if (target == target_) return;
  Terminal* const before = std::exchange(target_, target);
  if (!line_) return;
  if (before) before->disconnected();
  if (target_) target_->connected(line_, screen_);
}

void TerminalSwitch::connected(std::shared_ptr<TerminalLine> line, const Screen& screen) {
  const std::lock_guard lock(mutex_);
  line_ = std::move(line);
  screen_ = screen;
  if (target_) target_->connected(line_, screen_);
}

void TerminalSwitch::disconnected() {
  const std::lock_guard lock(mutex_);
  line_.reset();
  if (target_) target_->disconnected();
}

void TerminalSwitch::received(std::span<const u8> bytes) {
  const std::lock_guard lock(mutex_);
  if (target_) target_->received(bytes);
}

void TerminalSwitch::pressed(Key key) {
  const std::lock_guard lock(mutex_);
  if (target_) target_->pressed(key);
}

void TerminalSwitch::drained() {
  const std::lock_guard lock(mutex_);
  if (target_) target_->drained();
}

}  // namespace replica
