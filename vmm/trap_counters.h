// How often the VMM has been entered, why, and how much of the host's time that took. Always on: two reads of the cycle
// counter and three additions for each entry.
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
  u64 cycles = 0;

  void add(u64 spent) {
    ++count;
    cycles += spent;
  }
  TrapCount& operator+=(const TrapCount& other) {
    count += other.count;
    cycles += other.cycles;
    return *this;
  }
};

struct TrapCounters {
  std::array<TrapCount, kCauses> causes{};
  // Simulated instructions by their first byte; those of B2 by the second, behind them.
  std::array<TrapCount, 512> instructions{};
  u64 left_for_the_run_loop = 0;

  TrapCount& operator[](Cause cause) { return causes[static_cast<std::size_t>(cause)]; }
  const TrapCount& operator[](Cause cause) const { return causes[static_cast<std::size_t>(cause)]; }
  static std::size_t index(u8 first, u8 second) { return first == 0xB2 ? 256u + second : first; }
};

// A line for each cause, then one for each instruction, that which took most time first. For people.
std::string describe_traps(const TrapCounters& counters, const CycleScale& scale);

}  // namespace replica::vmm
