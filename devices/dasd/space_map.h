// Which parts of a compressed image are free.
//
// Nothing of the free space that the file itself describes is believed: what no table and no track takes is free. So a
// file whose free-space list is lost or stale, as after a crash, needs no repair.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/types.h"

namespace replica {

struct Extent {
  u32 offset;
  u32 length;
  u64 end() const { return static_cast<u64>(offset) + length; }
};

// Invariants:
//   1. Free extents neither overlap nor touch, lie below end(), and do not reach it: end() is where the last used extent ends.
//   2. No free extent that this class makes is shorter than kShortest, the size of an element in the file's free list;
//      what would be left over is given with the space before it.
class SpaceMap {
 public:
  static constexpr u32 kShortest = 8;

  struct Used {
    Extent extent;
    std::string owner;  // "level 2 table 3", for messages
  };
  // From all that is used. Fails if two overlap; the message names both.
  static Result<SpaceMap> from_used(std::vector<Used> used);

  // At least `length` bytes; the extent's length is what they take of the file. Nothing if a 32-bit offset cannot tell
  // where they would be.
  std::optional<Extent> allocate(u32 length);
  // Exactly `length` bytes at a multiple of 8.
  std::optional<Extent> allocate_aligned(u32 length);
  void release(Extent extent);

  u32 end() const { return end_; }
  // In ascending order.
  std::vector<Extent> free_extents() const;

 private:
  using Free = std::map<u32, u32>;

  std::optional<Extent> append(u32 gap, u32 length);

  Free free_;
  u32 end_ = 0;
};

}  // namespace replica
