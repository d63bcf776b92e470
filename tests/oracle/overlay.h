// What a case under construction puts into the test region: bytes by region offset. Code, tables and constants are
// reserved, so that operands planted later do not overwrite them.
#pragma once

#include <bitset>
#include <span>
#include <vector>

#include "base/types.h"
#include "tests/oracle/case.h"
#include "tests/oracle/layout.h"

namespace replica::oracle {

class Overlay {
 public:
  void put(u32 offset, u8 byte) {
    bytes_[offset] = byte;
    touched_.set(offset);
  }
  void reserve(u32 offset) { reserved_.set(offset); }
  bool is_reserved(u32 offset) const { return reserved_.test(offset); }

  // The bytes put so far, as few runs.
  std::vector<Patch> patches() const;

 private:
  std::array<u8, kRegionBytes> bytes_{};
  std::bitset<kRegionBytes> touched_;
  std::bitset<kRegionBytes> reserved_;
};

}  // namespace replica::oracle
