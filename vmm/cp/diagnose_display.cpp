// DIAGNOSE X'58': lines at the user's terminal, or all of its screen.
#include <algorithm>

#include "vmm/cp/diagnose_call.h"
#include "vmm/terminals/user_terminal.h"

namespace replica::vmm {
namespace {

constexpr u8 kDisplayData = 0x19, kFullScreenWrite = 0x29, kFullScreenRead = 0x2A;
constexpr u8 kEraseOnly = 0xFF;
// The control byte of full-screen operations.
constexpr u8 kErase = 0x80, kEraseAlternate = 0xC0, kReadModified = 0x80;
// Commands of the 3270 data stream, and what a read finds when nothing was entered: no key, the cursor at the beginning.
constexpr u8 kWrite = 0xF1, kEraseWrite = 0xF5, kEraseWriteAlternate = 0x7E;
constexpr u8 kNothingEntered[] = {0x60, 0x40, 0x40};
constexpr u8 kStartField = 0x1D;
constexpr u32 kMostData = 2032;
constexpr u32 kMostScreenData = 8192;
constexpr u32 kColumns = 80;
constexpr u32 kMostCcws = 64;
constexpr u32 kCswStatus = 68;

// A CCW of this interface, and what its data say as lines.
struct DisplayCcw {
  u8 command, flags, control;
  u32 address;
  u16 count;
};

DisplayCcw ccw_at(const DiagnoseCall& call, u32 address) {
  const std::vector<u8> bytes = call.fetch(address, 8);
  return {.command = bytes[0],
          .flags = bytes[4],
          .control = bytes[5],
          .address = load_be32(bytes.data()) & kAddressMask,
          .count = load_be16(bytes.data() + 6)};
}

// Attribute characters take a blank each; what is no character becomes a blank.
std::vector<std::string> lines_of(const DiagnoseCall& call, const std::vector<u8>& data) {
  std::string screen;
  for (std::size_t n = 0; n < data.size(); ++n) {
    if (data[n] == kStartField) {
      screen += ' ';
      ++n;
      continue;
    }
    screen += data[n] < 0x40 ? ' ' : static_cast<char>(call.cp.code_page().to_host[data[n]]);
  }
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < screen.size(); at += kColumns) {
    std::string& line = lines.emplace_back(screen.substr(at, kColumns));
    line.resize(line.find_last_not_of(' ') + 1);
  }
  return lines;
}

constexpr u16 kEnd = unit_status::kEnd << 8;
constexpr u16 kReject = (unit_status::kEnd | unit_status::kUnitCheck) << 8;
// The screen is not the program's any more, which has to write all of it.
constexpr u16 kScreenLost = unit_status::kAttention << 8 | kReject;

void store_status(const DiagnoseCall& call, u16 status, u32 residual = 0) {
  u8 bytes[4];
  store_be16(bytes, status);
  store_be16(bytes + 2, static_cast<u16>(residual));
  call.store(kCswStatus, bytes);
  call.set_cc(1);
}

// The status with which a CCW ends that cannot be carried out; 0 if it can.
u16 check(const DiagnoseCall& call, const DisplayCcw& ccw) {
  constexpr u16 kProgramCheck = channel_status::kProgramCheck;
  const bool is_full = ccw.command == kFullScreenWrite || ccw.command == kFullScreenRead;
  if (!is_full && ccw.command != kDisplayData) return kReject;
  if (ccw.command == kFullScreenRead && ccw.control != kReadModified) return kReject;
  if (ccw.command == kFullScreenWrite && ccw.control != 0 && ccw.control != kErase && ccw.control != kEraseAlternate)
    return kReject;
  if (!is_full && ccw.control == kEraseOnly) return 0;
  const u32 most = is_full ? kMostScreenData : kMostData;
  return ccw.count == 0 || ccw.count > most || !call.has_storage(ccw.address, ccw.count) ? kProgramCheck : 0;
}

// A channel program, in the order of its CCWs. Gives the status with which it ends, and what is left of the last count.
struct Ending {
  u16 status = kEnd;
  u32 residual = 0;
  bool is_busy = false;
  bool has_read = false;
};

Ending write_screen(const DiagnoseCall& call, const DisplayCcw& ccw) {
  using Answer = UserTerminal::ScreenAnswer;
  std::vector<u8> record = call.fetch(ccw.address, ccw.count);
  record.insert(record.begin(), ccw.control == kErase ? kEraseWrite : ccw.control == 0 ? kWrite : kEraseWriteAlternate);
  UserTerminal* const terminal = call.session.terminal;
  const Answer answer = terminal ? terminal->write_screen(std::move(record), ccw.control != 0) : Answer::no_screen;
  switch (answer) {
    case Answer::done: break;
    case Answer::no_screen: return {.status = kReject};
    case Answer::lost: return {.status = kScreenLost};
    case Answer::busy: return {.is_busy = true};
  }
  return {};
}

Ending read_screen(const DiagnoseCall& call, const DisplayCcw& ccw) {
  UserTerminal* const terminal = call.session.terminal;
  if (!terminal || !terminal->has_screen()) return {.status = kReject};
  std::vector<u8> entered = terminal->take_entered();
  if (entered.empty()) entered.assign(std::begin(kNothingEntered), std::end(kNothingEntered));
  entered.resize(std::min<std::size_t>(entered.size(), ccw.count));
  call.store(ccw.address, entered);
  return {.residual = ccw.count - static_cast<u32>(entered.size()), .has_read = true};
}

Ending carry_out(const DiagnoseCall& call, const DisplayCcw& ccw) {
  if (ccw.command == kFullScreenWrite) return write_screen(call, ccw);
  if (ccw.command == kFullScreenRead) return read_screen(call, ccw);
  if (ccw.control == kEraseOnly) return {};
  for (const std::string& line : lines_of(call, call.fetch(ccw.address, ccw.count))) call.cp.tell(call.session, line);
  return {};
}

}  // namespace

