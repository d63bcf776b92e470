// Where the guests of lockstep runs come from.
#pragma once

#include "cpu/machine.h"
#include "tests/cpu/fake_channels.h"
#include "tests/oracle/random.h"

namespace replica {

// Makes one guest. Two machines to which two sources of the same seed do the same are alike.
class GuestSource {
 public:
  virtual ~GuestSource() = default;

  virtual u32 choose_storage_size() = 0;
  // Everything but the PSW, of a machine with storage of that size.
  virtual void fill(Machine& machine, FakeChannels& channels) = 0;
  // A PSW to go on from, and what the program there needs.
  virtual void start(Machine& machine) = 0;
  // Between two slices: what others than the CPU may do to it.
  virtual void disturb(Machine&, FakeChannels&) {}
};

// Changes storage as a channel or an operator does.
inline void put_bytes(Storage& storage, u32 address, u64 value, unsigned bytes) {
  for (unsigned n = 0; n < bytes; ++n) {
    if (address + n >= storage.size()) return;
    *storage.at(address + n) = static_cast<u8>(value >> (8 * (bytes - 1 - n)));
    storage.note_change(address + n, 1);
  }
}

}  // namespace replica
