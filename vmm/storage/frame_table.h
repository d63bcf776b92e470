// Who has which frame of real storage, and which one is taken when another is needed.
//
// A frame is 4 KB of first-level storage. The first one is the VMM's own. Pages are taken away by second chance: a hand goes
// round; a frame that has been used since the hand came last is passed, and its use forgotten, which is done by revoking
// what access maps know of it, so that the next access asks and is noticed. The reference bits of storage keys are the
// guests' own and play no part.
//
// Invariants:
//  1. A frame has one owner at most, whose page table leads to it; the owner of each is known here.
//  2. A frame that is locked, or was touched by one of the last kRecent calls of touch(), is not taken away: pointers into
//     it may be in use.
#pragma once

#include <array>
#include <functional>
#include <vector>

#include "mmu/storage.h"

namespace replica::vmm {

class GuestStorage;

class FrameTable {
 public:
  // Real storage must outlive the table.
  explicit FrameTable(Storage& real);

  Storage& real() { return real_; }
  u32 frames() const { return static_cast<u32>(frames_.size()); }
  u32 free_frames() const { return static_cast<u32>(free_.size()); }
  u32 locked_frames() const { return locked_; }
  // How many have been taken away from their pages.
  u64 steals() const { return steals_; }

  // A frame for the owner's page, all zero, with keys of zero. Takes one from another page if none is free; throws
  // PagingError if that is not possible.
  u32 take(GuestStorage& owner, u32 page);
  // This frame, whoever has it: its page is taken away. Throws PagingError if it is locked, or the page cannot be kept.
  void take_fixed(u32 frame, GuestStorage& owner, u32 page);
  void give_back(u32 frame);

  // The frame is about to be used.
  void touch(u32 frame) {
    frames_[frame].is_referenced = true;
    recent_[next_recent_++ % kRecent] = frame;
  }

  // How many more may be locked while enough are left for everybody's paging.
  u32 lockable_frames() const {
    const u32 kept = locked_ + kLeastForPaging;
    return kept < frames() ? frames() - kept : 0;
  }
  static constexpr u32 kLeastForPaging = 64;
  // A locked frame stays with its page. Locks count.
  void lock(u32 frame);
  void unlock(u32 frame);

  struct Frame {
    GuestStorage* owner = nullptr;
    u32 page = 0;
    u32 locks = 0;
    bool is_referenced = false;
  };
  const Frame& frame(u32 n) const { return frames_[n]; }

 private:
  static constexpr u32 kRecent = 32;

  u32 steal();
  void give(u32 frame, GuestStorage& owner, u32 page);
  bool may_be_taken(u32 frame) const;

  Storage& real_;
  std::vector<Frame> frames_;
  std::vector<bool> was_given_;  // if not, a frame is zero, with keys of zero, as real storage was made
  std::vector<u32> free_;
  std::array<u32, kRecent> recent_{};
  u32 next_recent_ = 0;
  u32 hand_ = 1;
  u32 locked_ = 0;
  u64 steals_ = 0;
};

}  // namespace replica::vmm
