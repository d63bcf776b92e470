// The progress line of a run on stderr: instructions so far and their rate.
#pragma once

#include <chrono>

#include "base/types.h"

namespace replica::tools {

class Progress {
 public:
  // On a terminal the line overwrites itself; elsewhere each is a line of its own, less often.
  explicit Progress(bool is_terminal) : is_terminal_(is_terminal) {}
  // Erases the line.
  ~Progress();

  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Shows the count if the last line is old enough.
  void update(u64 instructions);

 private:
  using Clock = std::chrono::steady_clock;

  bool is_terminal_;
  bool shown_ = false;
  Clock::time_point last_time_ = Clock::now();
  u64 last_count_ = 0;
};

}  // namespace replica::tools
