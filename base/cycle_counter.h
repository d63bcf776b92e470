// A clock for what takes some tens of nanoseconds: cheap to read, in units that only count_per_second() knows.
#pragma once

#include <chrono>

#include "base/types.h"

namespace replica {

#if defined(__x86_64__)
inline u64 cycle_count() { return __builtin_ia32_rdtsc(); }
#else
inline u64 cycle_count() { return static_cast<u64>(std::chrono::steady_clock::now().time_since_epoch().count()); }
#endif

// Measured over its life, against the host's clock.
class CycleScale {
 public:
  CycleScale() : cycles_(cycle_count()), time_(std::chrono::steady_clock::now()) {}

  double nanoseconds(double cycles) const {
    const std::chrono::duration<double, std::nano> elapsed = std::chrono::steady_clock::now() - time_;
    const u64 counted = cycle_count() - cycles_;
    return counted == 0 ? 0 : cycles * elapsed.count() / static_cast<double>(counted);
  }

 private:
  u64 cycles_;
  std::chrono::steady_clock::time_point time_;
};

}  // namespace replica
