// Channels in which tests put interruption conditions, at once or for a later time.
#pragma once

#include <algorithm>
#include <vector>

#include "cpu/cpu.h"

namespace replica {

class FakeChannels final : public Channels {
 public:
  // A condition becomes pending with the I/O address, at the given machine time.
  void raise(u16 address, u64 time = 0) { events_.push_back({time, address}); }

  struct Call {
    IoInstruction instruction;
    u16 address;
    bool operator==(const Call&) const = default;
  };
  std::vector<Call> calls;
  u8 condition_code = 0;  // of the I/O instructions
  bool expects_outside = false;
  unsigned resets = 0;

  // ---- Channels ----

  u8 instruction(const IoContext&, IoInstruction instruction, u16 address) override {
    calls.push_back({instruction, address});
    return condition_code;
  }
  bool any_pending() const override { return !pending_.empty(); }
  bool pending(u32 channel_mask) const override { return find(channel_mask) != pending_.end(); }
  u16 accept(const IoContext&, u32 channel_mask) override {
    const auto found = find(channel_mask);
    const u16 address = *found;
    pending_.erase(found);
    return address;
  }
  u64 next_event() const override {
    u64 next = kNever;
    for (const Event& event : events_) next = std::min(next, event.time);
    return next;
  }
  void advance(const IoContext& context) override {
    for (const Event& event : events_) {
      if (event.time <= context.now) pending_.push_back(event.address);
    }
    std::erase_if(events_, [&](const Event& event) { return event.time <= context.now; });
    std::sort(pending_.begin(), pending_.end());
  }
  bool expects_outside_event() const override { return expects_outside; }
  void reset() override {
    ++resets;
    pending_.clear();
    events_.clear();
  }

 private:
  struct Event {
    u64 time;
    u16 address;
  };
  static bool is_enabled(u16 address, u32 channel_mask) { return channel_mask << (address >> 8) & 0x80000000; }
  std::vector<u16>::const_iterator find(u32 channel_mask) const {
    return std::find_if(pending_.begin(), pending_.end(),
                        [&](u16 address) { return is_enabled(address, channel_mask); });
  }

  std::vector<Event> events_;
  std::vector<u16> pending_;
};

}  // namespace replica
