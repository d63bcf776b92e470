// Shadow tables: the guest's translation and the VMM's in one step.
//
// A virtual machine runs with DAT on in the real machine, and CR1 of the real machine names a shadow table. There is one for
// each address space of the guest that is in use: a segment-table designation with its format, or the guest's real addresses
// while its DAT is off. The table itself is the access maps that the real CPU keeps for that CR1; what is here fills them, by
// walking the guest's tables, then the page table of the guest's storage. Design section 6.
//
// Invariants:
//  1. An access that the guest's own tables and keys forbid gives the guest's own exception. One that fails because the
//     page has no frame gives a page-translation exception, and take_fault() tells that it is the VMM's affair.
//  2. No two shadow tables ever have the same number, so maps of one that is gone are never found again.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "cpu/cpu.h"
#include "vmm/storage/guest_storage.h"

namespace replica::vmm {

// What an address space of a guest is, beside the contents of its tables.
struct GuestContext {
  u32 cr0_format = 0;  // zero while DAT is off, as is cr1
  u32 cr1 = 0;
  u32 prefix = 0;
  bool dat = false;
  bool low_address_protection = false;

  bool operator==(const GuestContext&) const = default;
};

GuestContext guest_context(const Cpu& virtual_cpu);

struct ShadowTable {
  u32 number;  // in CR1 of the real machine
  GuestContext context;
  GuestStorage* storage;
  Cpu::KnownMaps known_maps;
  u64 last_used = 0;
};

// Those of one virtual machine.
class ShadowTables {
 public:
  // How many address spaces a guest may go back and forth among without losing their tables.
  static constexpr std::size_t kMost = 64;

  ShadowTables(GuestStorage& storage, AccessMaps& real_maps) : storage_(storage), real_maps_(real_maps) {}
  ~ShadowTables() { discard_all(); }

  // The table of an address space. Valid until kMost others have been asked for.
  ShadowTable& find(const GuestContext& context);
  // PURGE TLB and its kind: every table of translated addresses is emptied.
  void purge_translations();
  void discard_all();

  // Whether there is a table with this number.
  bool has(u32 number) const;
  u64 purges() const { return purges_; }
  u64 made() const { return made_; }

 private:
  GuestStorage& storage_;
  AccessMaps& real_maps_;
  std::vector<std::unique_ptr<ShadowTable>> tables_;
  ShadowTable* latest_ = nullptr;
  u64 uses_ = 0;
  u64 purges_ = 0;
  u64 made_ = 0;
};

// The translator of the real machine.
class ShadowTranslator final : public Translator {
 public:
  // The table that CR1 names from now on; null: no virtual machine has the CPU.
  void set_table(ShadowTable* table) { table_ = table; }

  Access access(const AccessContext& context, u32 address, AccessKind kind, bool record) override;

  // The page that the last access found without a frame, if it was for that that it failed.
  std::optional<u32> take_fault() { return std::exchange(fault_, std::nullopt); }

  // How many entries of access maps have been asked for.
  u64 fills() const { return fills_; }

 private:
  ShadowTable* table_ = nullptr;
  std::optional<u32> fault_;
  u64 fills_ = 0;
};

}  // namespace replica::vmm
