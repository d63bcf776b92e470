#include "mmu/storage.h"

#include <algorithm>
#include <new>

namespace replica {

Storage::Storage(u32 bytes)
    : size_(bytes),
      most_(bytes),
      bytes_(static_cast<u8*>(std::calloc(bytes, 1))),  // so that the host gives zeros only where something is used
      keys_(bytes >> kBlockShift),
      code_lines_(bytes >> kBlockShift) {
  if (!bytes_) throw std::bad_alloc();
}

Result<std::unique_ptr<Storage>> Storage::create(u32 bytes) {
  if (bytes < kMinStorage || bytes > kMaxStorage || bytes % 4096 != 0) {
    return fail("storage size {} bytes: expected a multiple of 4096 from {} (64K) to {} (16M)", bytes, kMinStorage,
                kMaxStorage);
  }
  return std::unique_ptr<Storage>(new Storage(bytes));
}

Result<std::unique_ptr<Storage>> Storage::create_first_level(u32 bytes) {
  if (bytes < kMinStorage || bytes > kMaxFirstLevelStorage || bytes % kPageSize != 0) {
    return fail("real storage of {} bytes: expected a multiple of {} from {} (64K) to {} (2048M)", bytes, kPageSize,
                kMinStorage, kMaxFirstLevelStorage);
  }
  return std::unique_ptr<Storage>(new Storage(bytes));
}

void Storage::set_key(u32 block, u8 key) {
  key &= storage_key::kAll;
  if (is_paged_) {
    set_page_key(block, key);
  } else {
    keys_[block] = key;
  }
  tell_observer(block);
}

void Storage::add_code(u32 absolute, u32 length) {
  const u32 block = absolute >> kBlockShift;
  const bool is_first = !has_code(block);
  code_lines_[block] |= lines_of(absolute, length);
  if (is_first && first_code_observer_) first_code_observer_(block);
}

void Storage::note_change(u32 absolute, u32 length) {
  if (length == 0) return;
  if (is_paged_) return note_page_change(absolute, length);
  for (u32 block = absolute >> kBlockShift; block <= (absolute + length - 1) >> kBlockShift; ++block) {
    if (has_code(block)) code_observer_(block);
  }
}

void Storage::clear() {
  if (is_paged_) return clear_pages();
  note_change(0, size_);
  std::fill_n(bytes_.get(), size_, u8{0});
  for (u32 block = 0; block < blocks(); ++block) set_key(block, 0);
}

}  // namespace replica
