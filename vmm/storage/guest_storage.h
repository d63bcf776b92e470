// The storage of a virtual machine: pages of 4 KB, each in a frame of real storage, in the paging file, or all zero and
// nowhere yet. Its storage keys are true keys of 2 KB: those of the frame while there is one, and kept here otherwise, so
// that the real machine's key checks are the guest's.
//
// Whoever touches a page that is in no frame brings it in; but see ResidentOnly.
//
// Invariants:
//  1. Of each page, exactly one of these holds: it has a frame, it has a slot, it is zero.
//  2. What access maps know of a page is revoked before it loses its frame.
#pragma once

#include <optional>
#include <vector>

#include "mmu/storage.h"
#include "vmm/storage/frame_table.h"
#include "vmm/storage/paging_file.h"

namespace replica::vmm {

// A page was touched that is in no frame while ResidentOnly forbade to bring it in.
struct PageAbsent {
  u32 page;
};

class GuestStorage final : public Storage {
 public:
  // Both must outlive the storage. `bytes` is as in Storage::create; so is `most`, up to which it may grow.
  GuestStorage(u32 bytes, u32 most, FrameTable& frames, PagingFile& paging);
  ~GuestStorage() override;

  FrameTable& frames() { return frames_; }

  // The real address of a byte whose page has a frame.
  u32 real_address(u32 absolute) const {
    return frames_of_[absolute >> kPageShift] << kPageShift | (absolute & (kPageSize - 1));
  }
  bool is_resident(u32 page) const { return frames_of_[page] != kNoFrame; }
  u32 frame(u32 page) const { return frames_of_[page]; }
  u32 resident_pages() const { return resident_; }
  u32 paged_out_pages() const { return paged_out_; }
  u64 page_ins() const { return page_ins_; }
  u64 page_outs() const { return page_outs_; }

  // Gives the page a frame, if it has none, with what it last held. Throws PagingError.
  void bring_in(u32 page);
  // Takes the frame away. Called by the frame table. Throws PagingError, and then the page still has its frame.
  void take_away(u32 page);

  // Makes a page all zero, with keys of zero, and gives its frame and its slot back. A page that is locked keeps its frame.
  void release(u32 page);

  // Brings pages in and keeps them there, as the LOCK command does. Throws PagingError.
  void lock(u32 page);
  void unlock(u32 page);
  bool is_locked(u32 page) const { return pages_[page].locks != 0; }

  // Locks all of its pages at fixed places, as OPTION VIRT=REAL says: page n is frame n, so that its addresses are real ones,
  // but page 0, which is the frame behind the others. It is all zero then. Throws PagingError if a frame cannot be had, and
  // then it is as any other storage.
  void fix_in_real_storage();
  bool is_fixed() const { return is_fixed_; }

  // Gives it another size, up to `most`. It is all zero then, and no page is locked, unless it was fixed, and its frames can be
  // had.
  void resize(u32 bytes);

  // Whether pages may be taken away at all. If so, access maps of the virtual CPU keep nothing.
  void set_pages_stay(bool stay);

  // While it lives, touching a page that is in no frame throws PageAbsent: a real CPU would find its page-table entry invalid.
  class ResidentOnly {
   public:
    explicit ResidentOnly(GuestStorage& storage) : storage_(storage) { storage_.resident_only_ = true; }
    ~ResidentOnly() { storage_.resident_only_ = false; }
    ResidentOnly(const ResidentOnly&) = delete;
    ResidentOnly& operator=(const ResidentOnly&) = delete;

   private:
    GuestStorage& storage_;
  };

 private:
  static constexpr u32 kNoFrame = 0;  // frame 0 is nobody's

  struct Page {
    u32 slot = PagingFile::kNoSlot;
    u32 locks = 0;
    u8 keys[2] = {};  // while there is no frame
  };

  u8* page_at(u32 absolute) override;
  u8 page_key(u32 block) const override;
  void set_page_key(u32 block, u8 key) override;
  void record_page_fetch(u32 block) override;
  void record_page_store(u32 absolute, u32 length) override;
  void note_page_change(u32 absolute, u32 length) override;
  void clear_pages() override;
  bool pages_stay() const override { return pages_stay_; }

  u32 real_block(u32 block) const { return real_address(block << kBlockShift) >> kBlockShift; }
  void forget(u32 page);
  void drop(u32 number);
  void drop_all();

  FrameTable& frames_;
  PagingFile& paging_;
  std::vector<u32> frames_of_;  // by page, apart: programs that sweep over all storage keys need these alone
  std::vector<Page> pages_;
  u32 resident_ = 0;
  u32 paged_out_ = 0;
  u64 page_ins_ = 0;
  u64 page_outs_ = 0;
  bool is_fixed_ = false;
  bool resident_only_ = false;
  bool pages_stay_ = true;
};

}  // namespace replica::vmm
