#include "devices/dasd/fba_device.h"

#include <algorithm>

#include "base/big_endian.h"
#include "devices/device_options.h"

namespace replica {

struct FbaGeometry {
  std::string_view name;
  u16 type;
  u8 model;
  u8 unit;  // as READ DEVICE CHARACTERISTICS gives it
  u32 blocks;
  u32 per_group;     // cyclical
  u32 per_position;  // of the access mechanism
  u16 control_unit;
};

namespace {

// clang-format off
constexpr FbaGeometry kGeometries[] = {
    // name    type    model  unit  blocks  group  position  control unit
    {"3310",   0x3310, 0x01,  0x01, 125664,  32,   352,      0x4331},
    {"3370",   0x3370, 0x00,  0x02, 558000,  62,   744,      0x3880},
    {"3370-2", 0x3370, 0x04,  0x05, 712752,  62,   744,      0x3880},
};
constexpr struct { std::string_view alias, name; } kAliases[] = {
    {"3310-1", "3310"}, {"3370-1", "3370"}, {"3370-A1", "3370"}, {"3370-B1", "3370"}, {"3370-A2", "3370-2"}, {"3370-B2", "3370-2"},
};
// clang-format on

enum : u8 {
  kReadIpl = 0x02,
  kNoOperation = 0x03,
  kSense = 0x04,
  kUnconditionalReserve = 0x14,
  kWrite = 0x41,
  kRead = 0x42,
  kLocate = 0x43,
  kDefineExtent = 0x63,
  kReadCharacteristics = 0x64,
  kRelease = 0x94,
  kReadLog = 0xA4,
  kReserve = 0xB4,
  kSenseId = 0xE4,
};

constexpr u32 kSenseLength = 24;
constexpr u32 kExtentLength = 16;
constexpr u32 kLocateLength = 8;

// READ and WRITE may be for 32 MB. They pass through the buffer in pieces, so that no step of the channel takes long.
constexpr u32 kBlocksAtOnce = 128;

// The file mask: bits 0-1, all others zero.
constexpr u8 kMaskBits = 0xC0;
constexpr u8 kNoWrites = 0x40;
constexpr u8 kMaskReserved = 0x80;
constexpr u8 kNoFormatWrites = 0x00;

}  // namespace

const FbaGeometry* find_fba_geometry(std::string_view name) {
  for (const auto& other : kAliases) {
    if (other.alias == name) name = other.name;
  }
  const auto* found = std::find_if(std::begin(kGeometries), std::end(kGeometries),
                                   [&](const FbaGeometry& geometry) { return geometry.name == name; });
  return found == std::end(kGeometries) ? nullptr : found;
}

u32 fba_blocks(const FbaGeometry& geometry) { return geometry.blocks; }

FbaDevice::FbaDevice(std::string type, const FbaGeometry& geometry, std::unique_ptr<BlockStore> store, Extent part,
                     std::function<void(const std::string&)> report)
    : type_(std::move(type)), geometry_(geometry), store_(std::move(store)), part_(part), report_(std::move(report)) {
  sense_.resize(kSenseLength);
}

FbaDevice::~FbaDevice() { static_cast<void>(flush()); }

std::string FbaDevice::description() const {
  return fmt::format("{}{}, {} blocks", store_->description(), store_->writable() ? "" : " readonly", part_.blocks);
}

void FbaDevice::begin_chain() {
  extent_defined_ = false;
  operation_ = Operation::none;
}

void FbaDevice::reset() {
  BufferedDevice::reset();
  begin_chain();
  command_ = 0;
}

Device::Answer FbaDevice::begin(u8 command) {
  command_ = command;
  wanted_ = left_ = 0;
  failed_ = false;
  const Operation located = operation_;
  operation_ = Operation::none;  // a LOCATE is for the next command only
  switch (command) {
    case kReadIpl: return begin_ipl();
    case kNoOperation: return Answer::done();
    case kRead: return located == Operation::read ? read_blocks(block_, count_) : rejected();
    case kWrite: return located == Operation::write ? begin_write() : rejected();
    case kLocate: return extent_defined_ ? receive(wanted_ = kLocateLength) : rejected();
    case kDefineExtent: return extent_defined_ ? rejected() : receive(wanted_ = kExtentLength);
    case kReadCharacteristics: return device_characteristics();
    case kSenseId: return sense_id();
    case kReadLog: return send(std::vector<u8>(kSenseLength));
    case kSense:
    case kUnconditionalReserve: return send_sense();
    case kReserve:
    case kRelease: return extent_defined_ ? rejected() : send_sense();
    default: return rejected();
  }
}

Device::Ending FbaDevice::end() {
  bool wrong_length = buffer().size() < wanted_;
  bool good = !failed_;
  switch (command_) {
    case kLocate: good = locate(); break;
    case kDefineExtent: good = define_extent(); break;
    case kWrite:
      wrong_length = buffer().size() < u64{left_} * kFbaBlock;
      good = good && write_out();
      break;
    case 0: return {unit_status::kEnd | unit_status::kUnitCheck};  // halted
    default: wrong_length = has_more() || left_ != 0;
  }
  return {static_cast<u8>(unit_status::kEnd | (good ? 0 : unit_status::kUnitCheck)), wrong_length};
}

Device::Answer FbaDevice::rejected() { return check(sense::kCommandReject); }

bool FbaDevice::reject() {
  check(sense::kCommandReject);
  return false;
}

bool FbaDevice::failed(const Error& error) {
  if (report_) report_(error.message);
  check(sense::kEquipmentCheck);
  return false;
}

Device::Answer FbaDevice::read_blocks(u32 first, u32 count) {
  block_ = first;
  left_ = count;
  if (read_more()) return Answer::reading();
  return Answer::ended(unit_status::kEnd | unit_status::kUnitCheck);
}

bool FbaDevice::read_more() {
  const u32 count = std::min(left_, kBlocksAtOnce);
  std::vector<u8> bytes(size_t{count} * kFbaBlock);
  const auto status = store_->read(part_.origin + block_, bytes);
  if (!status) {
    left_ = 0;
    failed_ = true;
    return failed(status.error());
  }
  block_ += count;
  left_ -= count;
  send(std::move(bytes));
  return true;
}

u32 FbaDevice::read(std::span<u8> bytes) {
  u32 done = BufferedDevice::read(bytes);
  while (done < bytes.size() && left_ != 0 && read_more()) done += BufferedDevice::read(bytes.subspan(done));
  return done;
}

// Reads block 0. LOCATE may follow; the extent is then the whole device.
Device::Answer FbaDevice::begin_ipl() {
  if (extent_defined_) return rejected();
  extent_defined_ = true;
  file_mask_ = kNoFormatWrites;
  extent_block_ = extent_first_ = 0;
  extent_last_ = part_.blocks - 1;
  return read_blocks(0, 1);
}

Device::Answer FbaDevice::begin_write() {
  left_ = count_;
  if (store_->writable()) return receive(std::min(left_, kBlocksAtOnce) * kFbaBlock);
  Answer answer = check(sense::kEquipmentCheck);
  sense_[1] = 0x02;  // write inhibited
  return answer;
}

u32 FbaDevice::write(std::span<const u8> bytes) {
  u32 done = BufferedDevice::write(bytes);
  while (command_ == kWrite && done < bytes.size() && left_ > kBlocksAtOnce) {
    if (!write_out()) break;
    done += BufferedDevice::write(bytes.subspan(done));
  }
  return done;
}

// Writes what is in the buffer and makes room for more. Zeros follow if the last block is not full.
bool FbaDevice::write_out() {
  std::vector<u8>& bytes = buffer();
  const u32 count = static_cast<u32>((bytes.size() + kFbaBlock - 1) / kFbaBlock);
  bytes.resize(size_t{count} * kFbaBlock);
  if (const auto status = store_->write(part_.origin + block_, bytes); !status) {
    receive(0);
    failed_ = true;
    return failed(status.error());
  }
  block_ += count;
  left_ -= count;
  receive(std::min(left_, kBlocksAtOnce) * kFbaBlock);
  return true;
}

bool FbaDevice::define_extent() {
  if (buffer().size() < kExtentLength) return reject();
  const u8* bytes = buffer().data();
  const u8 mask = bytes[0];
  const u32 block = load_be32(bytes + 4);
  const u32 first = load_be32(bytes + 8);
  const u32 last = load_be32(bytes + 12);
  if ((mask & ~kMaskBits) != 0 || (mask & kMaskBits) == kMaskReserved) return reject();
  if (last < first || block >= part_.blocks || last - first >= part_.blocks - block) return reject();
  file_mask_ = mask;
  extent_block_ = block;
  extent_first_ = first;
  extent_last_ = last;
  extent_defined_ = true;
  return true;
}

bool FbaDevice::locate() {
  if (buffer().size() < kLocateLength) return reject();
  const u8* bytes = buffer().data();
  const u32 replication = bytes[1];
  const u32 count = load_be16(bytes + 2);
  const u32 first = load_be32(bytes + 4);
  if (count == 0 || first < extent_first_ || first > extent_last_ || count - 1 > extent_last_ - first) return reject();
  constexpr u8 kReadReplicated = 0x02;
  if (bytes[0] == kReadReplicated && (replication == 0 || replication % count != 0)) return reject();
  if (!take_operation(bytes[0])) return reject();
  block_ = extent_block_ + (first - extent_first_);
  count_ = count;
  return true;
}

bool FbaDevice::take_operation(u8 operation) {
  constexpr u8 kOperationBits = 0x0F;
  if ((operation & ~kOperationBits) != 0) return false;
  switch (operation & kOperationBits) {
    case 0x01:  // write data
    case 0x05:  // write and check
      if ((file_mask_ & kMaskBits) == kNoWrites) return false;
      operation_ = Operation::write;
      return true;
    case 0x02:  // read replicated data
    case 0x06:  // read data
      operation_ = Operation::read;
      return true;
    case 0x04:  // format defective block
      if ((file_mask_ & kMaskBits) == kNoFormatWrites) return false;
      operation_ = Operation::format;
      return true;
    default: return false;
  }
}

Device::Answer FbaDevice::device_characteristics() {
  std::vector<u8> bytes(32);
  bytes[0] = 0x30;  // operation modes
  bytes[1] = 0x08;  // features
  bytes[2] = 0x21;  // class: FBA
  bytes[3] = geometry_.unit;
  store_be16(&bytes[4], kFbaBlock);
  store_be32(&bytes[6], geometry_.per_group);
  store_be32(&bytes[10], geometry_.per_position);
  store_be32(&bytes[14], part_.blocks);
  return send(std::move(bytes));
}

Device::Answer FbaDevice::sense_id() {
  std::vector<u8> bytes(7);
  bytes[0] = 0xFF;
  store_be16(&bytes[1], geometry_.control_unit);
  bytes[3] = 0x01;
  store_be16(&bytes[4], geometry_.type);
  bytes[6] = geometry_.model;
  return send(std::move(bytes));
}

namespace {

// The model of a drive that can hold this many blocks.
const FbaGeometry* model_for(u16 type, u32 blocks) {
  for (const FbaGeometry& geometry : kGeometries) {
    if (geometry.type == type && blocks <= geometry.blocks) return &geometry;
  }
  return nullptr;
}

Result<FbaDevice::Extent> part_of(const BlockStore& store, std::span<const std::string> words) {
  FbaDevice::Extent part{0, store.blocks()};
  if (words.size() > 1) {
    const auto origin = decimal_option("origin", words[1], 0, store.blocks() - 1);
    if (!origin) return tl::unexpected(origin.error());
    part = {*origin, store.blocks() - *origin};
  }
  if (words.size() > 2 && words[2] != "*") {
    const auto blocks = decimal_option("blocks", words[2], 1, part.blocks);
    if (!blocks) return tl::unexpected(blocks.error());
    part.blocks = *blocks;
  }
  return part;
}

}  // namespace

Result<std::unique_ptr<Device>> make_fba_device(std::string_view type, std::span<const std::string> arguments,
                                                const DeviceEnvironment& environment) {
  const FbaGeometry* geometry = find_fba_geometry(type);
  if (!geometry) return fail("{}: no such FBA drive", type);
  VolumeOptions volume;
  auto ignore = [](std::string_view) -> Status { return {}; };
  const DeviceOption options[] = {
      option("readonly", volume.read_only, true),
      option("rdonly", volume.read_only, true),
      option("ro", volume.read_only, true),
      {"sf=",
       [&](std::string_view name) -> Status {
         volume.shadow = environment.resolve(std::string(name));
         return {};
       }},
      {"syncio", ignore},
      {"nosyncio", ignore},
  };
  const auto words = take_options(arguments, options);
  if (!words) return tl::unexpected(words.error());
  if (words->empty() || words->size() > 3) {
    return fail("found {} words that are no options, expected the name of the image file, origin and blocks",
                words->size());
  }
  volume.file = environment.resolve(words->front());
  auto store = BlockStore::open(volume);
  if (!store) return tl::unexpected(store.error());
  const auto part = part_of(**store, *words);
  if (!part) return tl::unexpected(part.error());
  const FbaGeometry* model = model_for(geometry->type, (*store)->blocks());
  if (!model)
    return fail("{}: {} blocks, more than a {:04X} has", volume.file.string(), (*store)->blocks(), geometry->type);
  return std::unique_ptr<Device>(
      std::make_unique<FbaDevice>(std::string(type), *model, std::move(*store), *part, environment.report));
}

}  // namespace replica
