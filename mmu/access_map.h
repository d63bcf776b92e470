// Access maps: the storage key and DAT check as one table look-up.
//
// 24-bit addresses make complete tables possible: 16 MB is 8192 blocks of 2 KB, the unit of the storage key. A map belongs
// to one context (what an access depends on, beside tables and keys) and has three arrays of 8192 entries, for fetch, store
// and instruction fetch. An entry is the host address minus the virtual address when *every* condition for the access holds
// at this moment; otherwise it is negative, and negative means "ask again", never "forbidden".
//
// Invariants:
//  1. A non-negative entry implies: the address translates (if DAT is on), the frame exists, the key allows the access, the
//     reference bit (and for stores the change bit) is on, no low-address or segment protection is in the way, no PER
//     storage alteration is watched for in the block, and, for stores, the block holds no translated code.
//     A store entry that only the last condition keeps from being e is held back: it is ~e.
//  2. Whatever can make a condition false calls revoke() or purge_translations() before the next access. A translation may
//     be used after its table entry has changed, until the program purges the TLB, as the architecture allows.
//  3. Every entry that names an absolute block is listed in that block's references, so revoke() finds them all.
#pragma once

#include <array>
#include <bitset>
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "base/program_code.h"
#include "mmu/storage.h"

namespace replica {

enum class AccessKind : u8 { fetch, store, instruction };

// A range of 24-bit addresses, both ends included; it wraps if `last` is below `first`.
struct AddressRange {
  u32 first = 0;
  u32 last = 0;

  bool contains(u32 address) const {
    return first <= last ? first <= address && address <= last : first <= address || address <= last;
  }
  // Whether any of the `length` bytes at `address` lies in the range. `length` is at least 1.
  bool intersects(u32 address, u32 length) const {
    return contains(address) || ((first - address) & 0xFFFFFF) < length;
  }
  bool operator==(const AddressRange&) const = default;
};

// What an access depends on, beside the tables and keys in storage. Fields that do not matter in the present state (the
// control registers while DAT is off) are zero, so that equal contexts compare equal.
struct AccessContext {
  u32 cr0_format = 0;  // bits 8-12 of CR0
  u32 cr1 = 0;
  u32 prefix = 0;
  AddressRange per_range{};
  u8 key = 0;
  bool dat = false;
  bool low_address_protection = false;
  bool per_storage = false;  // PER storage alteration is being watched for
  // Nothing that an access depends on: translated code does, and the map also leads to that.
  bool fixed_point_overflow = false;  // the mask

  bool operator==(const AccessContext&) const = default;
};

struct AccessContextHash {
  std::size_t operator()(const AccessContext& context) const {
    const u64 tables = u64{context.cr1} << 32 | (context.cr0_format ^ context.prefix);
    const u64 range = u64{context.per_range.first} << 32 | context.per_range.last;
    const u64 flags = context.key | context.dat << 4 | context.low_address_protection << 5 | context.per_storage << 6 |
                      context.fixed_point_overflow << 7;
    return static_cast<std::size_t>(((tables * 31 + range) * 31 + flags) * 0x9E37'79B9'7F4A'7C15 >> 20);
  }
};

// The answer to one access.
struct Access {
  ProgramCode code = ProgramCode::none;  // why it is forbidden
  u32 absolute = 0;
  u8* host = nullptr;
};

// Decides accesses. The real machine has one; a VMM's shadow tables are another.
class Translator {
 public:
  virtual ~Translator() = default;
  // Decides one access at the 24-bit `address`, for the rest of its 2K block. WalkMode::record may set reference bits of
  // table blocks; the accessed block's own bits are the caller's matter.
  virtual Access access(const AccessContext& context, u32 address, AccessKind kind, bool record) = 0;
};

// Low-address protection, DAT, segment protection, addressing, key protection, in this order of priority.
// GA22-7000 "Access Exceptions".
class RealTranslator final : public Translator {
 public:
  explicit RealTranslator(Storage& storage) : storage_(storage) {}
  Access access(const AccessContext& context, u32 address, AccessKind kind, bool record) override;

