// A VMM that is slower than it need be, on purpose: to see whether a measurement finds it.
#pragma once

#include "base/part_clock.h"

namespace replica::vmm {

// While it lives, each trap on this thread wastes so many cycles.
class SlowExit {
 public:
  explicit SlowExit(u64 cycles) { cycles_ = cycles; }
  ~SlowExit() { cycles_ = 0; }
  SlowExit(const SlowExit&) = delete;
  SlowExit& operator=(const SlowExit&) = delete;

  // In a trap.
  static void waste() {
    if (cycles_ != 0) [[unlikely]]
      spend_cycles(cycles_);
  }

 private:
  static inline thread_local u64 cycles_ = 0;
};

}  // namespace replica::vmm
