// DIAGNOSE X'08' and X'58': CP commands from a program, and lines at the console.
#include <algorithm>

#include "vmm/cp/commands.h"
#include "vmm/cp/diagnose_call.h"

namespace replica::vmm {
namespace {

constexpr u8 kAnswersInBuffer = 0x40;
constexpr u32 kLongestCommand = 240;
constexpr u32 kLongestBuffer = 8192;
constexpr u8 kNewLine = 0x15;  // EBCDIC: between commands, and behind each line of an answer

// What is to be done when the instruction has ended: a command may do anything to the machine.
struct Request {
  std::vector<std::string> commands;
  unsigned ry = 0;
  bool has_buffer = false;
  u32 buffer = 0;
  u32 buffer_length = 0;
  unsigned length_register = 0;
};

void put_answer(const DiagnoseCall& call, const Request& request, const std::vector<u8>& answer) {
  const u32 fits = std::min(static_cast<u32>(answer.size()), request.buffer_length);
  call.store(request.buffer, std::span(answer).first(fits));
  const bool is_whole = fits == answer.size();
  call.set(request.length_register, is_whole ? fits : static_cast<u32>(answer.size()) - fits);
  call.set_cc(is_whole ? 0 : 1);
}

void execute(const DiagnoseCall& call, const Request& request) {
  const std::string name = call.session.name();
  const VirtualMachine* machine = call.session.machine;
  const u64 resets = machine->resets;
  std::vector<u8> answer;
  Requester requester{.session = &call.session, .classes = call.session.user->classes, .print = {}};
  requester.print = [&, &cp = call.cp](const std::string& line) {
    if (!request.has_buffer) {
      if (Session* session = cp.find(name)) cp.tell(*session, line);
      return;
    }
    for (const char c : line) answer.push_back(cp.code_page().to_ebcdic[static_cast<u8>(c)]);
    answer.push_back(kNewLine);
  };
  u32 code = 0;
  for (const std::string& command : request.commands) {
    if (call.cp.find(name) != &call.session) return;
    code = execute_command(call.cp, requester, command);
  }
  // Who has logged off, or has loaded another system, gets no answer.
  if (call.cp.find(name) != &call.session || call.session.machine != machine || machine->resets != resets) return;
  call.cp.monitor().release_cpu();
  call.set(request.ry, code);
  if (request.has_buffer) put_answer(call, request, answer);
}

std::vector<std::string> commands_of(const DiagnoseCall& call, std::vector<u8> text) {
  std::vector<std::string> commands;
  for (auto begin = text.begin();;) {
    const auto end = std::find(begin, text.end(), kNewLine);
    commands.push_back(call.to_host({begin, end}));
    if (end == text.end()) return commands;
    begin = end + 1;
  }
}

}  // namespace

// Rx: the command; Ry: flags and its length. With an answer in a buffer, Rx+1 and Ry+1 are its address and length.
void virtual_console_function(const DiagnoseCall& call) {
  const u32 length = call.ry() & kAddressMask;
  Request request{.commands = {}, .ry = call.y};
  request.has_buffer = (call.ry() >> 24 & kAnswersInBuffer) != 0;
  call.require(length <= kLongestCommand);
  if (request.has_buffer) {
    call.require(call.x != 15 && call.y != 15 && call.x + 1 != call.y && call.y + 1 != call.x);
    request.buffer = call.cpu.gr[call.x + 1] & kAddressMask;
    request.buffer_length = call.cpu.gr[call.y + 1];
    request.length_register = call.y + 1;
    call.require(request.buffer_length <= kLongestBuffer);
    call.require_storage(request.buffer, request.buffer_length);
  }
  Monitor& monitor = call.cp.monitor();
  VirtualMachine& machine = *call.session.machine;
  if (length == 0) {
    // CP mode, as by the terminal's attention key.
    return monitor.after_instruction(machine, [call, &monitor, &machine] {
      call.set(call.y, 0);
      monitor.stop(machine);
      call.cp.tell(call.session, "CP");
    });
  }
  request.commands = commands_of(call, call.fetch(call.rx_address(), length));
  monitor.after_instruction(machine, [call, request = std::move(request)] { execute(call, request); });
}

// ---- The display ----

namespace {

constexpr u8 kDisplayData = 0x19, kFullScreenWrite = 0x29, kFullScreenRead = 0x2A;
constexpr u8 kEraseOnly = 0xFF;
constexpr u8 kStartField = 0x1D;
constexpr u32 kMostData = 2032;
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

void store_status(const DiagnoseCall& call, u8 unit, u8 channel) {
  const u8 status[] = {unit, channel, 0, 0};
  call.store(kCswStatus, status);
  call.set_cc(1);
}

// The status with which a CCW ends that cannot be carried out; 0 if it can.
u16 check(const DiagnoseCall& call, const DisplayCcw& ccw) {
  constexpr u16 kProgramCheck = channel_status::kProgramCheck;
  constexpr u16 kReject = (unit_status::kEnd | unit_status::kUnitCheck) << 8;
  // A console that prints lines has no screen to read from.
  if (ccw.command == kFullScreenWrite || ccw.command == kFullScreenRead) return kReject;
  if (ccw.command != kDisplayData) return kReject;
  if (ccw.control == kEraseOnly) return 0;
  return ccw.count == 0 || ccw.count > kMostData || !call.has_storage(ccw.address, ccw.count) ? kProgramCheck : 0;
}

}  // namespace

// Rx: the first CCW; Ry: the console. 0 done, with an interruption to come; 1 CSW stored; 2 busy; 3 there is no such console.
void display_console_interface(const DiagnoseCall& call) {
  const u16 address = static_cast<u16>(call.ry());
  const auto device = call.session.devices.find(address);
  if (call.ry() != address || device == call.session.devices.end() ||
      device->second.kind != VirtualDevice::Kind::console)
    return call.set_cc(3);
  ChannelSubsystem& channels = call.session.machine->channels();
  if (channels.is_busy(address) || channels.has_pending_status(address)) return call.set_cc(2);
  u32 at = call.rx_address();
  call.require(at % 8 == 0);
  std::vector<std::string> lines;
  bool goes_on = true;
  for (u32 n = 0; goes_on; ++n, at += 8) {
    if (n == kMostCcws || !call.has_storage(at, 8)) return store_status(call, 0, channel_status::kProgramCheck);
    const DisplayCcw ccw = ccw_at(call, at);
    if (const u16 status = check(call, ccw); status != 0)
      return store_status(call, static_cast<u8>(status >> 8), static_cast<u8>(status));
    if (ccw.control != kEraseOnly) {
      for (std::string& line : lines_of(call, call.fetch(ccw.address, ccw.count))) lines.push_back(std::move(line));
    }
    goes_on = (ccw.flags & (Ccw::kChainCommand | Ccw::kChainData)) != 0;
  }
  for (const std::string& line : lines) call.cp.tell(call.session, line);
  static_cast<void>(channels.present(address, unit_status::kEnd));
  call.cpu.clock_changed();
  call.set_cc(0);
}

}  // namespace replica::vmm
