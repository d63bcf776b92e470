#include "vmm/dispatcher.h"

#include <algorithm>

namespace replica::vmm {

void Dispatcher::wakes_up(Schedule& schedule) {
  if (schedule.is_ready) return;
  schedule.is_ready = true;
  schedule.slice_used = 0;
  schedule.queue = Queue::interactive;
  const Schedule* least = nullptr;
  for (const Schedule* other : schedules_) {
    if (other != &schedule && other->is_ready && (!least || other->consumed < least->consumed)) least = other;
  }
  if (!least) return;
  const u64 level = least->consumed > kInteractiveSlice ? least->consumed - kInteractiveSlice : 0;
  schedule.consumed = std::max(schedule.consumed, level);
}

void Dispatcher::charge(Schedule& schedule, u64 units) {
  schedule.consumed += units * 100 / schedule.share;
  schedule.slice_used += units;
  if (schedule.slice_used >= kInteractiveSlice) schedule.queue = Queue::batch;
}

Schedule* Dispatcher::choose() const {
  Schedule* chosen = nullptr;
  for (Schedule* schedule : schedules_) {
    if (schedule->is_ready && (!chosen || schedule->consumed < chosen->consumed)) chosen = schedule;
  }
  return chosen;
}

}  // namespace replica::vmm
