#include "tests/oracle/space.h"

#include <algorithm>

#include "base/big_endian.h"

namespace replica::oracle {
namespace {

constexpr u32 kDataBlocks = (kTablesStart - kMainStart) / kBlockBytes;

}  // namespace

// Lays segment and page tables down, from the front of the table area on.
class Space::Builder {
 public:
  Builder(Space& space, Random& random, Overlay& overlay) : space_(space), random_(random), overlay_(overlay) {}

  void build(bool identity_code) {
    const bool small_pages = random_.chance(50);
    large_segments_ = random_.chance(50);
    space_.page_bytes_ = small_pages ? 2048 : 4096;
    space_.cr0_ = (small_pages ? u32{1} : u32{2}) << 22 | (large_segments_ ? u32{2} : u32{0}) << 19;
    segment_bytes_ = large_segments_ ? 1 << 20 : 1 << 16;
    entries_ = segment_bytes_ / space_.page_bytes_;
    choose_segments();
    place_segment_table();
    for (std::size_t i = 0; i < segments_.size(); ++i) add_segment(segments_[i], i == 0, identity_code);
  }

 private:
  void put16(u32 real, u16 value) {
    for (u32 i = 0; i < 2; ++i) {
      const u32 offset = *offset_of_real(real + i, space_.storage_bytes_);
      overlay_.put(offset, static_cast<u8>(value >> (8 - 8 * i)));
      overlay_.reserve(offset);
    }
  }
  void put32(u32 real, u32 value) {
    put16(real, static_cast<u16>(value >> 16));
    put16(real + 2, static_cast<u16>(value));
  }

  // Segment 0 first: the code's. The last segment makes operands wrap into the first.
  void choose_segments() {
    const u32 last = large_segments_ ? 15 : 255;
    segments_ = {0};
    const u32 count = random_.below(4);
    for (u32 i = 0; i < count; ++i) {
      u32 segment = random_.between(1, large_segments_ ? 14 : 18);
      if (random_.chance(20)) segment = last;
      if (std::ranges::find(segments_, segment) == segments_.end()) segments_.push_back(segment);
    }
  }

  void place_segment_table() {
    const u32 highest = *std::ranges::max_element(segments_);
    u32 length = large_segments_ ? random_.below(16) : highest / 16;
    const u32 entries = large_segments_ ? 16 : 16 * (length + 1);
    table_ = kTablesStart + 64 * random_.below(4);
    next_ = table_ + 4 * entries;
    space_.cr1_ = length << 24 | table_;
  }

  void add_segment(u32 segment, bool code, bool identity_code) {
    const u32 table = (next_ + 7) / 8 * 8 + 8 * random_.below(3);
    next_ = table + 2 * entries_;
    if (next_ > kTablesEnd) return;
    static constexpr u32 kLengths[] = {15, 15, 15, 15, 15, 15, 15, 0, 7};
    u32 length = code ? 15 : random_.pick(kLengths);
    u32 entry = length << 28 | table;
    bool usable = true;
    if (random_.chance(8)) entry |= 4;  // segment protection
    if (random_.chance(8)) entry |= 2;  // common segment
    if (!code && random_.chance(5)) entry |= 1, usable = false;
    if (!code && random_.chance(3)) entry |= u32{1} << random_.between(24, 27), usable = false;
    put32(table_ + 4 * segment, entry);
    space_.page_tables_.push_back(table);
    const u32 reachable = entries_ / 16 * (length + 1);
    if (code) add_code_pages(segment, table, identity_code);
    add_page_run(segment, table, reachable, usable, code);
  }

  void add_code_pages(u32 segment, u32 table, bool identity_code) {
    const u32 pages_of_data = (kTablesStart - kMainStart) / space_.page_bytes_;
    const u32 first = identity_code ? kMainStart / space_.page_bytes_ + random_.below(pages_of_data - 1)
                                    : random_.below(std::min(entries_, u32{32}) - 1);
    space_.code_ = segment * segment_bytes_ + first * space_.page_bytes_;
    for (u32 i = 0; i < 2; ++i) {
      const u32 logical = space_.code_ + i * space_.page_bytes_;
      u32 real = identity_code ? logical : data_frame();
      // The second frame must not be the first one again: the code would overwrite itself.
      if (i == 1 && real == space_.pages_[0].real)
        real = real == kMainStart ? real + space_.page_bytes_ : real - space_.page_bytes_;
      add_page(table, first + i, logical, real, true, true);
    }
  }

