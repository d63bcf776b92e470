// A bell that ends the sleep of one thread: rung from other threads and from signal handlers, and never lost, since it
// rings on until it is heard.
#pragma once

#include <chrono>

namespace replica::tools {

class WakeUp {
 public:
  WakeUp();
  ~WakeUp();

  WakeUp(const WakeUp&) = delete;
  WakeUp& operator=(const WakeUp&) = delete;

  // From any thread or signal handler.
  void ring() const;
  // Sleeps until it rings, or has rung since it was heard last; at most that long.
  void wait(std::chrono::milliseconds most) const;
  // Forgets that it rang.
  void hear() const;
  // For poll(): readable when it rings.
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

}  // namespace replica::tools
