// The clocks: TOD clock, clock comparator, CPU timer and interval timer. GA22-7000 "Timing".
//
// All are functions of one machine time, in units of bit 63 of the TOD clock (1/4096 microsecond) since the machine was
// made. In virtual time it advances with the instructions executed, so every run is exactly repeatable; in real time it
// follows the host.
#pragma once

#include <algorithm>
#include <chrono>

#include "base/types.h"
#include "cpu/interfaces.h"

namespace replica {

enum class TimeMode : u8 { virtual_time, real_time };

inline constexpr u64 kUnitsPerMicrosecond = 4096;

class Clocks {
 public:
  struct Options {
    TimeMode mode = TimeMode::virtual_time;
    // Virtual time: units for each instruction, at least 1. 64 makes a machine of 64 million instructions per second.
    u64 units_per_instruction = 64;
    // The TOD clock at the start.
    u64 tod = 0;
    // Of a virtual machine: the clocks of the machine that it runs on, whose machine time is its own, and that machine's count
    // of instructions: Cpu::instructions(). Null: it has a time of its own.
    const Clocks* real = nullptr;
    const u64* real_budget_end = nullptr;
    const i64* real_budget = nullptr;
  };

  explicit Clocks(const Options& options);

  TimeMode mode() const { return options_.mode; }

  // Machine time when `instructions` have been executed.
  u64 now(u64 instructions) const {
    if (options_.real) return options_.real->now(*options_.real_budget_end - static_cast<u64>(*options_.real_budget));
    if (options_.mode == TimeMode::real_time) return host_time();
    return instructions * options_.units_per_instruction + skipped_;
  }

  // Virtual time: moves the machine time on to `time`, as a waiting CPU does. No effect if it has passed.
  void skip_to(u64 time, u64 instructions);

  // How many instructions may be executed before machine time reaches `time`: at least 1.
  u64 instructions_until(u64 time, u64 instructions) const;

  // TOD clock. In real time, no two readings are the same.
  u64 tod(u64 now);
  // What it shows at a machine time, without being read.
  u64 tod_at(u64 time) const { return tod_base_ + time; }
  // Makes tod() show what the clock of a virtual machine shows, which has the same machine time. The clock comparator goes by
  // this clock still.
  void show_tod_of(const Clocks& other) { epoch_difference_ = other.tod_base_ - tod_base_; }
  void set_tod(u64 value, u64 now) {
    tod_base_ = value - now;
    last_tod_ = value - 1;
  }

  u64 comparator() const { return comparator_; }
  void set_comparator(u64 value) { comparator_ = value; }
  bool comparator_pending(u64 now) const { return tod_base_ + now > comparator_; }
  // When the comparator will become pending; kNever if it is, or if the clock wraps first.
  u64 comparator_event(u64 now) const;

  // The CPU enters or leaves the stopped state, in which CPU timer and interval timer stand still. In virtual time no time
  // passes there, but for a virtual machine, which is stopped whenever another one has the CPU.
  void stop(u64 now) {
    if (mode() == TimeMode::real_time || options_.real) stopped_at_ = std::min(stopped_at_, now);
  }
  void start(u64 now);
  bool is_stopped() const { return stopped_at_ != kNever; }

  u64 cpu_timer(u64 now) const { return cpu_timer_base_ - timer_time(now); }
  void set_cpu_timer(u64 value, u64 now) { cpu_timer_base_ = value + timer_time(now); }
  bool cpu_timer_pending(u64 now) const { return cpu_timer(now) >> 63; }
  u64 cpu_timer_event(u64 now) const;

  // The interval timer loses 76,800 a second, as if bit 23 were decremented 300 times; here in ticks, which take timer_step()
  // from it. In real time these are as small as can be: there are programs that ask, for less than a hundred microseconds,
  // whether the timer moves at all. In virtual time there are fewer, since each is an event.
  // ticks_due() are those since it was called last.
  static constexpr u32 kTimerRate = 76'800;
  u32 timer_step() const { return mode() == TimeMode::real_time ? kRealTimerStep : kVirtualTimerStep; }
  u64 ticks_due(u64 now) { return timer_time(now) < next_tick_ ? 0 : count_ticks(now); }
  u64 next_tick() const { return next_tick_; }
  // When the interval timer, being `value`, turns negative; kNever if it is.
  u64 interval_timer_event(i32 value) const;

  // Initial CPU reset: comparator and CPU timer are zero.
  void reset(u64 now);

 private:
  static constexpr u32 kRealTimerStep = 1, kVirtualTimerStep = 8;

  u64 host_time() const;
  u64 count_ticks(u64 now);
  u64 time_of_tick(u64 tick) const;
  u64 tick_at(u64 time) const;
  // The time that CPU timer and interval timer follow.
  u64 timer_time(u64 now) const { return std::min(now, stopped_at_); }

  Options options_;
  std::chrono::steady_clock::time_point start_;
  u64 skipped_ = 0;
  u64 tod_base_;
  u64 epoch_difference_ = 0;
  u64 last_tod_ = 0;
  u64 comparator_ = 0;
  u64 cpu_timer_base_ = 0;
  u64 ticks_ = 0;
  u64 next_tick_;  // the time of the one behind those
  u64 stopped_at_ = kNever;
};

}  // namespace replica
