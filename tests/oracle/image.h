// Builds the storage image that both machines run: the monitor, its tables, the test region, and as many cases as fit.
#pragma once

#include <span>
#include <vector>

#include "base/types.h"
#include "tests/oracle/case.h"

namespace replica::oracle {

// The bytes of monitor.s, assembled at build time.
std::vector<u8> monitor_code();

// The parameter words of the monitor, in their order there.
enum Parameter : u32 {
  kCase,
  kCount,
  kResult,
  kLimit,
  kMemorySize,
  kChunks,
  kChunkCount,
  kPristineCopy,
  kShadowCopy,
  kBlocks,
  kBlockCount
};

class Image {
 public:
  explicit Image(u32 storage_bytes);

  // Adds a case, unless it and its record (at worst `record_bytes` long) would not fit any more.
  bool add(const Case& c, u32 record_bytes);

  std::size_t cases() const { return cases_; }
  u32 storage_bytes() const { return storage_bytes_; }

  // The image, to be loaded at location 0. Ends behind the last case.
  std::vector<u8> bytes() const;

  // The number of the case (as added) whose storage form is at `address`.
  std::size_t case_at(u32 address) const;

  // The records in the storage of a machine that has run the image; fewer than cases() if it did not get to the end.
  std::vector<Record> records(std::span<const u8> storage) const;

 private:
  u32 storage_bytes_;
  std::vector<u8> bytes_;
  std::size_t cases_ = 0;
  u32 record_room_ = 0;
};

// What a case finds in the region where it does not patch it.
const std::vector<u8>& pristine_region();

}  // namespace replica::oracle
