// DIAGNOSE X'18', X'20' and X'24': input and output that is done when the instruction is, and what a device is.
#include <algorithm>

#include "vmm/cp/diagnose_call.h"

namespace replica::vmm {
namespace {

constexpr unsigned kReturnRegister = 15;
constexpr u32 kNotAttached = 1, kWrongType = 2, kBusy = 5, kPermanentError = 13;

void answer(const DiagnoseCall& call, u8 cc, u32 code) {
  call.set_cc(cc);
  call.set(kReturnRegister, code);
}

// ---- Device types ----

// Class and type as CP's control blocks have them (DEVTYPES).
struct TypeCode {
  std::string_view type;
  u8 device_class, code;
};
constexpr u8 kTerminal = 0x80, kGraphic = 0x40, kInput = 0x20, kOutput = 0x10, kTape = 0x08, kDisk = 0x04,
             kSpecial = 0x02, kFixedBlock = 0x01;
constexpr TypeCode kTypes[] = {
    {"1052", kTerminal, 0x00}, {"3210", kTerminal, 0x00},   {"3215", kTerminal, 0x00},   {"3270", kGraphic, 0x04},
    {"2501", kInput, 0x81},    {"2540R", kInput, 0x82},     {"3505", kInput, 0x84},      {"1442", kInput, 0x88},
    {"2540P", kOutput, 0x82},  {"3525", kOutput, 0x84},     {"1403", kOutput, 0x41},     {"3211", kOutput, 0x42},
    {"1443", kOutput, 0x44},   {"3203", kOutput, 0x48},     {"2401", kTape, 0x80},       {"2415", kTape, 0x40},
    {"2420", kTape, 0x20},     {"3420", kTape, 0x10},       {"3410", kTape, 0x08},       {"2311", kDisk, 0x80},
    {"2314", kDisk, 0x40},     {"3330", kDisk, 0x10},       {"3350", kDisk, 0x08},       {"3375", kDisk, 0x04},
    {"3380", kDisk, 0x20},     {"2305", kDisk, 0x02},       {"3340", kDisk, 0x01},       {"CTCA", kSpecial, 0x80},
    {"3088", kSpecial, 0x80},  {"3310", kFixedBlock, 0x01}, {"3370", kFixedBlock, 0x02},
};

TypeCode type_code(const Device& device) {
  const auto found = std::find_if(std::begin(kTypes), std::end(kTypes),
                                  [&](const TypeCode& each) { return device.type().starts_with(each.type); });
  return found == std::end(kTypes) ? TypeCode{device.type(), 0, 0} : *found;
}

// The virtual device whose address is in Rx; null if there is none.
Device* device_of(const DiagnoseCall& call) {
  return call.rx() > 0xFFFF ? nullptr : call.session.machine->channels().device_at(static_cast<u16>(call.rx()));
}

// ---- Carrying out ----

// The first two sense bytes.
u16 sense_of(Device& device) {
  constexpr u8 kSense = 0x04;
  std::vector<u8> bytes(32);
  device.begin_chain();
  if (device.begin(kSense).direction != Device::Direction::to_storage) return 0;
  const u32 count = device.read(bytes);
  device.end();
  return count < 2 ? static_cast<u16>(bytes[0] << 8) : load_be16(bytes.data());
}

// Starts a channel program and runs it to its end. False with the answer given if it was not carried out.
bool carry_out(const DiagnoseCall& call, u8 key, u32 ccw_address, Csw& csw) {
  using NotCarriedOut = ChannelSubsystem::NotCarriedOut;
  const auto done = call.session.machine->channels().carry_out(static_cast<u16>(call.rx()), key, ccw_address);
  if (done) {
    csw = *done;
    return true;
  }
  switch (done.error()) {
    case NotCarriedOut::no_device: answer(call, 1, kNotAttached); break;
    case NotCarriedOut::busy: answer(call, 1, kBusy); break;
    case NotCarriedOut::does_not_end: answer(call, 3, kPermanentError); break;
  }
  return false;
}

constexpr u8 kErrors = channel_status::kProgramCheck | channel_status::kProtectionCheck;

// ---- X'18' ----

// The CCW strings that X'18' accepts: seek, [set sector], search ID, TIC back, read or write; and so on as often as R15 says.
// Gives 0 or the code of what is wrong.
constexpr u8 kSeek = 0x07, kSeekHead = 0x1B, kSetSector = 0x23, kSearchId = 0x31, kTic = 0x08, kRead = 0x06,
             kWrite = 0x05;
constexpr u32 kBadAlignment = 5, kBadArgument = 6, kNotReadOrWrite = 7, kNoCount = 8, kLongCount = 9, kBadBuffer = 10,
              kBadNumber = 11;
constexpr u32 kMostTransfers = 15;
constexpr u32 kLongestTransfer = 2048;

u32 check_disk_program(const DiagnoseCall& call, u32 address, u32 transfers) {
  if (transfers == 0 || transfers > kMostTransfers) return kBadNumber;
  if (address % 8 != 0) return kBadAlignment;
  u32 seen = 0;
  // A transfer is at most 5 CCWs.
  for (u32 n = 0; n < 5 * transfers; ++n, address += 8) {
    if (!call.has_storage(address, 8)) return kBadArgument;
    const std::vector<u8> ccw = call.fetch(address, 8);
    const u32 data = load_be32(ccw.data()) & kAddressMask;
    const u32 count = load_be16(ccw.data() + 6);
    const bool chains = (ccw[4] & Ccw::kChainCommand) != 0;
    switch (ccw[0]) {
      case kTic: continue;
      case kSeek:
      case kSeekHead:
      case kSetSector:
      case kSearchId:
        if (!call.has_storage(data, std::max(count, 1u))) return kBadArgument;
        break;
      case kRead:
      case kWrite:
        if (count == 0) return kNoCount;
        if (count > kLongestTransfer) return kLongCount;
        if (!call.has_storage(data, count)) return kBadBuffer;
        ++seen;
        break;
      default: return kNotReadOrWrite;
    }
    if (!chains) return seen == transfers ? 0 : kBadNumber;
  }
  return kBadNumber;
}

}  // namespace

// Rx: the disk; Ry: the CCW string; R15: how many reads and writes it has.
void standard_disk_io(const DiagnoseCall& call) {
  Device* device = device_of(call);
  if (!device) return answer(call, 1, kNotAttached);
  if (type_code(*device).device_class != kDisk) return answer(call, 1, kWrongType);
  if (const u32 wrong = check_disk_program(call, call.ry_address(), call.cpu.gr[kReturnRegister]); wrong != 0)
    return answer(call, 2, wrong);
  Csw csw;
  if (!carry_out(call, 0, call.ry_address(), csw)) return;
  if ((csw.unit_status & (unit_status::kUnitCheck | unit_status::kUnitException)) != 0 ||
      (csw.channel_status & kErrors) != 0) {
    constexpr u32 kCswLocation = 64;
    u8 image[8];
    store_be64(image, csw.pack());
    call.store(kCswLocation, image);
    return answer(call, 3, kPermanentError);
  }
  answer(call, 0, 0);
}

// Rx: a disk, tape or unit-record device; Ry: the storage key and the CCWs.
void general_io(const DiagnoseCall& call) {
  Device* device = device_of(call);
  if (!device) return answer(call, 1, kNotAttached);
  const u8 device_class = type_code(*device).device_class;
  if (device_class == kTerminal || device_class == kGraphic || device_class == kSpecial || device_class == 0)
    return answer(call, 3, kPermanentError);
  Csw csw;
  if (!carry_out(call, static_cast<u8>(call.ry() >> 28), call.ry_address(), csw)) return;
  constexpr u32 kUnitException = 2, kWrongLength = 3;
  if ((csw.unit_status & unit_status::kUnitCheck) != 0 || (csw.channel_status & kErrors) != 0) {
    const u32 sense_bytes = (csw.unit_status & unit_status::kUnitCheck) != 0 ? sense_of(*device) : 0;
    call.set(call.y, (call.ry() & 0xFFFF0000) | sense_bytes);
    return answer(call, 3, kPermanentError);
  }
  if ((csw.unit_status & unit_status::kUnitException) != 0) return answer(call, 2, kUnitException);
  if ((csw.channel_status & channel_status::kIncorrectLength) != 0) return answer(call, 2, kWrongLength);
  answer(call, 0, 0);
}

// Rx: a device, or -1 for the console, whose address it gets. Ry gets the virtual device's class, type, status and flags, Ry+1 the
// real one's class, type, model and features. 0 both, 2 no real device is behind it, 3 there is no such device.
void device_type_and_features(const DiagnoseCall& call) {
  constexpr u32 kTheConsole = ~u32{0};
  constexpr u8 kSpooled = 0x04, kBusyStatus = 0x20;
  constexpr u32 kLineLength = 80;
  u32 address = call.rx();
  if (address == kTheConsole) {
    const auto console = std::find_if(call.session.devices.begin(), call.session.devices.end(), [](const auto& each) {
      return each.second.kind == VirtualDevice::Kind::console;
    });
    if (console == call.session.devices.end()) return call.set_cc(3);
    address = console->first;
    call.set(call.x, address);
  }
  const auto found =
      address > 0xFFFF ? call.session.devices.end() : call.session.devices.find(static_cast<u16>(address));
  if (found == call.session.devices.end()) return call.set_cc(3);
  ChannelSubsystem& channels = call.session.machine->channels();
  const TypeCode type = type_code(*channels.device_at(found->first));
  const VirtualDevice::Kind kind = found->second.kind;
  const bool is_console = kind == VirtualDevice::Kind::console;
  const bool is_spooled = (found->second.output || found->second.input) && !is_console;
  const u8 status = channels.is_busy(found->first) ? kBusyStatus : u8{0};
  const u32 both = u32{type.device_class} << 24 | u32{type.code} << 16;
  call.set(call.y, both | u32{status} << 8 | (is_spooled ? kSpooled : 0));
  const bool has_real = is_console ? call.session.is_connected() : !is_spooled;
  if (has_real && call.y != 15) call.set(call.y + 1, both | (is_console ? kLineLength : 0));
  call.set_cc(has_real ? 0 : 2);
}

}  // namespace replica::vmm
