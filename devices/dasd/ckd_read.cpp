// Reads.
#include "devices/dasd/ckd_commands.h"

namespace replica {
namespace {

void append(std::vector<u8>& to, std::span<const u8> bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }

// A count as the channel sees it: without the mark of an overflow record.
void hide_overflow(std::vector<u8>& bytes, size_t offset, const CountField& count) {
  if (count.overflows()) bytes[offset] &= static_cast<u8>(~CountField::kOverflow);
}

}  // namespace

Device::Answer CkdDevice::give(std::vector<u8> bytes) { return send(std::move(bytes)); }

Device::Ending CkdDevice::finish_read() { return {read_status_, has_more()}; }

// The data of an overflow record go on in the first record of the next track. An error there comes at the end of what
// could be read.
void CkdDevice::append_overflow(std::vector<u8>& bytes) {
  while (count().overflows()) {
    if (!next_head() || !next_count(false)) {
      sense_[1] |= ckd_sense1::kOperationIncomplete;
      read_status_ |= unit_status::kUnitCheck;
      return;
    }
    append(bytes, track_->data(record_));
    area_ = Area::data;
  }
}

Device::Answer CkdDevice::begin_read_data() {
  chain_.may_update = chain_.may_write_r0 = false;
  if (!to_count_or_key()) return checked();
  if (count().data_length() == 0) read_status_ |= unit_status::kUnitException;
  std::vector<u8> bytes;
  append(bytes, track_->data(record_));
  area_ = Area::data;
  append_overflow(bytes);
  return give(std::move(bytes));
}

Device::Answer CkdDevice::begin_read_key_data() {
  chain_.may_update = chain_.may_write_r0 = false;
  if (!to_count()) return checked();
  if (count().data_length() == 0) read_status_ |= unit_status::kUnitException;
  std::vector<u8> bytes;
  append(bytes, track_->record(record_).subspan(CountField::kSize));
  area_ = Area::data;
  append_overflow(bytes);
  return give(std::move(bytes));
}

Device::Answer CkdDevice::begin_read_count() {
  chain_.may_update = chain_.may_format = chain_.may_write_r0 = false;
  if (!next_count(false)) return checked();
  std::vector<u8> bytes;
  append(bytes, count().bytes);
  hide_overflow(bytes, 0, count());
  return give(std::move(bytes));
}

Device::Answer CkdDevice::begin_read_ckd() {
  chain_.may_update = chain_.may_format = chain_.may_write_r0 = false;
  if (!next_count(false)) return checked();
  if (count().data_length() == 0) read_status_ |= unit_status::kUnitException;
  std::vector<u8> bytes;
  append(bytes, track_->record(record_));
  hide_overflow(bytes, 0, count());
  area_ = Area::data;
  return give(std::move(bytes));
}

// From the next record to the end of the track.
Device::Answer CkdDevice::begin_read_multiple() {
  chain_.may_update = chain_.may_format = chain_.may_write_r0 = false;
  if (!next_count(false)) return checked();
  std::vector<u8> bytes;
  for (; record_ < track_->record_count(); ++record_) {
    hide_overflow(bytes, (append(bytes, track_->record(record_)), bytes.size() - count().record_length()), count());
  }
  --record_;
  area_ = Area::data;
  return give(std::move(bytes));
}

// R0 follows the home address; from elsewhere the index must come first.
Device::Answer CkdDevice::begin_read_r0() {
  chain_.may_update = chain_.may_format = chain_.may_write_r0 = false;
  if (area_ != Area::home && !to_home(multitrack())) return checked();
  record_ = 0;
  if (count().data_length() == 0) read_status_ |= unit_status::kUnitException;
  std::vector<u8> bytes;
  append(bytes, track_->record(0));
  hide_overflow(bytes, 0, count());
  area_ = Area::data;
  return give(std::move(bytes));
}

Device::Answer CkdDevice::begin_read_home() {
  chain_.may_update = chain_.may_format = chain_.may_write_r0 = false;
  if (!to_home(multitrack())) return checked();
  std::vector<u8> bytes;
  append(bytes, track_->home_address());
  return give(std::move(bytes));
}

// Recalibrates and reads the data of R1.
Device::Answer CkdDevice::begin_read_ipl() {
  if (chain_.mask_is_set) {
    reject(ckd_message::kInvalidSequence);
    return checked();
  }
  chain_.may_format = false;
  if (!move_to(0, 0)) return checked();
  return begin_read_data();
}

}  // namespace replica
