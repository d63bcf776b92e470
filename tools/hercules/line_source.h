// Lines that come on a file descriptor, read by a thread of their own. The thread reads ahead a limited number of lines and
// then waits, so that whoever writes them is held back.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "tools/hercules/wake_up.h"

namespace replica::tools {

class LineSource {
 public:
  // Starts reading. The descriptor stays the caller's.
  explicit LineSource(int descriptor);
  ~LineSource();

  LineSource(const LineSource&) = delete;
  LineSource& operator=(const LineSource&) = delete;

  // Called, from the reading thread, after each line and at the end. Replaces the one before; does not return while that
  // one is being called.
  void on_line(std::function<void()> notify);

  std::optional<std::string> take();
  // True until the end was read and every line taken.
  bool is_open() const;

 private:
  static constexpr std::size_t kMostLines = 1000;
  static constexpr std::size_t kLongestLine = 4096;

  void read();
  bool wait_for_bytes();
  void add(const char* bytes, std::size_t count);
  void add_line();

  const int descriptor_;
  WakeUp stop_bell_;
  mutable std::mutex mutex_;
  std::condition_variable room_;
  std::deque<std::string> lines_;
  std::string line_;  // of the reading thread: what has come of the next line
  bool ended_ = false;
  bool stopping_ = false;
  std::mutex notify_mutex_;
  std::function<void()> notify_;
  std::thread thread_;
};

}  // namespace replica::tools
