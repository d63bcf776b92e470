#include "devices/dasd/ckd_device.h"

#include <algorithm>

#include "devices/dasd/ckd_commands.h"
#include "devices/dasd/compressed_store.h"

namespace replica {

CkdDevice::CkdDevice(std::string type, std::shared_ptr<TrackStore> store, Options options)
    : type_(std::move(type)), store_(std::move(store)), options_(std::move(options)) {
  sense_.resize(geometry().sense_length);
  set_sense(0, 0, 0, 0);
}

CkdDevice::~CkdDevice() { static_cast<void>(flush()); }

std::string CkdDevice::description() const {
  return fmt::format("{}{}, {} cylinders, at cylinder {} head {}", store_->description(), protection(),
                     store_->cylinders(), cylinder_, head_);
}

std::string_view CkdDevice::protection() const {
  if (store_->writable() && !options_.protects) return "";
  return options_.fake_write && !options_.protects ? " fakewrite" : " readonly";
}

void CkdDevice::begin_chain() {
  chain_ = {};
  area_ = Area::index;
  // What was written into thin air is not to be read again.
  if (dirty_ && !store_->writable()) {
    track_.reset();
    dirty_ = false;
  }
}

Device::Answer CkdDevice::begin(u8 command) {
  command_ = find_ckd_command(command);
  code_ = command;
  wanted_ = 0;
  sizes_itself_ = false;
  read_status_ = unit_status::kEnd;
  if (!command_ || !supported(*command_)) {
    command_ = nullptr;
    reject(ckd_message::kInvalidCommand);
    return checked();
  }
  using Kind = CkdCommand::Kind;
  if (options_.protects && command_->kind == Kind::write) {
    command_ = nullptr;
    fault(sense::kCommandReject, ckd_sense1::kFileProtected);
    return checked();
  }
  // Index points count as long as nothing but counts and keys has been looked at.
  const bool looks = command_->kind == Kind::search || command == 0x12 || command == 0x22;
  if (!looks) chain_.index_passed = false;
  static_cast<void>(look_again());
  return (this->*command_->begin)();
}

bool CkdDevice::supported(const CkdCommand& command) const {
  using Needs = CkdCommand::Needs;
  switch (command.needs) {
    case Needs::nothing: return true;
    case Needs::sectors: return geometry().sectors != 0;
    case Needs::file_scan: return geometry().overhead.rule == CkdOverhead::Rule::tolerance;
    case Needs::long_sense: return geometry().sense_length > 6;
    case Needs::sense_id: return options_.sense_id || geometry().control_unit == 0x3880;
    case Needs::overflow: return geometry().overhead.rule != CkdOverhead::Rule::cells;
  }
  return false;
}

u32 CkdDevice::write(std::span<const u8> bytes) {
  u32 taken = 0;
  while (taken < bytes.size()) {
    std::vector<u8>& received = buffer();
    const size_t room =
        (sizes_itself_ && received.size() < CountField::kSize ? CountField::kSize : wanted_) - received.size();
    const size_t piece = std::min(room, bytes.size() - taken);
    if (piece == 0) break;
    received.insert(received.end(), bytes.begin() + taken, bytes.begin() + taken + static_cast<u32>(piece));
    taken += static_cast<u32>(piece);
    if (sizes_itself_ && received.size() == CountField::kSize) {
      CountField count;
      std::copy_n(received.begin(), CountField::kSize, count.bytes);
      wanted_ = count.record_length();
    }
  }
  return taken;
}

Device::Ending CkdDevice::end() {
  if (!command_) return ended(false);
  const bool too_few = buffer().size() < wanted_;
  const bool needs_orientation =
      command_->kind == CkdCommand::Kind::search || command_->kind == CkdCommand::Kind::write;
  if (needs_orientation && !look_again()) return ended(fault(0, ckd_sense1::kNoRecordFound));
  Ending ending = (this->*command_->finish)();
  ending.wrong_length |= too_few;
  return ending;
}

u32 CkdDevice::microseconds() const { return command_ ? command_->microseconds : 20; }

void CkdDevice::halt() { command_ = nullptr; }

void CkdDevice::reset() {
  command_ = nullptr;
  chain_ = {};
  area_ = Area::index;
  set_sense(0, 0, 0, 0);
  sense_is_set_ = false;
}

Status CkdDevice::flush() {
  if (!store_->writable()) return {};
  if (dirty_) {
    if (auto status = store_->write(*track_); !status) return status;
    dirty_ = false;
  }
  return store_->flush();
}

Result<std::shared_ptr<SharedStore>> CkdDevice::share() {
  if (shared_) return shared_;
  if (store_->writable() && dirty_ && !write_back()) return fail("{}: the last track cannot be written", description());
  options_.lazy_write = false;
  track_.reset();
  dirty_ = false;
  area_ = Area::index;
  shared_ = std::make_shared<SharedStore>(std::move(store_));
  store_ = shared_;
  return shared_;
}

Result<ImageStack*> CkdDevice::shadow_files() {
  if (shared_) return fail("{}: several devices use the volume; its files cannot be changed now", description());
  if (auto status = flush(); !status) return tl::unexpected(status.error());
  auto* compressed = dynamic_cast<CompressedStore*>(store_.get());
  track_.reset();
  area_ = Area::index;
  return compressed ? &compressed->files() : nullptr;
}

bool CkdDevice::fault(u8 sense0, u8 sense1, u8 format, u8 message) {
  set_sense(sense0, sense1, format, message);
  sense_is_set_ = true;
  return false;
}

bool CkdDevice::reject(u8 message) { return fault(sense::kCommandReject, 0, 0, message); }

bool CkdDevice::read_fault(const Error& error) {
  if (options_.report) options_.report(error.message);
  return fault(sense::kDataCheck, ckd_sense1::kPermanentError, 4, 0);
}

bool CkdDevice::write_fault(const Error& error) {
  if (options_.report) options_.report(error.message);
  return fault(sense::kEquipmentCheck, ckd_sense1::kPermanentError, 1, 0);
}

// Byte 4 names the drive on its control unit; a model does not know its address, so that all are drive A.
void CkdDevice::set_sense(u8 sense0, u8 sense1, u8 format, u8 message) {
  std::fill(sense_.begin(), sense_.end(), u8{0});
  sense_[0] = sense0;
  sense_[1] = sense1;
  const CkdGeometry& drive = geometry();
  if (drive.sense_length == 6) {
    const u8 ready = drive.type == 0x2311 ? 0xC8 : 0x40;
    sense_[3] = static_cast<u8>(ready | ((sense1 & ckd_sense1::kEndOfCylinder) != 0 ? 0x04 : 0));
    return;
  }
  u32 shift = 4;  // of the cylinder's high bits in byte 6
  switch (drive.type) {
    case 0x3330: sense_[4] = 0x38, shift = drive.model == 0x01 ? 6 : 5; break;
    case 0x3340: sense_[2] = 0x80 | drive.model, sense_[4] = 0x80, shift = 5; break;
    case 0x3350: sense_[4] = 0x80, shift = 5; break;
    case 0x3375: shift = 6; break;
    default: break;
  }
  sense_[5] = static_cast<u8>(cylinder_);
  sense_[6] = static_cast<u8>((cylinder_ >> 8) << shift | (head_ & 0x1F));
  sense_[7] = static_cast<u8>(format << 4 | message);
  if (format == 4 || format == 5) {
    const CountField id = make_count({cylinder_, head_}, static_cast<u8>(record_), 0, 0);
    std::copy_n(id.bytes, 5, sense_.begin() + 8);
  }
}

}  // namespace replica
