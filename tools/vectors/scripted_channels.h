// Channels that answer every I/O instruction with one condition code, and have at most one interruption pending: what
// the CPU's side of input/output can be tested with.
#pragma once

#include <optional>

#include "cpu/interfaces.h"

namespace replica::vectors {

class ScriptedChannels final : public Channels {
 public:
  u8 answer = 3;
  std::optional<u16> pending_address;
  std::optional<IoInstruction> asked;
  u16 asked_address = 0;

  u8 instruction(const IoContext&, IoInstruction instruction, u16 address) override {
    asked = instruction;
    asked_address = address;
    return answer;
  }
  bool any_pending() const override { return pending_address.has_value(); }
  bool pending(u32 channel_mask) const override {
    return pending_address && (channel_mask << (*pending_address >> 8) & 0x80000000) != 0;
  }
  u16 accept(const IoContext&, u32) override {
    const u16 address = *pending_address;
    pending_address.reset();
    return address;
  }
  u64 next_event() const override { return kNever; }
  void advance(const IoContext&) override {}
  bool expects_outside_event() const override { return false; }
  void reset() override { pending_address.reset(); }
};

}  // namespace replica::vectors
