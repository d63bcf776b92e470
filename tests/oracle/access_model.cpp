#include "tests/oracle/access_model.h"

#include "tests/oracle/compare.h"

namespace replica::oracle {
namespace {

constexpr u16 kProtection = 0x04, kAddressing = 0x05, kSegment = 0x10, kPage = 0x11, kFormat = 0x12;
constexpr u8 kGuardKey = 0xF8;  // what the monitor gives all storage outside of the region

}  // namespace

AccessModel::AccessModel(const Case& c, const Record& record, u64 psw)
    : storage_bytes_(c.storage_bytes),
      region_(final_region(c, record)),
      keys_(record.keys),
      cr0_(record.cr[0]),
      cr1_(record.cr[1]),
      key_(static_cast<u32>(psw >> 52 & 15)),
      dat_(has_dat(psw)),
      low_address_protection_(cr0_ & 0x10000000) {}

// Of an entry outside of the test region nothing is known; no case that was found fit has one.
u32 AccessModel::table_word(u32 real, u32 bytes) const {
  u32 word = 0;
  for (u32 i = 0; i < bytes; ++i) {
    const auto offset = offset_of_real((real + i) & 0xFFFFFF, storage_bytes_);
    word = word << 8 | (offset ? region_[*offset] : 0);
  }
  return word;
}

// GA22-7000 "Dynamic Address Translation".
AccessModel::Translated AccessModel::translate(u32 logical) const {
  if (!dat_) return {0, false, logical};
  const u32 page_size = cr0_ >> 22 & 3, segment_size = cr0_ >> 19 & 3;
  if ((page_size != 1 && page_size != 2) || (segment_size & 1) || (cr0_ >> 21 & 1)) return {kFormat, false, 0};
  const bool large_segments = segment_size == 2;
  const u32 page_shift = page_size == 1 ? 11 : 12;
  const u32 segment = large_segments ? logical >> 20 : logical >> 16;
  if (!large_segments && segment >> 4 > cr1_ >> 24) return {kSegment, false, 0};
  const u32 segment_entry = (cr1_ & 0xFFFFC0) + 4 * segment;
  if (segment_entry >= storage_bytes_) return {kAddressing, false, 0};
  const u32 entry = table_word(segment_entry, 4);
  if (entry & 1) return {kSegment, false, 0};
  if (entry & 0x0F000000) return {kFormat, false, 0};
  const u32 offset = logical & (large_segments ? 0xFFFFF : 0xFFFF);
  if (offset >> (large_segments ? 16 : 12) > entry >> 28) return {kPage, false, 0};
  const u32 page_entry = (entry & 0xFFFFF8) + 2 * (offset >> page_shift);
  if (page_entry >= storage_bytes_) return {kAddressing, false, 0};
  const u32 page = table_word(page_entry, 2);
  if (page & (page_shift == 11 ? 4 : 8)) return {kPage, false, 0};
  if (page & (page_shift == 11 ? 2 : 6)) return {kFormat, false, 0};
  const u32 frame = (page << 8) & ~((u32{1} << page_shift) - 1);
  return {0, (entry & 4) != 0, frame | (logical & ((u32{1} << page_shift) - 1))};
}

u16 AccessModel::exception(u32 logical, bool store) const {
  const Translated to = translate(logical & 0xFFFFFF);
  if (to.code != 0) return to.code;
  if (store && to.store_protected) return kProtection;
  if (to.real >= storage_bytes_) return kAddressing;
  const auto offset = offset_of_real(to.real, storage_bytes_);
  const u8 key = offset ? keys_[*offset / kBlockBytes] : kGuardKey;
  const bool allowed = key_ == 0 || u32{key} >> 4 == key_ || (!store && !(key & 8));
  return allowed ? 0 : kProtection;
}

bool AccessModel::can_cause(u16 code, u32 logical, u32 length, bool store) const {
  for (u32 i = 0; i < length; ++i) {
    const u32 address = (logical + i) & 0xFFFFFF;
    if (store && low_address_protection_ && address < 512 && code == kProtection) return true;
    if (exception(address, store) == code) return true;
  }
  return false;
}

std::optional<u32> AccessModel::real(u32 logical) const {
  const Translated to = translate(logical & 0xFFFFFF);
  return to.code == 0 && to.real < storage_bytes_ ? std::optional(to.real) : std::nullopt;
}

std::optional<u8> AccessModel::byte(u32 logical) const {
  const auto to = real(logical);
  const auto offset = to ? offset_of_real(*to, storage_bytes_) : std::nullopt;
  return offset ? std::optional(region_[*offset]) : std::nullopt;
}

bool AccessModel::is_beyond_page_table(u32 logical) const {
  const u32 entry = table_word((cr1_ & 0xFFFFC0) + 4 * (cr0_ & 0x00100000 ? logical >> 20 : logical >> 16), 4);
  return !(entry & 1) && ((cr0_ & 0x00100000 ? logical >> 16 : logical >> 12) & 15) > entry >> 28;
}

}  // namespace replica::oracle