 private:
  Storage& storage_;
};

struct AccessMap {
  static constexpr i64 kAsk = -1;
  static bool is_held_back(i64 entry) { return entry < kAsk; }

  std::array<i64, kMaxBlocks> fetch;
  std::array<i64, kMaxBlocks> store;
  std::array<i64, kMaxBlocks> instruction;
  // The entry points of translated code in each block, an array of one for each halfword; the translator's, or what
  // AccessMaps::set_no_code() was told. Given only where instruction fetch is allowed, and of the block that its entry leads
  // to.
  std::array<const void* const*, kMaxBlocks> code;

  AccessContext context;
  std::bitset<kMaxBlocks> used;  // blocks with an entry that may be non-negative
  u64 last_selected = 0;
  u16 index = 0;  // among the maps

  std::array<i64, kMaxBlocks>& entries(AccessKind kind) {
    return kind == AccessKind::fetch ? fetch : kind == AccessKind::store ? store : instruction;
  }
  void forget(u32 block, const void* const* no_code) {
    fetch[block] = store[block] = instruction[block] = kAsk;
    code[block] = no_code;
  }
  void forget_all(const void* const* no_code);
};

// All access maps of one CPU. Not thread-safe: the CPU's thread alone uses it.
class AccessMaps {
 public:
  static constexpr unsigned kMaps = 32;
  // Allows more maps than kMaps: a VMM has as many contexts as all of its virtual machines together.
  void set_most_maps(std::size_t most) { most_maps_ = most; }

  // Both must outlive the maps.
  AccessMaps(Storage& storage, Translator& translator);

  // The map of a context, which stays so until the next eviction.
  AccessMap* select(const AccessContext& context);
  // How often a map has been given to another context.
  u64 evictions() const { return evictions_; }
  // Those that there are, for who checks them.
  const std::vector<std::unique_ptr<AccessMap>>& all() const { return maps_; }

  // Decides the access at `address` without leaving a trace in the accessed block's key or in the map.
  Access check(const AccessMap& map, u32 address, AccessKind kind);

  // Records an access to `length` bytes of a block that check() allowed: reference and change bits, and the map's entry where
  // invariant 1 allows one.
  void record(AccessMap& map, u32 address, u32 length, AccessKind kind, const Access& access);

  // What the code arrays hold where there is no code; null if nobody says.
  void set_no_code(const void* const* entries);

  // The key of an absolute block changed.
  void revoke(u32 block);

  // An absolute block has translated code: holds its store entries back. record() gives them again when it has none.
  void hold_back_stores(u32 block);

  // PURGE TLB, INVALIDATE PAGE TABLE ENTRY, SET PREFIX: forgets every translation.
  void purge_translations();
  // The same for the contexts that have this segment-table designation in CR1.
  void purge_translations(u32 cr1);
  // Whether translations are remembered at all. The architecture allows both, and a program that changes its tables without
  // purging sees the difference; tests that compare two machines then want neither to remember.
  void set_remembers_translations(bool remembers) { remembers_translations_ = remembers; }
  // Called after every purge_translations(). A VMM has tables of its own to purge then.
  void on_purge(std::function<void()> observer) { purge_observer_ = std::move(observer); }

  // Paranoid mode: true if the entry at `address` is negative, or is what the tables and keys give now. An entry whose
  // tables have changed since, without a purge, is allowed to differ.
  bool verify(AccessMap& map, u32 address, AccessKind kind);

 private:
  struct Reference {
    u16 map;
    u16 block;
    bool operator==(const Reference&) const = default;
  };

  AccessMap* take_map(const AccessContext& context);

  Storage& storage_;
  Translator& translator_;
  std::vector<std::unique_ptr<AccessMap>> maps_;
  std::vector<std::vector<Reference>> references_;  // by absolute block
  std::unordered_map<AccessContext, u16, AccessContextHash> map_of_context_;
  std::size_t most_maps_ = kMaps;
  bool remembers_translations_ = true;
  std::function<void()> purge_observer_;
  u64 selections_ = 0;
  u64 evictions_ = 0;
  const void* const* no_code_ = nullptr;
};

}  // namespace replica
