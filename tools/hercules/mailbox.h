// Lines for the log from threads that may not write to it themselves. The panel's thread takes them.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace replica::tools {

class Mailbox {
 public:
  // From any thread. Of more than kMost lines that nobody takes the rest is lost.
  void put(std::string line) {
    const std::lock_guard lock(mutex_);
    if (lines_.size() < kMost) lines_.push_back(std::move(line));
    if (notify_) notify_();
  }
  std::vector<std::string> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(lines_, {});
  }
  // `notify` is called, from any thread, when a line has come. It must not use the mailbox.
  void on_put(std::function<void()> notify) {
    const std::lock_guard lock(mutex_);
    notify_ = std::move(notify);
  }

 private:
  static constexpr std::size_t kMost = 1000;

  std::mutex mutex_;
  std::vector<std::string> lines_;
  std::function<void()> notify_;
};

}  // namespace replica::tools
