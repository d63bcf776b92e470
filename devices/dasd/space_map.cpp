#include "devices/dasd/space_map.h"

#include <algorithm>
#include <limits>

#include "base/check.h"

namespace replica {
namespace {

constexpr u32 kAlignment = 8;

// How far behind `offset` an aligned extent can begin so that the gap is none or not too short.
u32 gap_to_alignment(u32 offset) {
  const u32 gap = (kAlignment - offset % kAlignment) % kAlignment;
  return gap == 0 || gap >= SpaceMap::kShortest ? gap : gap + kAlignment;
}

bool leaves_enough(u32 rest) { return rest == 0 || rest >= SpaceMap::kShortest; }

}  // namespace

Result<SpaceMap> SpaceMap::from_used(std::vector<Used> used) {
  std::sort(used.begin(), used.end(), [](const Used& a, const Used& b) { return a.extent.offset < b.extent.offset; });
  SpaceMap map;
  const Used* last = nullptr;
  u64 end = 0;
  for (const Used& next : used) {
    if (next.extent.offset < end) {
      return fail("{} at offset 0x{:X} overlaps {} at offset 0x{:X}, length {}", next.owner, next.extent.offset,
                  last->owner, last->extent.offset, last->extent.length);
    }
    if (next.extent.offset > end) map.free_[static_cast<u32>(end)] = next.extent.offset - static_cast<u32>(end);
    end = next.extent.end();
    last = &next;
  }
  if (end > std::numeric_limits<u32>::max()) return fail("{} goes beyond 4 GiB", last->owner);
  map.end_ = static_cast<u32>(end);
  return map;
}

std::optional<Extent> SpaceMap::append(u32 gap, u32 length) {
  if (static_cast<u64>(end_) + gap + length > std::numeric_limits<u32>::max() - kAlignment) return std::nullopt;
  if (gap > 0) free_[end_] = gap;
  const Extent extent{end_ + gap, length};
  end_ += gap + length;
  return extent;
}

std::optional<Extent> SpaceMap::allocate(u32 length) {
  for (auto it = free_.begin(); it != free_.end(); ++it) {
    if (it->second < length) continue;
    Extent extent{it->first, it->second};
    free_.erase(it);
    if (extent.length - length >= kShortest) {
      free_[extent.offset + length] = extent.length - length;
      extent.length = length;
    }
    return extent;
  }
  return append(0, length);
}

std::optional<Extent> SpaceMap::allocate_aligned(u32 length) {
  for (auto it = free_.begin(); it != free_.end(); ++it) {
    const auto [offset, free] = *it;
    const u32 gap = gap_to_alignment(offset);
    if (free < gap + length || !leaves_enough(free - gap - length)) continue;
    free_.erase(it);
    if (gap > 0) free_[offset] = gap;
    if (free > gap + length) free_[offset + gap + length] = free - gap - length;
    return Extent{offset + gap, length};
  }
  return append(gap_to_alignment(end_), length);
}

void SpaceMap::release(Extent extent) {
  DCHECK(extent.end() <= end_);
  auto next = free_.lower_bound(extent.offset);
  if (next != free_.end() && next->first == extent.end()) {
    extent.length += next->second;
    next = free_.erase(next);
  }
  if (next != free_.begin()) {
    const auto before = std::prev(next);
    if (before->first + before->second == extent.offset) {
      extent = {before->first, before->second + extent.length};
      free_.erase(before);
    }
  }
  if (extent.end() == end_) {
    end_ = extent.offset;
  } else {
    free_[extent.offset] = extent.length;
  }
}

std::vector<Extent> SpaceMap::free_extents() const {
  std::vector<Extent> extents;
  for (const auto& [offset, length] : free_) extents.push_back({offset, length});
  return extents;
}

}  // namespace replica
