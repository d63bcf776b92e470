#include "jit/code_pages.h"

#include <algorithm>
#include <iterator>

namespace replica {
namespace {

// In instructions. The longest takes the interpreter about a tenth of a second.
constexpr u64 kFirstRest = 1'000, kLongestRest = 10'000'000;

}  // namespace

CodePages::CodePages(u32 blocks, const void* no_entry, u64 short_life)
    : no_entry_(no_entry), short_life_(short_life), by_block_(blocks), lines_(blocks) {
  no_entries_.fill(no_entry);
}

TranslatedPage& CodePages::page(u32 block, u32 address, ir::Mode mode) {
  const u64 key = u64{block} << 32 | address << 1 | mode.fixed_point_overflow;
  Recent& recent = recent_[key * 0x9E37'79B9'7F4A'7C15 >> 56];
  if (recent.key == key) return *recent.page;
  auto& page = pages_[key];
  if (!page) {
    page = std::make_unique<TranslatedPage>();
    page->block = block;
    page->address = address;
    page->mode = mode;
    page->entries.fill(no_entry_);
    by_block_[block].push_back(page.get());
  }
  recent = {key, page.get()};
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

void CodePages::discard(u32 block, u64 now) {
  for (TranslatedPage* page : by_block_[block]) {
    page->executions.fill(0);
    if (!page->codes.empty()) rest(*page, now);
  }
  give_up(block);
}

// So that code which is changed often is not made each time.
void CodePages::rest(TranslatedPage& page, u64 now) const {
  const u64 lived = now - page.translated_at;
  page.rest = lived < short_life_ ? std::min(2 * page.rest + kFirstRest, kLongestRest) : page.rest / 2;
  page.rests_until = page.rest == 0 ? 0 : now + page.rest;
}

void CodePages::discard_all() {
  for (auto& [key, page] : pages_) discard(*page);
  for (Lines& lines : lines_) lines.assumed_free = 0;
}

}  // namespace replica
