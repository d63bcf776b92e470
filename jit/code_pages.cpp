#include "jit/code_pages.h"

#include <algorithm>
#include <iterator>

namespace replica {

CodePages::CodePages(u32 blocks, const void* no_entry) : no_entry_(no_entry), by_block_(blocks), lines_(blocks) {
  no_entries_.fill(no_entry);
}

TranslatedPage& CodePages::page(u32 block, u32 address, ir::Mode mode) {
  const u64 key = u64{block} << 32 | address << 1 | mode.fixed_point_overflow;
  auto& page = pages_[key];
  if (!page) {
    page = std::make_unique<TranslatedPage>();
    page->block = block;
    page->address = address;
    page->mode = mode;
    page->entries.fill(no_entry_);
    by_block_[block].push_back(page.get());
  }
  return *page;
}

void CodePages::discard(TranslatedPage& page) {
  if (page.codes.empty()) return;
  page.entries.fill(no_entry_);
  std::move(page.codes.begin(), page.codes.end(), std::back_inserter(discarded_));
  page.codes.clear();
}

void CodePages::give_up(u32 block) {
  for (TranslatedPage* page : by_block_[block]) discard(*page);
  lines_[block].assumed_free = 0;
}

void CodePages::discard(u32 block) {
  give_up(block);
  for (TranslatedPage* page : by_block_[block]) {
    page->executions.fill(0);  // so that code which is changed often is not made each time
    ++page->invalidations;
  }
}

void CodePages::discard_all() {
  for (auto& [key, page] : pages_) discard(*page);
  for (Lines& lines : lines_) lines.assumed_free = 0;
}

}  // namespace replica
