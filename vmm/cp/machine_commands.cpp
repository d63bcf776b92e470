// Commands that act on the user's own virtual machine: IPL, BEGIN, SYSTEM.
#include "vmm/cp/operands.h"

namespace replica::vmm {
namespace {

Status execute_ipl(ControlProgram& cp, Requester& requester, const CommandText& command) {
  const auto session = own_session(requester);
  if (!session) return tl::unexpected(session.error());
  if (command.words.size() < 2) return fail("DMKCFG026E OPERAND MISSING OR INVALID");
  const auto address = parse_hexadecimal(command.words[1], 0xFFF);
  if (!address) return tl::unexpected(address.error());
  const bool clear = command.words.size() > 2 && command.words[2] == "CLEAR";
  return cp.monitor().load(*(*session)->machine, static_cast<u16>(*address), clear);
}

Status execute_begin(ControlProgram& cp, Requester& requester, const CommandText& command) {
  const auto session = own_session(requester);
  if (!session) return tl::unexpected(session.error());
  VirtualMachine& machine = *(*session)->machine;
  cp.monitor().stop(machine);
  if (command.words.size() > 1) {
    const auto address = parse_hexadecimal(command.words[1], 0xFFFFFF);
    if (!address) return tl::unexpected(address.error());
    machine.cpu().psw.address = *address;
  }
  cp.monitor().start(machine);
  return {};
}

Status execute_system(ControlProgram& cp, Requester& requester, const CommandText& command) {
  const auto session = own_session(requester);
  if (!session) return tl::unexpected(session.error());
  const std::string what = command.words.size() > 1 ? command.words[1] : "";
  VirtualMachine& machine = *(*session)->machine;
  if (what == "RESET" || what == "CLEAR") {
    cp.monitor().system_reset(machine, what == "CLEAR");
  } else if (what == "RESTART") {
    cp.monitor().stop(machine);
    machine.machine().restart();
    cp.monitor().start(machine);
  } else {
    return fail("DMKCPB026E OPERAND MISSING OR INVALID: expected RESET, CLEAR or RESTART");
  }
  return {};
}

}  // namespace

std::span<const CpCommand> machine_commands() {
  static constexpr CpCommand kCommands[] = {
      {"IPL", 1, "G", execute_ipl},
      {"BEGIN", 1, "G", execute_begin},
      {"SYSTEM", 3, "G", execute_system},
  };
  return kCommands;
}

}  // namespace replica::vmm