  // Up to four neighbours at the front, at the end, or anywhere in the segment.
  void add_page_run(u32 segment, u32 table, u32 reachable, bool usable, bool may_hit_code) {
    const u32 count = std::min(random_.between(2, 4), reachable);
    const u32 last_start = entries_ - count;
    u32 first = 0;
    if (random_.chance(30)) first = reachable - count;
    // Behind the length: seldom, since Hercules takes many such entries for good.
    if (random_.chance(30)) first = random_.below((random_.chance(5) ? last_start : reachable - count) + 1);
    for (u32 index = first; index < first + count; ++index) {
      const u32 logical = segment * segment_bytes_ + index * space_.page_bytes_;
      const bool is_code =
          may_hit_code && (logical & ~(space_.page_bytes_ - 1)) - space_.code_ < 2 * space_.page_bytes_;
      if (!is_code) add_page(table, index, logical, data_frame(), usable && index < reachable, false);
    }
  }

  // A frame for operands: mostly in the main region.
  u32 data_frame() {
    const u32 frames = kDataBlocks * kBlockBytes / space_.page_bytes_;
    const u32 roll = random_.below(100);
    if (roll < 8) return space_.storage_bytes_ - space_.page_bytes_;
    if (roll < 10 && space_.page_bytes_ == kBlockBytes) return 0;
    return kMainStart + random_.below(frames) * space_.page_bytes_;
  }

  void add_page(u32 table, u32 index, u32 logical, u32 real, bool usable, bool must_work) {
    const bool small = space_.page_bytes_ == kBlockBytes;
    if (must_work && (real < kMainStart || real >= kTablesStart)) real = kMainStart;
    u32 entry = small ? real >> 8 : real >> 8 & 0xFFF0;
    if (random_.chance(20)) entry |= 1;  // bit 15 belongs to the program
    if (!must_work) {
      if (random_.chance(6)) entry |= small ? 4 : 8, usable = false;
      if (random_.chance(small ? 2 : 1)) entry |= small ? 2 : (random_.chance(50) ? 2 : 4), usable = false;
      if (random_.chance(3) && space_.storage_bytes_ < (16 << 20)) entry |= 0x8000, usable = false;
    }
    put16(table + 2 * index, static_cast<u16>(entry));
    space_.pages_.push_back({logical, real, usable});
  }

  Space& space_;
  Random& random_;
  Overlay& overlay_;
  bool large_segments_ = false;
  u32 segment_bytes_ = 0;
  u32 entries_ = 0;
  u32 table_ = 0;
  u32 next_ = 0;
  std::vector<u32> segments_;
};

Space Space::identity(u32 storage_bytes) {
  Space space;
  space.storage_bytes_ = storage_bytes;
  for (u32 block = 0; block < kRegionBlocks; ++block) {
    const u32 real = real_of_offset(block * kBlockBytes, storage_bytes);
    space.pages_.push_back({real, real, true});
  }
  space.code_ = kMainStart;
  return space;
}

Space Space::with_tables(Random& random, Overlay& overlay, u32 storage_bytes, bool identity_code) {
  Space space;
  space.storage_bytes_ = storage_bytes;
  Builder(space, random, overlay).build(identity_code);
  return space;
}

std::optional<u32> Space::region_offset(u32 logical) const {
  logical &= 0xFFFFFF;
  // The last entry for a page is the one in the table.
  for (auto page = pages_.rbegin(); page != pages_.rend(); ++page)
    if (logical - page->logical < page_bytes_)
      return offset_of_real(page->real + (logical - page->logical), storage_bytes_);
  return std::nullopt;
}

}  // namespace replica::oracle
