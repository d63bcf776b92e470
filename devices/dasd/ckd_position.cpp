// Where the heads are: tracks, orientation, index points.
#include <algorithm>

#include "devices/dasd/ckd_commands.h"

namespace replica {

bool CkdDevice::load() {
  if (track_) return true;
  auto read = store_->read(store_->number({cylinder_, head_}));
  if (!read) return read_fault(read.error());
  track_ = std::move(*read);
  version_ = store_->version(store_->number({cylinder_, head_}));
  return true;
}

// Takes note of what others have written on the track. False if the orientation has been lost with the record that had it, or
// the track cannot be read.
bool CkdDevice::look_again() {
  if (!track_ || dirty_ || version_ == store_->version(store_->number({cylinder_, head_}))) return true;
  const bool at_record = area_ != Area::index && area_ != Area::home;
  const CountField before = at_record ? count() : CountField{};
  track_.reset();
  const bool is_kept =
      load() && (!at_record || (record_ < track_->record_count() && std::ranges::equal(count().bytes, before.bytes)));
  if (is_kept) return true;
  area_ = Area::index;
  chain_.may_update = chain_.may_format = chain_.may_write_r0 = false;
  return false;
}

// Orients to the index of another track, or of this one.
bool CkdDevice::move_to(u32 cylinder, u32 head) {
  const bool same = cylinder == cylinder_ && head == head_;
  area_ = Area::index;
  record_ = 0;
  if (same) return true;
  if (dirty_ && store_->writable() && !write_back()) return false;
  dirty_ = false;
  track_.reset();
  cylinder_ = cylinder;
  head_ = head;
  return true;
}

u32 CkdDevice::next_record() const { return area_ == Area::index || area_ == Area::home ? 0 : record_ + 1; }

// Head switching at the index, for multitrack commands and overflow records.
bool CkdDevice::next_head() {
  if ((chain_.file_mask & ckd_mask::kSeeks) == ckd_mask::kNoSeeks) return fault(0, ckd_sense1::kFileProtected);
  if (head_ + 1 >= geometry().heads) return fault(0, ckd_sense1::kEndOfCylinder);
  return move_to(cylinder_, head_ + 1);
}

bool CkdDevice::next_count(bool with_r0) {
  for (;;) {
    if (!load()) return false;
    u32 next = next_record();
    if (next == 0 && !with_r0) next = 1;
    if (next < track_->record_count()) {
      record_ = next;
      area_ = Area::count;
      return true;
    }
    if (multitrack()) {
      if (!next_head()) return false;
      continue;
    }
    if (chain_.index_passed) return fault(0, ckd_sense1::kNoRecordFound);
    chain_.index_passed = true;
    area_ = Area::index;
  }
}

// To the record at hand, if only its count has passed, or else to the next.
bool CkdDevice::to_count() { return area_ == Area::count || next_count(false); }

bool CkdDevice::to_count_or_key() { return area_ == Area::key || to_count(); }

// Waits for the index, where a multitrack command switches heads.
bool CkdDevice::to_home(bool switch_heads) {
  if (switch_heads && !next_head()) return false;
  if (!load()) return false;
  area_ = Area::home;
  record_ = 0;
  return true;
}

// Where on the circumference the record at hand begins.
u8 CkdDevice::sector() const {
  if (!track_ || area_ == Area::index || area_ == Area::home) return 0;
  u32 before = 0;
  for (u32 i = 1; i < record_; ++i) {
    const CountField field = track_->count(i);
    before += geometry().record_space(field.key_length(), field.data_length(), false);
  }
  return static_cast<u8>(u64{before} * geometry().sectors / (geometry().capacity + geometry().overhead.fixed) %
                         geometry().sectors);
}

}  // namespace replica
