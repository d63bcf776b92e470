// Segment and page tables for tests: entries by index, at the addresses that a test chooses.
#pragma once

#include "base/big_endian.h"
#include "mmu/storage.h"

namespace replica {

// CR0 bits 8-12 of the four translation formats. GA22-7000 "Translation Format".
inline constexpr u32 k64KSegments2KPages = 0x00400000;
inline constexpr u32 k64KSegments4KPages = 0x00800000;
inline constexpr u32 k1MSegments2KPages = 0x00500000;
inline constexpr u32 k1MSegments4KPages = 0x00900000;

// Writes at absolute addresses.
class Tables {
 public:
  explicit Tables(Storage& storage) : storage_(storage) {}
  void segment(u32 table, u32 index, u32 entry) { store_be32(storage_.data() + table + 4 * index, entry); }
  void page(u32 table, u32 index, u16 entry) { store_be16(storage_.data() + table + 2 * index, entry); }

 private:
  Storage& storage_;
};

}  // namespace replica
