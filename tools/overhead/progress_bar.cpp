#include "tools/overhead/progress_bar.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace replica::overhead {
namespace {

constexpr unsigned kWidth = 30;
constexpr std::chrono::milliseconds kInterval{200};

}  // namespace

std::string progress_line(double part, unsigned width, const std::string& what, double seconds_left) {
  const auto filled = static_cast<unsigned>(std::clamp(part, 0.0, 1.0) * width);
  const auto left = static_cast<unsigned>(std::max(seconds_left, 0.0) + 0.5);
  return fmt::format("[{}{}] {:3.0f}%  {:02}:{:02} left  {}", std::string(filled, '='),
                     std::string(width - filled, ' '), 100 * part, left / 60, left % 60, what);
}

void ProgressBar::begin_run(const std::string& what, unsigned done, unsigned all) {
  what_ = what;
  done_ = done;
  all_ = std::max(all, 1u);
  last_ = {};
  show("");
}

void ProgressBar::update(u64 instructions) {
  show(fmt::format(", {:.0f} million instructions", static_cast<double>(instructions) / 1e6));
}

void ProgressBar::show(const std::string& behind) {
  const auto now = Clock::now();
  if (!is_terminal_ || now - last_ < kInterval) return;
  last_ = now;
  const double part = static_cast<double>(done_) / all_;
  const double elapsed = std::chrono::duration<double>(now - begun_).count();
  const double left = done_ == 0 ? 0 : elapsed / done_ * (all_ - done_);
  fmt::print(stderr, "\r{}\033[K", progress_line(part, kWidth, what_ + behind, left));
  std::fflush(stderr);
  is_shown_ = true;
}

void ProgressBar::clear() {
  if (is_shown_) std::fputs("\r\033[K", stderr);
  is_shown_ = false;
}

}  // namespace replica::overhead
