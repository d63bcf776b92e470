#include "vmm/storage/guest_storage.h"

#include <algorithm>
#include <cstring>

#include "base/check.h"

namespace replica::vmm {
namespace {

bool is_zero(const u8* page) { return page[0] == 0 && std::memcmp(page, page + 1, kPageSize - 1) == 0; }

}  // namespace

GuestStorage::GuestStorage(u32 bytes, u32 most, FrameTable& frames, PagingFile& paging)
    : Storage(bytes, most, Paged{}), frames_(frames), paging_(paging), pages_(most >> kPageShift) {}

GuestStorage::~GuestStorage() {
  for (Page& page : pages_) drop(page);
}

void GuestStorage::bring_in(u32 number) {
  Page& page = pages_[number];
  if (page.frame != kNoFrame) return;
  const u32 frame = frames_.take(*this, number);
  const u32 address = frame << kPageShift;
  if (page.slot != PagingFile::kNoSlot) {
    try {
      paging_.read(page.slot, {frames_.real().at(address), kPageSize});
    } catch (...) {
      frames_.give_back(frame);
      throw;
    }
    paging_.give_back(page.slot);
    page.slot = PagingFile::kNoSlot;
    --paged_out_;
    ++page_ins_;
  }
  page.frame = frame;
  ++resident_;
  for (u32 n = 0; n < 2; ++n) frames_.real().set_key((address >> kBlockShift) + n, page.keys[n]);
}

void GuestStorage::take_away(u32 number) {
  Page& page = pages_[number];
  const u32 address = page.frame << kPageShift;
  Storage& real = frames_.real();
  u8* bytes = real.at(address);
  if (!is_zero(bytes)) {
    const u32 slot = paging_.take_slot();
    if (slot == PagingFile::kNoSlot)
      throw PagingError{fmt::format("the paging file is full: all of its {} slots are used", paging_.slots())};
    try {
      paging_.write(slot, {bytes, kPageSize});
    } catch (...) {
      paging_.give_back(slot);
      throw;
    }
    page.slot = slot;
    ++paged_out_;
    ++page_outs_;
  }
  forget(number);
  for (u32 n = 0; n < 2; ++n) page.keys[n] = real.key((address >> kBlockShift) + n);
  page.frame = kNoFrame;
  --resident_;
  frames_.give_back(address >> kPageShift);
}

// The access maps of the virtual CPU; those of the real one are told by real storage.
void GuestStorage::forget(u32 page) {
  tell_observer(2 * page);
  tell_observer(2 * page + 1);
}

void GuestStorage::drop(Page& page) {
  if (page.frame != kNoFrame) {
    frames_.give_back(page.frame);
    --resident_;
  }
  if (page.slot != PagingFile::kNoSlot) {
    paging_.give_back(page.slot);
    --paged_out_;
  }
  page = {};
}

void GuestStorage::lock(u32 number) {
  bring_in(number);
  if (pages_[number].locks++ == 0) frames_.lock(pages_[number].frame);
}

void GuestStorage::unlock(u32 number) {
  CHECK(pages_[number].locks != 0);
  if (--pages_[number].locks == 0) frames_.unlock(pages_[number].frame);
}

void GuestStorage::drop_all() {
  for (u32 page = 0; page < pages_.size(); ++page) {
    forget(page);
    drop(pages_[page]);
  }
  is_fixed_ = false;
}

void GuestStorage::fix_in_real_storage() {
  drop_all();
  const u32 count = size() >> kPageShift;
  if (count > frames_.lockable_frames()) {
    throw PagingError{
        fmt::format("real storage has {} frames to lock, and {} are wanted", frames_.lockable_frames(), count)};
  }
  try {
    for (u32 number = 0; number < count; ++number) {
      const u32 frame = number == 0 ? count : number;
      frames_.take_fixed(frame, *this, number);
      frames_.lock(frame);
      pages_[number].frame = frame;
      pages_[number].locks = 1;
      ++resident_;
    }
  } catch (...) {
    drop_all();
    throw;
  }
  is_fixed_ = true;
}

void GuestStorage::resize(u32 bytes) {
  CHECK(bytes <= pages_.size() << kPageShift);
  const bool was_fixed = is_fixed_;
  drop_all();
  set_size(bytes);
  if (!was_fixed) return;
  try {
    fix_in_real_storage();
  } catch (const PagingError&) {
    // It is virtual storage from now on, which is_fixed() tells.
  }
}

void GuestStorage::set_pages_stay(bool stay) {
  pages_stay_ = stay;
  for (u32 page = 0; page < pages_.size(); ++page) forget(page);
}

u8* GuestStorage::page_at(u32 absolute) {
  const u32 number = absolute >> kPageShift;
  Page& page = pages_[number];
  if (page.frame == kNoFrame) {
    if (resident_only_) throw PageAbsent{number};
    bring_in(number);
  }
  frames_.touch(page.frame);
  return frames_.real().at(real_address(absolute));
}

u8 GuestStorage::page_key(u32 block) const {
  const Page& page = pages_[block >> 1];
  return page.frame == kNoFrame ? page.keys[block & 1] : frames_.real().key(real_block(block));
}

void GuestStorage::set_page_key(u32 block, u8 key) {
  Page& page = pages_[block >> 1];
  if (page.frame == kNoFrame) {
    page.keys[block & 1] = key;
  } else {
    frames_.real().set_key(real_block(block), key);
  }
}

void GuestStorage::record_page_fetch(u32 block) {
  Page& page = pages_[block >> 1];
  if (page.frame == kNoFrame) {
    page.keys[block & 1] |= storage_key::kReference;
  } else {
    frames_.real().record_fetch(real_block(block));
  }
}

void GuestStorage::record_page_store(u32 absolute, u32 length) {
  Page& page = pages_[absolute >> kPageShift];
  if (page.frame == kNoFrame) {
    page.keys[absolute >> kBlockShift & 1] |= storage_key::kReference | storage_key::kChange;
  } else {
    frames_.real().record_store(real_address(absolute), length);
  }
}

void GuestStorage::note_page_change(u32 absolute, u32 length) {
  const u32 end = absolute + length;
  while (absolute < end) {
    const u32 piece = std::min(end, (absolute | (kPageSize - 1)) + 1) - absolute;
    if (is_resident(absolute >> kPageShift)) frames_.real().note_change(real_address(absolute), piece);
    absolute += piece;
  }
}

void GuestStorage::clear_pages() {
  for (u32 number = 0; number < pages_.size(); ++number) release(number);
}

void GuestStorage::release(u32 number) {
  Page& page = pages_[number];
  forget(number);
  if (page.locks == 0) return drop(page);
  Storage& real = frames_.real();
  const u32 address = page.frame << kPageShift;
  real.note_change(address, kPageSize);
  std::memset(real.at(address), 0, kPageSize);
  for (u32 n = 0; n < 2; ++n) real.set_key((address >> kBlockShift) + n, 0);
}

}  // namespace replica::vmm
