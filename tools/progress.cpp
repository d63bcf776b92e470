#include "tools/progress.h"

#include <fmt/format.h>

#include <cstdio>

namespace replica::tools {
namespace {

constexpr std::chrono::milliseconds kTerminalInterval{200};
constexpr std::chrono::milliseconds kLineInterval{1000};

}  // namespace

Progress::~Progress() {
  if (shown_ && is_terminal_) std::fputs("\r\033[K", stderr);
}

void Progress::update(u64 instructions) {
  const auto now = Clock::now();
  if (now - last_time_ < (is_terminal_ ? kTerminalInterval : kLineInterval)) return;
  const double seconds = std::chrono::duration<double>(now - last_time_).count();
  const double mips = static_cast<double>(instructions - last_count_) / seconds / 1e6;
  const std::string line =
      fmt::format("{:.1f} million instructions, {:.1f} MIPS", static_cast<double>(instructions) / 1e6, mips);
  std::fputs(is_terminal_ ? fmt::format("\r{}\033[K", line).c_str() : (line + "\n").c_str(), stderr);
  std::fflush(stderr);
  shown_ = true;
  last_time_ = now;
  last_count_ = instructions;
}

}  // namespace replica::tools
