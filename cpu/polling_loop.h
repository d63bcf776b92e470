// Polling loops: a program that asks a device by TEST I/O again and again, until something happens in the channels.
//
// In virtual time nothing happens between two events, so a loop that comes back to the state in which it began, and has stored
// nothing, does the same until the next one. It need not be executed so often: its instructions are counted, and that is all.
// An operating system that waits for its operator executes hundreds of millions of them.
#pragma once

#include <functional>

#include "base/types.h"

namespace replica {

class Cpu;

class PollingLoop {
 public:
  // TEST I/O, which stands at `address`, has answered `cc`.
  void asked(u32 address, u8 cc) {
    if (cc == kStatusStored || address != address_ || cc != cc_) streak_ = 0;
    address_ = address;
    cc_ = cc;
    ++streak_;
  }
  // Whether a program looks as if it polled: it is worth while to go round once.
  bool is_suspected() const { return streak_ > patience_; }

  // Goes round the loop, with `step` to execute the CPU's next instruction, of which there are kLongest before the next event.
  // Returns how many instructions it has; 0 if it is none that does the same again. The CPU has executed what it has, and
  // stands between two instructions in any case.
  u64 go_round(Cpu& cpu, const std::function<void()>& step);

  static constexpr u64 kLongest = 64;

 private:
  static constexpr u8 kStatusStored = 1;  // the condition code: a CSW was stored
  static constexpr u64 kPatience = 16;
  static constexpr u64 kMostPatience = 1 << 20;

  u32 address_ = ~u32{0};  // none
  u8 cc_ = 0;
  u64 streak_ = 0;            // how often it has been asked from there with the same answer
  u64 patience_ = kPatience;  // the longer the more often it was for nothing
};

}  // namespace replica
