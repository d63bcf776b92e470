#include "vmm/storage/guest_storage.h"

#include <algorithm>
#include <cstring>

#include "base/check.h"

namespace replica::vmm {
namespace {

bool is_zero(const u8* page) { return page[0] == 0 && std::memcmp(page, page + 1, kPageSize - 1) == 0; }

}  // namespace

GuestStorage::GuestStorage(u32 bytes, u32 most, FrameTable& frames, PagingFile& paging)
    : Storage(bytes, most, Paged{}),
      frames_(frames),
      paging_(paging),
      frames_of_(most >> kPageShift, kNoFrame),
      pages_(most >> kPageShift) {}

GuestStorage::~GuestStorage() {
  for (u32 page = 0; page < pages_.size(); ++page) drop(page);
}

void GuestStorage::bring_in(u32 number) {
  if (is_resident(number)) return;
  Page& page = pages_[number];
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
  frames_of_[number] = frame;
  ++resident_;
  for (u32 n = 0; n < 2; ++n) frames_.real().set_key((address >> kBlockShift) + n, page.keys[n]);
}

void GuestStorage::take_away(u32 number) {
  Page& page = pages_[number];
  const u32 address = frames_of_[number] << kPageShift;
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
  frames_of_[number] = kNoFrame;
  --resident_;
  frames_.give_back(address >> kPageShift);
}

// The access maps of the virtual CPU; those of the real one are told by real storage.
void GuestStorage::forget(u32 page) {
  tell_observer(2 * page);
  tell_observer(2 * page + 1);
}

void GuestStorage::drop(u32 number) {
  if (is_resident(number)) {
    frames_.give_back(std::exchange(frames_of_[number], kNoFrame));
    --resident_;
  }
  Page& page = pages_[number];
  if (page.slot != PagingFile::kNoSlot) {
    paging_.give_back(page.slot);
    --paged_out_;
  }
  page = {};
}

void GuestStorage::lock(u32 number) {
  bring_in(number);
  if (pages_[number].locks++ == 0) frames_.lock(frames_of_[number]);
}

void GuestStorage::unlock(u32 number) {
  CHECK(pages_[number].locks != 0);
  if (--pages_[number].locks == 0) frames_.unlock(frames_of_[number]);
}

void GuestStorage::drop_all() {
  for (u32 page = 0; page < pages_.size(); ++page) {
    forget(page);
    drop(page);
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
      frames_of_[number] = frame;
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
  if (!is_resident(number)) {
    if (resident_only_) throw PageAbsent{number};
    bring_in(number);
  }
  if (!pages_stay_) frames_.touch(frames_of_[number]);
  return frames_.real().at(real_address(absolute));
}

u8 GuestStorage::page_key(u32 block) const {
  return is_resident(block >> 1) ? frames_.real().key(real_block(block)) : pages_[block >> 1].keys[block & 1];
}

void GuestStorage::set_page_key(u32 block, u8 key) {
  if (is_resident(block >> 1)) return frames_.real().set_key(real_block(block), key);
  pages_[block >> 1].keys[block & 1] = key;
}

void GuestStorage::record_page_fetch(u32 block) {
  if (is_resident(block >> 1)) return frames_.real().record_fetch(real_block(block));
  pages_[block >> 1].keys[block & 1] |= storage_key::kReference;
}

void GuestStorage::record_page_store(u32 absolute, u32 length) {
  const u32 page = absolute >> kPageShift;
  if (is_resident(page)) return frames_.real().record_store(real_address(absolute), length);
  pages_[page].keys[absolute >> kBlockShift & 1] |= storage_key::kReference | storage_key::kChange;
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
  forget(number);
  if (!is_locked(number)) return drop(number);
  Storage& real = frames_.real();
  const u32 address = frames_of_[number] << kPageShift;
  real.note_change(address, kPageSize);
  std::memset(real.at(address), 0, kPageSize);
  for (u32 n = 0; n < 2; ++n) real.set_key((address >> kBlockShift) + n, 0);
}

}  // namespace replica::vmm