// Rx: the first CCW; Ry: the console. 0 done, with an interruption to come; 1 CSW stored, as for every read, whose count is in
// it; 2 busy; 3 there is no such console. Nothing is done if one of the CCWs is wrong.
void display_console_interface(const DiagnoseCall& call) {
  const u16 address = static_cast<u16>(call.ry());
  const auto device = call.session.devices.find(address);
  if (call.ry() != address || device == call.session.devices.end() ||
      device->second.kind != VirtualDevice::Kind::console)
    return call.set_cc(3);
  ChannelSubsystem& channels = call.session.machine->channels();
  if (channels.is_busy(address)) return call.set_cc(2);
  u32 at = call.rx_address();
  call.require(at % 8 == 0);
  std::vector<DisplayCcw> program;
  for (bool goes_on = true; goes_on; at += 8) {
    if (program.size() == kMostCcws || !call.has_storage(at, 8))
      return store_status(call, channel_status::kProgramCheck);
    const DisplayCcw& ccw = program.emplace_back(ccw_at(call, at));
    if (const u16 status = check(call, ccw); status != 0) return store_status(call, status);
    goes_on = (ccw.flags & (Ccw::kChainCommand | Ccw::kChainData)) != 0;
  }
  if (channels.has_pending_status(address)) return call.set_cc(2);
  Ending ending;
  for (const DisplayCcw& ccw : program) {
    ending = carry_out(call, ccw);
    if (ending.is_busy) return call.set_cc(2);
    if (ending.status != kEnd) break;
  }
  if (ending.status != kEnd || ending.has_read) return store_status(call, ending.status, ending.residual);
  static_cast<void>(channels.present(address, unit_status::kEnd));
  call.cpu.clock_changed();
  call.set_cc(0);
}

}  // namespace replica::vmm
