// The addresses that a case's program uses: real ones with DAT off, or those of random segment and page tables.
#pragma once

#include <optional>
#include <vector>

#include "base/types.h"
#include "tests/oracle/overlay.h"
#include "tests/oracle/random.h"

namespace replica::oracle {

// A page of the space; `real` is where its frame is, whether or not the entry lets the program get there.
struct Page {
  u32 logical;
  u32 real;
  bool usable;  // valid, well-formed, in a usable segment, within storage
};

class Space {
 public:
  // The test region under its real addresses.
  static Space identity(u32 storage_bytes);

  // Makes segment and page tables of a random format in `overlay`. Some entries are invalid, malformed or point beyond
  // storage. Two consecutive usable pages are kept for code; with `identity_code` they are where their addresses say.
  static Space with_tables(Random& random, Overlay& overlay, u32 storage_bytes, bool identity_code);

  // CR0 bits 8-12, and CR1.
  u32 cr0() const { return cr0_; }
  u32 cr1() const { return cr1_; }
  u32 page_bytes() const { return page_bytes_; }
  const std::vector<Page>& pages() const { return pages_; }
  u32 code() const { return code_; }  // first byte of the two code pages
  const std::vector<u32>& page_tables() const { return page_tables_; }

  // Where in the region a logical address leads, if there.
  std::optional<u32> region_offset(u32 logical) const;

 private:
  class Builder;

  u32 storage_bytes_ = 0;
  u32 cr0_ = 0;
  u32 cr1_ = 0;
  u32 page_bytes_ = kBlockBytes;
  u32 code_ = 0;
  std::vector<Page> pages_;
  std::vector<u32> page_tables_;  // the segment-table entries' origins
};

}  // namespace replica::oracle
