// How often the VMM has been entered, why, and how much of the host's time that took. Always on, and so cheap: a trap takes
// little longer than two reads of the cycle counter, so that after the first few thousand only one in sixteen is timed, at
// random distances.
#pragma once

#include <array>
#include <string>

#include "base/cycle_counter.h"
#include "base/types.h"

namespace replica::vmm {

enum class Cause : u8 {
  simulated,        // a privileged instruction; by instruction in TrapCounters::instructions
  supervisor_call,  // reflected
  program,          // reflected
  page_fault,       // the VMM's own: the page had no frame
  interruption,     // time, or something to do for a virtual machine
  dispatch,         // another virtual machine was given the CPU
  interpreted,      // run by interpretation, since the guest's PER or a trace is on
};
inline constexpr std::size_t kCauses = 7;

struct TrapCount {
  u64 count = 0;
  u64 timed = 0;   // of these
  u64 cycles = 0;  // of the timed ones

  void add() { ++count; }
  void add(u64 spent) {
    ++count;
    ++timed;
    cycles += spent;
  }
  // Of all, if the others are like the timed ones.
  double all_cycles() const {
    return timed == 0 ? 0 : static_cast<double>(cycles) * static_cast<double>(count) / static_cast<double>(timed);
  }
  TrapCount& operator+=(const TrapCount& other) {
    count += other.count;
    timed += other.timed;
    cycles += other.cycles;
    return *this;
  }
};

// Which traps are timed.
class TrapSample {
 public:
  bool takes_next() {
    if (--distance_ != 0) [[likely]]
      return false;
    distance_ = next_distance();
    return true;
  }

 private:
  static constexpr u32 kAllAtFirst = 4'000;
  static constexpr u32 kLongestDistance = 31;  // so that it is 16 on the average

  u32 next_distance() {
    if (taken_ < kAllAtFirst) {
      ++taken_;
      return 1;
    }
    state_ = state_ * 1'664'525 + 1'013'904'223;  // Numerical Recipes, "Quick and Dirty"
    return 1 + (state_ >> 16) % kLongestDistance;
  }

  u32 distance_ = 1;
  u32 taken_ = 0;
  u32 state_ = 370;
};

struct TrapCounters {
  std::array<TrapCount, kCauses> causes{};
  // Simulated instructions by their first byte; those of B2 by the second, behind them.
  std::array<TrapCount, 512> instructions{};
  u64 left_for_the_run_loop = 0;
  TrapSample sample;

  TrapCount& operator[](Cause cause) { return causes[static_cast<std::size_t>(cause)]; }
  const TrapCount& operator[](Cause cause) const { return causes[static_cast<std::size_t>(cause)]; }
  static std::size_t index(u8 first, u8 second) { return first == 0xB2 ? 256u + second : first; }
};

// A line for each cause, then one for each instruction, that which took most time first. For people.
std::string describe_traps(const TrapCounters& counters, const CycleScale& scale);

}  // namespace replica::vmm
