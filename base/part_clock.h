// Which part of a run the host's time goes to. A run is always in one part; whoever does something that belongs to another says
// so with a PartScope, and when that ends the one before goes on. So the parts add up to the whole, whatever is inside of what.
//
// Nothing is measured unless a thread has a PartClock, and then it is disturbed: some tens of nanoseconds for each scope. Without
// one a scope is a look at a thread's variable.
#pragma once

#include <array>
#include <utility>

#include "base/cycle_counter.h"

namespace replica {

// The parts, and behind them one for each privileged instruction.
using Part = u16;
namespace part {
inline constexpr Part kMachine = 0;       // the loop that looks at the time and gives the engine its budget
inline constexpr Part kEngine = 1;        // the guest's instructions, but for what follows
inline constexpr Part kTranslation = 2;   // making code of them
inline constexpr Part kInterruption = 3;  // exchanging PSWs
inline constexpr Part kChannel = 4;       // I/O instructions and channel programs
inline constexpr Part kFill = 5;          // deciding accesses, and what access maps know of them: fills and purges
inline constexpr Part kTrap = 6;          // the VMM's way in and out
inline constexpr Part kPaging = 7;
inline constexpr Part kDispatch = 8;  // who runs next, and what is due
inline constexpr Part kSpool = 9;
inline constexpr Part kInstructions = 16;

// A privileged instruction by its first byte; those of B2 by the second, behind them.
constexpr Part of_instruction(u8 first, u8 second) {
  return static_cast<Part>(kInstructions + (first == 0xB2 ? 256u + second : first));
}
}  // namespace part
inline constexpr std::size_t kParts = part::kInstructions + 512;

class PartClock {
 public:
  using Source = u64 (*)();

  struct Count {
    u64 cycles = 0;
    u64 pieces = 0;  // into which other parts have cut it; each has the cost of one reading in it
  };

  // Measures from now on what this thread does. There is one at a time.
  explicit PartClock(Source source = cycle_count) : source_(source), since_(source()) { present_clock_ = this; }
  ~PartClock() { present_clock_ = nullptr; }
  PartClock(const PartClock&) = delete;
  PartClock& operator=(const PartClock&) = delete;

  static PartClock* present() { return present_clock_; }

  // Goes over to another part and gives the one before.
  Part enter(Part next) {
    const u64 now = source_();
    Count& count = counts_[part_];
    count.cycles += now - since_;
    ++count.pieces;
    since_ = now;
    return std::exchange(part_, next);
  }
  Part part() const { return part_; }

  const std::array<Count, kParts>& counts() const { return counts_; }
  u64 read() const { return source_(); }

  // What one reading costs, in cycles of the real source.
  static double cost_of_reading();

 private:
  static inline thread_local PartClock* present_clock_ = nullptr;

  Source source_;
  Part part_ = part::kMachine;
  u64 since_;
  std::array<Count, kParts> counts_{};
};

class PartScope {
 public:
  explicit PartScope(Part part) : clock_(PartClock::present()) {
    if (clock_) [[unlikely]]
      before_ = clock_->enter(part);
  }
  ~PartScope() {
    if (clock_) [[unlikely]]
      clock_->enter(before_);
  }
  PartScope(const PartScope&) = delete;
  PartScope& operator=(const PartScope&) = delete;

  // What follows is of another part, until the end of the scope.
  void become(Part part) {
    if (clock_) [[unlikely]]
      clock_->enter(part);
  }

 private:
  PartClock* clock_;
  Part before_ = 0;
};

// Does nothing for so many cycles.
inline void spend_cycles(u64 cycles) {
  const PartClock* clock = PartClock::present();
  const auto read = [clock] { return clock ? clock->read() : cycle_count(); };
  for (const u64 begun = read(); read() - begun < cycles;) {
  }
}

}  // namespace replica
