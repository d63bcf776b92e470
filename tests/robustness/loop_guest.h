// Guests that run programs of loops (loop_program.h), in all modes, while others change keys, pages, masks, timers and the
// programs themselves between their slices. Privileged ones are full of privileged instructions, and have several address
// spaces and prefix areas.
#pragma once

#include <array>

#include "tests/robustness/guest_source.h"
#include "tests/robustness/loop_program.h"

namespace replica {

class LoopGuest final : public GuestSource {
 public:
  explicit LoopGuest(u64 seed, bool is_privileged = false) : random_(seed), is_privileged_(is_privileged) {}

  u32 choose_storage_size() override { return kStorage; }
  void fill(Machine& machine, FakeChannels& channels) override;
  void start(Machine& machine) override;
  void disturb(Machine& machine, FakeChannels& channels) override;

  static constexpr u32 kStorage = 256 * 1024;
  // Virtual storage: the real one, and behind it the same again. So everything has two addresses.
  static constexpr u32 kVirtual = 2 * kStorage;
  static constexpr u32 kSegmentTable = 0x4000;
  static constexpr u32 kPageTables = 0x4400;
  static constexpr u32 kPageTablesEnd = kPageTables + kVirtual / kBlockSize * 2;
  // Each address space has its tables so far behind those of the one before.
  static constexpr u32 kSpaceBytes = 0x800;
  static_assert(kPageTablesEnd <= kSegmentTable + kSpaceBytes);

 private:
  using Random = oracle::Random;

  static constexpr u32 kPrograms = 12;
  static constexpr u32 kMostSpaces = 4;
  static constexpr u32 kPrefixAreas[] = {0, 0x6000, 0x7000};

  void choose_places();
  void put_program(Storage& storage, u32 slot);
  void put_pools(Storage& storage);
  void put_low_storage(Storage& storage);
  void put_low_storage(Storage& storage, u32 area);
  void put_operands(Storage& storage, u32 area);
  void put_tables(Storage& storage);
  void put_tables(Storage& storage, u32 space);
  void put_page(Storage& storage, u32 space, u32 page, bool may_be_invalid);
  std::array<u32, 16> random_control_registers();
  void set_control_registers(Cpu& cpu);
  void set_prefix(Cpu& cpu);

  void store_into_code(Storage& storage);
  void change_key(Storage& storage);
  void change_page(Machine& machine);
  void change_psw(Cpu& cpu);
  void change_time(Machine& machine, FakeChannels& channels);

  u32 address_of(u32 absolute);  // one of the two virtual ones
  u32 page_shift() const { return large_pages_ ? 12 : 11; }
  u32 spaces() const { return is_privileged_ ? kMostSpaces : 1; }
  u8 random_key();
  u64 random_psw();

  Random random_;
  bool is_privileged_;
  bool large_pages_ = false;
  u8 main_key_ = 0;
  u32 slots_[kPrograms] = {};
  std::vector<u32> soft_bytes_[kPrograms];
  LoopPlaces places_;
};

}  // namespace replica
