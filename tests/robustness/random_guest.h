// Random contents for a machine: bytes or instructions in storage, keys, registers, tables, PSWs of all modes. They are
// random but biased, so that programs run for a while: most addresses lie in storage, most tables are valid.
#pragma once

#include "tests/robustness/guest_source.h"

namespace replica {

class RandomGuest final : public GuestSource {
 public:
  explicit RandomGuest(u64 seed) : random_(seed) {}

  u32 choose_storage_size() override;
  void fill(Machine& machine, FakeChannels& channels) override;
  // Other instructions somewhere, registers that point into storage, and a PSW to go on from.
  void start(Machine& machine) override;

 private:
  using Random = oracle::Random;

  void fill_storage(Storage& storage);
  void put_instructions(Storage& storage, u32 begin, u32 end);
  void put_new_psws(Storage& storage);
  void put_keys(Storage& storage);
  void put_tables(Storage& storage);
  void set_control_registers(Cpu& cpu);
  void set_registers(Cpu& cpu);

  u8 random_key();
  u32 random_address(u32 storage_bytes);
  u64 random_psw(u32 address);

  Random random_;
  u32 size_ = 0;
  u32 tables_ = 0;  // where the segment table is
};

}  // namespace replica
