// Dynamic address translation: 64K or 1M segments, 2K or 4K pages. Pure table walking; what is remembered of it is in the
// access maps. GA22-7000 "Dynamic Address Translation".
#pragma once

#include "base/program_code.h"
#include "mmu/storage.h"

namespace replica {

// What a translation depends on, beside the tables.
struct DatControls {
  u32 cr0 = 0;  // bits 8-12: page and segment size
  u32 cr1 = 0;  // bits 0-7: segment-table length; bits 8-25: segment-table origin
  u32 prefix = 0;
};

// Bits 8-12 of CR0, the ones that choose the translation format.
inline constexpr u32 kDatFormatMask = 0x00F80000;

struct DatFormat {
  bool valid;
  bool large_segments;  // 1M instead of 64K
  bool large_pages;     // 4K instead of 2K

  unsigned page_shift() const { return large_pages ? 12 : 11; }
  u32 segment_index(u32 address) const { return large_segments ? address >> 20 & 0xF : address >> 16 & 0xFF; }
  u32 page_index(u32 address) const { return (address & (large_segments ? 0xFFFFF : 0xFFFF)) >> page_shift(); }
  u16 page_invalid() const { return large_pages ? 0x0008 : 0x0004; }
};

DatFormat dat_format(u32 cr0);

struct Translation {
  ProgramCode code = ProgramCode::none;  // why there is no translation
  bool length_violation = false;         // of a segment or page table, as against an invalid entry
  bool store_protected = false;          // segment protection
  u32 real = 0;                          // the real address
  u32 entry = 0;                         // on a segment or page exception, the real address of the entry used, or that
                                         // would have been; LOAD REAL ADDRESS returns it
};

// Whether the walk leaves its traces (reference bits of the blocks that hold the tables), or only looks.
enum class WalkMode : u8 { record, look };

// Translates the 24-bit virtual `address`. Table entries are fetched at real addresses without key protection.
Translation translate(Storage& storage, const DatControls& controls, u32 address, WalkMode mode);

}  // namespace replica
