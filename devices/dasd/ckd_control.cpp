// Control and sense commands.
#include "base/big_endian.h"
#include "devices/dasd/ckd_commands.h"

namespace replica {
namespace {

constexpr u8 kSeekCylinder = 0x0B;
constexpr u8 kSeekHead = 0x1B;
constexpr u32 kSeekAddress = 6;  // BB CC HH

}  // namespace

Device::Answer CkdDevice::begin_immediate() { return Answer::done(); }
Device::Ending CkdDevice::finish_immediate() { return ended(true); }

Device::Answer CkdDevice::begin_seek() {
  const u8 seeks = chain_.file_mask & ckd_mask::kSeeks;
  const bool allowed = seeks == ckd_mask::kAllSeeks ||
                       (code_ == kSeekCylinder && seeks == ckd_mask::kCylinderAndHead) ||
                       (code_ == kSeekHead && seeks != ckd_mask::kNoSeeks);
  if (!allowed) {
    fault(0, ckd_sense1::kFileProtected);
    return checked();
  }
  return take(kSeekAddress);
}

Device::Ending CkdDevice::finish_seek() {
  if (buffer().size() < kSeekAddress) return ended(reject(ckd_message::kCountTooSmall));
  const u8* address = buffer().data();
  const u32 bin = load_be16(address);
  const u32 cylinder = code_ == kSeekHead ? cylinder_ : load_be16(address + 2);
  const u32 head = load_be16(address + 4);
  if (bin != 0 || cylinder >= store_->cylinders() || head >= geometry().heads) {
    return ended(reject(ckd_message::kInvalidArgument));
  }
  chain_.may_update = chain_.may_format = chain_.may_write_r0 = false;
  return ended(move_to(cylinder, head));
}

Device::Answer CkdDevice::begin_recalibrate() {
  if ((chain_.file_mask & ckd_mask::kSeeks) != ckd_mask::kAllSeeks) {
    fault(0, ckd_sense1::kFileProtected);
    return checked();
  }
  chain_.may_update = chain_.may_format = chain_.may_write_r0 = false;
  return move_to(0, 0) ? Answer::done() : checked();
}

Device::Answer CkdDevice::begin_set_file_mask() {
  if (!chain_.mask_is_set) return take(1);
  reject(ckd_message::kInvalidSequence);
  return checked();
}

Device::Ending CkdDevice::finish_set_file_mask() {
  if (buffer().empty()) return ended(reject(ckd_message::kCountTooSmall));
  const u8 mask = buffer()[0];
  if ((mask & ckd_mask::kReserved) != 0) return ended(reject(ckd_message::kInvalidArgument));
  chain_.file_mask = mask;
  chain_.mask_is_set = true;
  return ended(true);
}

Device::Answer CkdDevice::begin_set_sector() { return take(1); }

// The disk has turned to the sector by the time the next command begins: there is nothing to wait for.
Device::Ending CkdDevice::finish_set_sector() {
  constexpr u8 kAnySector = 0xFF;
  if (buffer().empty()) return ended(reject(ckd_message::kCountTooSmall));
  const u8 sector = buffer()[0];
  if (sector != kAnySector && sector >= geometry().sectors) return ended(reject(ckd_message::kInvalidArgument));
  return ended(true);
}

// Passes the next count without reading it. The key and data lengths that the program gives are for counts that cannot be
// read; those of an image always can, so that the record's own are used.
Device::Answer CkdDevice::begin_space_count() { return next_count(false) ? take(3) : checked(); }
Device::Ending CkdDevice::finish_space_count() { return ended(true); }

Device::Answer CkdDevice::begin_read_sector() { return give({sector()}); }

Device::Answer CkdDevice::begin_sense() {
  if (!sense_is_set_) set_sense(0, 0, 0, 0);
  sense_is_set_ = false;
  return send_sense();
}

Device::Answer CkdDevice::begin_sense_id() {
  std::vector<u8> id(7);
  id[0] = 0xFF;
  store_be16(&id[1], options_.control_unit != 0 ? options_.control_unit : geometry().control_unit);
  id[3] = options_.control_unit != 0 ? options_.control_unit_model : geometry().control_unit_model;
  store_be16(&id[4], geometry().type);
  id[6] = geometry().model;
  return give(std::move(id));
}

// No errors and no usage have been counted.
Device::Answer CkdDevice::begin_read_log() { return give(std::vector<u8>(geometry().sense_length)); }

}  // namespace replica
