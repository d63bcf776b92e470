#include "vmm/terminals/line_terminal.h"

#include <fmt/format.h>

namespace replica::vmm {
namespace {

// Nothing is printed while more than this is on its way to the client.
constexpr std::size_t kMostWaiting = 256 * 1024;
constexpr std::size_t kLongestLine = 255;

}  // namespace

void LineTerminal::print(const std::string& line) {
  const std::lock_guard lock(mutex_);
  if (!line_) return;
  if (line_->waiting() > kMostWaiting) {
    ++lost_;
    return;
  }
  std::string text = lost_ == 0 ? "" : fmt::format("({} LINES LOST)\r\n", std::exchange(lost_, 0));
  text += line + "\r\n";
  line_->send({text.begin(), text.end()});
}

void LineTerminal::connected(std::shared_ptr<TerminalLine> line, const Screen&) {
  {
    const std::lock_guard lock(mutex_);
    line_ = std::move(line);
    lost_ = 0;
  }
  put({.kind = TerminalEvent::Kind::connected});
}

void LineTerminal::disconnected() {
  {
    const std::lock_guard lock(mutex_);
    line_.reset();
  }
  put({.kind = TerminalEvent::Kind::disconnected});
}

void LineTerminal::received(std::span<const u8> typed) {
  const auto part = typed.first(std::min(typed.size(), kLongestLine));
  put({.kind = TerminalEvent::Kind::line, .text = {part.begin(), part.end()}});
}

void LineTerminal::pressed(Key) { put({.kind = TerminalEvent::Kind::attention}); }

}  // namespace replica::vmm
