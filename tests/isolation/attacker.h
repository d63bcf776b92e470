// One attacker: random bytes, random programs full of privileged instructions, and attacks on channels, one after the other.
#pragma once

#include <memory>

#include "tests/isolation/channel_attack.h"
#include "tests/robustness/guest_source.h"

namespace replica::isolation {

class Attacker {
 public:
  Attacker(House& house, Resident& resident, u64 seed);

  // Between two slices: goes on as before, elsewhere in its program, or with another one.
  void prepare();

 private:
  enum class Way : u8 { bytes, privileged, channels };

  void begin();

  House& house_;
  Resident& resident_;
  oracle::Random random_;
  Way way_ = Way::channels;
  std::unique_ptr<GuestSource> source_;
  ChannelAttack channel_attack_{random_};
  FakeChannels none_;  // what a source would like to raise there is not raised
};

}  // namespace replica::isolation
