#include "tests/isolation/attacker.h"

#include "tests/robustness/loop_guest.h"
#include "tests/robustness/random_guest.h"

namespace replica::isolation {

Attacker::Attacker(House& house, Resident& resident, u64 seed) : house_(house), resident_(resident), random_(seed) {}

void Attacker::begin() {
  constexpr Way kWays[] = {Way::bytes, Way::privileged, Way::channels, Way::channels};
  way_ = random_.pick(kWays);
  const u64 seed = random_.bits64();
  if (way_ == Way::bytes) source_ = std::make_unique<RandomGuest>(seed);
  if (way_ == Way::privileged) source_ = std::make_unique<LoopGuest>(seed, true);
  if (way_ == Way::channels) {
    source_.reset();
  } else {
    source_->fill(resident_.machine->machine(), none_);
  }
  house_.mark(resident_);
}

void Attacker::prepare() {
  vmm::VirtualMachine& machine = *resident_.machine;
  house_.monitor().stop(machine);
  const bool begins = !source_ && way_ != Way::channels;
  if (begins || random_.chance(15)) begin();
  if (!source_) {
    if (random_.chance(80) || machine.cpu().psw.address == 0) channel_attack_.put(machine);
  } else {
    source_->disturb(machine.machine(), none_);
    source_->start(machine.machine());
  }
  house_.monitor().start(machine);
}

}  // namespace replica::isolation
