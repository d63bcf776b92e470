// DIAGNOSE X'08': CP commands from a program.
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

}  // namespace replica::vmm
