// Which virtual machine gets the CPU next, and for how long.
//
// Each has consumed some amount of the CPU; the one that has consumed least, measured against its share, is next. What
// wakes up from a wait has nothing saved up from before: it is put level with the least of the others, so that it is
// served at once but cannot starve them. Who has just woken up is interactive and gets short slices; who uses one up
// without waiting is batch, and gets longer ones, which cost less.
#pragma once

#include <vector>

#include "base/types.h"
#include "cpu/clocks.h"

namespace replica::vmm {

enum class Queue : u8 { interactive, batch };

// What the dispatcher knows of one virtual machine.
struct Schedule {
  u32 share = 100;        // relative to the others'; at least 1
  u64 consumed = 0;       // CPU, in units of machine time, times 100 / share
  u64 slice_used = 0;     // since it last woke up
  bool is_ready = false;  // would run if it got the CPU
  Queue queue = Queue::interactive;
};

class Dispatcher {
 public:
  static constexpr u64 kInteractiveSlice = 2'000 * kUnitsPerMicrosecond;
  static constexpr u64 kBatchSlice = 20'000 * kUnitsPerMicrosecond;

  // The schedules are their owners', and stay where they are until they are removed.
  void add(Schedule& schedule) { schedules_.push_back(&schedule); }
  void remove(Schedule& schedule) { std::erase(schedules_, &schedule); }

  void wakes_up(Schedule& schedule);
  // It has had the CPU for `units` of machine time, and goes on wanting it or not.
  void charge(Schedule& schedule, u64 units);

  // The next to run; nullptr if none is ready.
  Schedule* choose() const;
  // How long it may run before others have their turn.
  u64 slice(const Schedule& schedule) const {
    return schedule.queue == Queue::interactive ? kInteractiveSlice : kBatchSlice;
  }
  // Whether `woken` should have the CPU at once, in the place of `present`.
  bool preempts(const Schedule& woken, const Schedule& present) const {
    return woken.consumed + kInteractiveSlice / 2 < present.consumed;
  }

 private:
  std::vector<Schedule*> schedules_;
};

}  // namespace replica::vmm
