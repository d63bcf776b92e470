// How far the experiment is, in one line on the terminal. Elsewhere nothing is shown.
#pragma once

#include <chrono>
#include <string>

#include "base/types.h"

namespace replica::overhead {

class ProgressBar {
 public:
  // On standard error.
  explicit ProgressBar(bool is_terminal) : is_terminal_(is_terminal) {}
  ~ProgressBar() { clear(); }
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  // So many of all runs are done; `what` is the present one.
  void begin_run(const std::string& what, unsigned done, unsigned all);
  // It has executed so many instructions by now.
  void update(u64 instructions);
  // Erases the line.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  void show(const std::string& behind);

  bool is_terminal_;
  bool is_shown_ = false;
  std::string what_;
  unsigned done_ = 0, all_ = 1;
  Clock::time_point begun_ = Clock::now();
  Clock::time_point last_{};
};

// The line: a bar of this many characters for the part that is done, what is being done, and how long the rest will take.
std::string progress_line(double part, unsigned width, const std::string& what, double seconds_left);

}  // namespace replica::overhead
