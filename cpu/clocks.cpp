#include "cpu/clocks.h"

#include <algorithm>

#include "base/check.h"

namespace replica {
namespace {

// 1/76,800 s is 4096 * 10^6 / 76,800 = 160,000 / 3 units.
constexpr u64 kUnitsOfThreeSteps = 3 * kUnitsPerMicrosecond * 1'000'000 / Clocks::kTimerRate;

}  // namespace

u64 Clocks::time_of_tick(u64 tick) const {
  return static_cast<u64>((u128{tick} * timer_step() * kUnitsOfThreeSteps + 2) / 3);
}

u64 Clocks::tick_at(u64 time) const {
  if (time >> 62 != 0) return static_cast<u64>(u128{time} * 3 / (u64{timer_step()} * kUnitsOfThreeSteps));
  // Division by a constant is much faster.
  const u64 thirds = time * 3;
  return mode() == TimeMode::real_time ? thirds / (kRealTimerStep * kUnitsOfThreeSteps)
                                       : thirds / (kVirtualTimerStep * kUnitsOfThreeSteps);
}

Clocks::Clocks(const Options& options)
    : options_(options), start_(std::chrono::steady_clock::now()), tod_base_(options.tod), next_tick_(time_of_tick(1)) {
  CHECK(options.units_per_instruction > 0);
}

u64 Clocks::host_time() const {
  const auto elapsed = std::chrono::steady_clock::now() - start_;
  const u64 nanoseconds = static_cast<u64>(std::chrono::nanoseconds(elapsed).count());
  // 4096/1000 is 512/125, in two parts so that it fits 64 bits.
  static_assert(kUnitsPerMicrosecond == 4096);
  return nanoseconds / 125 * 512 + nanoseconds % 125 * 512 / 125;
}

void Clocks::skip_to(u64 time, u64 instructions) {
  const u64 current = now(instructions);
  if (options_.mode == TimeMode::virtual_time && time > current) skipped_ += time - current;
}

u64 Clocks::instructions_until(u64 time, u64 instructions) const {
  const u64 current = now(instructions);
  if (time <= current) return 1;
  const u64 units = options_.units_per_instruction;
  return (time - current - 1) / units + 1;
}

u64 Clocks::tod(u64 now) {
  u64 value = tod_base_ + now;
  if (options_.mode == TimeMode::real_time) {
    if (value <= last_tod_) value = last_tod_ + 1;
    last_tod_ = value;
  }
  return value + epoch_difference_;
}

u64 Clocks::comparator_event(u64 now) const {
  const u64 tod = tod_base_ + now;
  if (comparator_ < tod || comparator_ == ~u64{0}) return kNever;
  const u64 distance = comparator_ - tod + 1;
  return distance > kNever - now ? kNever : now + distance;
}

u64 Clocks::cpu_timer_event(u64 now) const {
  const u64 value = cpu_timer(now);
  if (value >> 63 || is_stopped()) return kNever;
  return value >= kNever - now ? kNever : now + value + 1;
}

void Clocks::start(u64 now) {
  if (!is_stopped()) return;
  const u64 stopped_at = timer_time(now);
  stopped_at_ = kNever;
  cpu_timer_base_ += now - stopped_at;
  ticks_ += tick_at(now) - tick_at(stopped_at);
  next_tick_ = time_of_tick(ticks_ + 1);
}

u64 Clocks::count_ticks(u64 now) {
  const u64 tick = tick_at(timer_time(now));
  const u64 due = tick - ticks_;
  ticks_ = tick;
  next_tick_ = time_of_tick(ticks_ + 1);
  return due;
}

u64 Clocks::interval_timer_event(i32 value) const {
  if (value < 0 || is_stopped()) return kNever;
  return time_of_tick(ticks_ + static_cast<u64>(value) / timer_step() + 1);
}

void Clocks::reset(u64 now) {
  comparator_ = 0;
  set_cpu_timer(0, now);
}

}  // namespace replica
