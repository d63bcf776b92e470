#include "mmu/dat.h"

#include "base/big_endian.h"
#include "base/bits.h"

namespace replica {
namespace {

constexpr u32 kSegmentInvalid = 0x00000001;
constexpr u32 kSegmentProtected = 0x00000004;
constexpr u32 kSegmentReserved = 0x0F000000;
constexpr u32 kPageTableOrigin = 0x00FFFFF8;

// Where a table entry is, or nullptr if it is outside of storage.
const u8* table_entry(Storage& storage, u32 real, u32 prefix, WalkMode mode) {
  const u32 absolute = apply_prefix(real, prefix);
  if (!storage.contains(absolute)) return nullptr;
  if (mode == WalkMode::record) storage.record_fetch(absolute >> kBlockShift);
  return storage.at(absolute);
}

Translation failed(ProgramCode code, u32 entry = 0, bool length_violation = false) {
  return {.code = code, .length_violation = length_violation, .entry = entry};
}

}  // namespace

DatFormat dat_format(u32 cr0) {
  const u32 page = ibm_bits(cr0, 8, 9);
  const u32 segment = ibm_bits(cr0, 11, 12);
  const bool valid = (page == 1 || page == 2) && !ibm_bit(cr0, 10) && (segment == 0 || segment == 2);
  return {.valid = valid, .large_segments = segment == 2, .large_pages = page == 2};
}

Translation translate(Storage& storage, const DatControls& controls, u32 address, WalkMode mode) {
  const DatFormat format = dat_format(controls.cr0);
  if (!format.valid) return failed(ProgramCode::translation_specification);

  // Segment table. Its length counts units of 16 entries, so a table for 1M segments always has all of its 16.
  const u32 segment_entry_address = ((controls.cr1 & 0x00FFFFC0) + 4 * format.segment_index(address)) & 0x00FFFFFF;
  if (!format.large_segments && ibm_bits(address, 8, 11) > ibm_bits(controls.cr1, 0, 7)) {
    return failed(ProgramCode::segment_translation, segment_entry_address, true);
  }
  const u8* segment_bytes = table_entry(storage, segment_entry_address, controls.prefix, mode);
  if (!segment_bytes) return failed(ProgramCode::addressing);
  const u32 segment_entry = load_be32(segment_bytes);
  if (segment_entry & kSegmentInvalid) return failed(ProgramCode::segment_translation, segment_entry_address);
  if (segment_entry & kSegmentReserved) return failed(ProgramCode::translation_specification);

  // Page table. Its length counts sixteenths of the largest.
  const u32 page_index = format.page_index(address);
  const u32 page_entry_address = ((segment_entry & kPageTableOrigin) + 2 * page_index) & 0x00FFFFFF;
  const u32 sixteenth = format.large_segments ? ibm_bits(address, 12, 15) : ibm_bits(address, 16, 19);
  if (sixteenth > segment_entry >> 28) return failed(ProgramCode::page_translation, page_entry_address, true);
  const u8* page_bytes = table_entry(storage, page_entry_address, controls.prefix, mode);
  if (!page_bytes) return failed(ProgramCode::addressing);
  const u16 page_entry = load_be16(page_bytes);
  if (page_entry & format.page_invalid()) return failed(ProgramCode::page_translation, page_entry_address);
  if (page_entry & (format.large_pages ? 0x0006 : 0x0002)) return failed(ProgramCode::translation_specification);

  const u32 frame = static_cast<u32>(page_entry & (format.large_pages ? 0xFFF0 : 0xFFF8)) << 8;
  const u32 offset = address & ((1u << format.page_shift()) - 1);
  return {.store_protected = (segment_entry & kSegmentProtected) != 0, .real = frame | offset};
}

}  // namespace replica
