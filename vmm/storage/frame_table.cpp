#include "vmm/storage/frame_table.h"

#include <algorithm>
#include <cstring>

#include "vmm/storage/guest_storage.h"

namespace replica::vmm {

FrameTable::FrameTable(Storage& real) : real_(real), frames_(real.size() >> kPageShift), was_given_(frames_.size()) {
  frames_[0].locks = 1;
  locked_ = 1;
  // So that the lowest are given first.
  for (u32 frame = frames(); frame-- > 1;) free_.push_back(frame);
}

u32 FrameTable::take(GuestStorage& owner, u32 page) {
  if (free_.empty()) free_.push_back(steal());
  const u32 frame = free_.back();
  free_.pop_back();
  give(frame, owner, page);
  return frame;
}

void FrameTable::take_fixed(u32 frame, GuestStorage& owner, u32 page) {
  const Frame& before = frames_[frame];
  if (before.locks != 0) throw PagingError{fmt::format("frame {:X} of real storage is locked", frame)};
  if (before.owner) before.owner->take_away(before.page);  // gives the frame back
  std::erase(free_, frame);
  give(frame, owner, page);
}

void FrameTable::give(u32 frame, GuestStorage& owner, u32 page) {
  frames_[frame] = {.owner = &owner, .page = page};
  touch(frame);
  if (!was_given_[frame]) {
    was_given_[frame] = true;
    return;
  }
  const u32 address = frame << kPageShift;
  std::memset(real_.at(address), 0, kPageSize);
  for (u32 n = 0; n < kPageSize / kBlockSize; ++n) real_.set_key((address >> kBlockShift) + n, 0);
}

void FrameTable::give_back(u32 frame) {
  locked_ -= frames_[frame].locks != 0;
  frames_[frame] = {};
  const u32 address = frame << kPageShift;
  real_.note_change(address, kPageSize);
  for (u32 n = 0; n < kPageSize / kBlockSize; ++n) real_.set_key((address >> kBlockShift) + n, 0);
  free_.push_back(frame);
}

void FrameTable::lock(u32 frame) { locked_ += frames_[frame].locks++ == 0; }
void FrameTable::unlock(u32 frame) { locked_ -= --frames_[frame].locks == 0; }

bool FrameTable::may_be_taken(u32 frame) const {
  return frames_[frame].locks == 0 && std::find(recent_.begin(), recent_.end(), frame) == recent_.end();
}

// Twice round is enough: the first time may only forget that all have been used.
u32 FrameTable::steal() {
  for (u32 n = 0; n < 2 * frames(); ++n) {
    const u32 frame = hand_;
    if (++hand_ == frames()) hand_ = 1;
    Frame& candidate = frames_[frame];
    if (!may_be_taken(frame)) continue;
    if (candidate.is_referenced) {
      candidate.is_referenced = false;
      // The keys stay as they are; who is told that they changed asks again.
      for (u32 block = frame * 2; block < frame * 2 + 2; ++block) real_.set_key(block, real_.key(block));
      continue;
    }
    candidate.owner->take_away(candidate.page);  // gives the frame back
    ++steals_;
    free_.pop_back();
    return frame;
  }
  throw PagingError{fmt::format("no frame of real storage can be taken: {} of {} are locked", locked_, frames())};
}

}  // namespace replica::vmm
