// Writes. A write is carried out when the channel has sent all bytes: it happens as a whole or, if the channel gives up, not at
// all.
#include <algorithm>

#include "base/check.h"
#include "devices/dasd/ckd_commands.h"

namespace replica {
namespace {

constexpr u8 kWriteSpecial = 0x01;

}  // namespace

Device::Answer CkdDevice::take(u32 wanted) {
  wanted_ = wanted;
  return receive(wanted);
}

bool CkdDevice::changed() {
  dirty_ = true;
  return options_.lazy_write || !store_->writable() || write_back();
}

bool CkdDevice::write_back() {
  const auto status = store_->write(*track_);
  version_ = store_->version(store_->number({cylinder_, head_}));
  if (!status) {
    track_.reset();  // the image may have the old track or the new
    area_ = Area::index;
  }
  dirty_ = false;
  return status ? true : write_fault(status.error());
}

// What all writes ask first: the file mask's write bits are checked by those who call.
bool CkdDevice::writes_allowed() {
  if (store_->writable() || options_.fake_write) return true;
  return fault(sense::kEquipmentCheck, ckd_sense1::kWriteInhibited, 1, 0);
}

Device::Answer CkdDevice::begin_write_data() {
  const bool oriented = area_ == Area::count || area_ == Area::key;
  const bool masked = (chain_.file_mask & ckd_mask::kWrites) == ckd_mask::kNoWrites;
  if (!chain_.may_update || !oriented || masked) {
    reject(ckd_message::kInvalidSequence);
    return checked();
  }
  if (!writes_allowed()) return checked();
  return take(count().data_length() + overflow_length());
}

Device::Answer CkdDevice::begin_write_key_data() {
  const bool masked = (chain_.file_mask & ckd_mask::kWrites) == ckd_mask::kNoWrites;
  if (!chain_.may_update || area_ != Area::count || masked) {
    reject(ckd_message::kInvalidSequence);
    return checked();
  }
  if (!writes_allowed()) return checked();
  return take(count().key_length() + count().data_length() + overflow_length());
}

// How many bytes the segments of an overflow record on the following tracks have.
u32 CkdDevice::overflow_length() const {
  u32 length = 0;
  CountField segment = count();
  for (u32 head = head_ + 1; segment.overflows() && head < geometry().heads; ++head) {
    const auto track = store_->read(store_->number({cylinder_, head}));
    if (!track || track->record_count() < 2) break;
    segment = track->count(1);
    length += segment.data_length();
  }
  return length;
}

// Writes `bytes` into the record at hand and its overflow segments. Zeros follow if they are too few.
bool CkdDevice::update(std::span<const u8> bytes, bool with_key) {
  auto cut = [&](u32 length) {
    const auto piece = bytes.first(std::min<size_t>(bytes.size(), length));
    bytes = bytes.subspan(piece.size());
    return piece;
  };
  if (with_key) track_->set_key(record_, cut(count().key_length()));
  for (;;) {
    track_->set_data(record_, cut(count().data_length()));
    area_ = Area::data;
    if (!changed()) return false;
    if (!count().overflows()) return true;
    if (!next_head() || !next_count(false)) {
      sense_[1] |= ckd_sense1::kOperationIncomplete;
      return false;
    }
  }
}

Device::Ending CkdDevice::finish_write_data() {
  chain_.may_update = false;
  if (count().data_length() == 0) return {unit_status::kEnd | unit_status::kUnitException};
  return ended(update(buffer(), false));
}

Device::Ending CkdDevice::finish_write_key_data() {
  chain_.may_update = false;
  if (count().data_length() == 0) return {unit_status::kEnd | unit_status::kUnitException};
  return ended(update(buffer(), true));
}

// What WRITE COUNT KEY AND DATA, WRITE SPECIAL and ERASE have in common.
Device::Answer CkdDevice::begin_write_ckd() {
  const u8 writes = chain_.file_mask & ckd_mask::kWrites;
  const bool masked = writes == ckd_mask::kNoWrites || writes == ckd_mask::kNoFormatWrites;
  if (!chain_.may_format || masked) {
    reject(ckd_message::kInvalidSequence);
    return checked();
  }
  return begin_format() ? take(CountField::kSize) : checked();
}

Device::Answer CkdDevice::begin_write_r0() {
  const bool masked = (chain_.file_mask & ckd_mask::kWrites) != ckd_mask::kAllWrites;
  if (!chain_.may_write_r0 || masked) {
    reject(ckd_message::kInvalidSequence);
    return checked();
  }
  return begin_format() ? take(CountField::kSize) : checked();
}

bool CkdDevice::begin_format() {
  chain_.may_update = chain_.may_write_r0 = false;
  sizes_itself_ = true;
  return writes_allowed() && load();
}

Device::Ending CkdDevice::finish_write_ckd() { return ended(formatted(next_record(), false)); }
Device::Ending CkdDevice::finish_erase() { return ended(formatted(next_record(), true)); }
Device::Ending CkdDevice::finish_write_r0() { return ended(formatted(0, false)); }

// Writes a record with number `index` on the track, or none, and erases what follows.
bool CkdDevice::formatted(u32 index, bool erase) {
  chain_.may_format = false;
  std::vector<u8>& bytes = buffer();
  bytes.resize(std::max<size_t>(bytes.size(), CountField::kSize));
  CountField count;
  std::copy_n(bytes.begin(), CountField::kSize, count.bytes);
  // An image cannot hold an R0 that says it is another record.
  const bool is_no_r0 = index == 0 && count.record() != 0;
  if (is_no_r0 || !fits(index, count)) return fault(0, ckd_sense1::kInvalidTrackFormat);
  if (code_ == kWriteSpecial) count.bytes[0] |= CountField::kOverflow;
  track_->truncate(index);
  if (erase) {
    record_ = index - 1;
  } else {
    track_->append(count, std::span(bytes).subspan(CountField::kSize));
    record_ = index;
  }
  area_ = Area::data;
  chain_.may_format = true;
  return changed();
}

// Whether a record has room behind the first `index` records, on the drive and in the image.
bool CkdDevice::fits(u32 index, const CountField& count) const {
  const CkdGeometry& drive = geometry();
  u32 space = 0;
  u32 bytes = Track::kHomeAddressSize + CountField::kSize;
  for (u32 i = 0; i < index; ++i) {
    const CountField before = track_->count(i);
    bytes += before.record_length();
    // The capacity is that behind an R0 of eight bytes.
    constexpr u32 kR0Data = 8;
    if (i == 0) {
      space += std::max(before.key_length() + before.data_length(), kR0Data) - kR0Data;
    } else {
      space += drive.record_space(before.key_length(), before.data_length(), false);
    }
  }
  if (index > 0) space += drive.record_space(count.key_length(), count.data_length(), true);
  return space <= drive.capacity && bytes + count.record_length() <= drive.track_size();
}

Device::Answer CkdDevice::begin_write_home() {
  if ((chain_.file_mask & ckd_mask::kWrites) != ckd_mask::kAllWrites) {
    reject(ckd_message::kInvalidSequence);
    return checked();
  }
  chain_.may_update = chain_.may_format = chain_.may_write_r0 = false;
  if (!writes_allowed() || !to_home(false)) return checked();
  switch (geometry().type) {
    case 0x3340: return take(7);
    case 0x3350: return take(11);
    default: return take(Track::kHomeAddressSize);
  }
}

// An image has no place for flags and skip displacements of a home address, and no track is ever defective.
Device::Ending CkdDevice::finish_write_home() {
  chain_.may_write_r0 = true;
  return ended(true);
}

}  // namespace replica
