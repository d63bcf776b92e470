// Commands that act on the user's own virtual machine: IPL, BEGIN, SYSTEM.
#include "vmm/cp/operands.h"

namespace replica::vmm {
namespace {

// IPL cuu [CLEAR|NOCLEAR] [STOP]
Status execute_ipl(ControlProgram& cp, Requester& requester, const CommandText& command) {
  const auto session = own_session(requester);
  if (!session) return tl::unexpected(session.error());
  Operands operands(command);
  if (Status more = operands.expect_more("A VIRTUAL ADDRESS"); !more) return more;
  const std::string what = operands.take();
  const auto address = parse_device_address(what);
  if (!address) return fail("DMKCFG044E {} DOES NOT EXIST: expected the address of a device", what);
  const bool clear = operands.take("CLEAR", 5);
  if (!clear) operands.take("NOCLEAR", 7);
  const bool stops = operands.take("STOP", 4);
  if (Status end = operands.expect_end(); !end) return end;
  VirtualMachine& machine = *(*session)->machine;
  Status loaded = cp.monitor().load(machine, *address, clear);
  if (loaded && stops) cp.monitor().stop(machine);
  return loaded;
}

Status execute_begin(ControlProgram& cp, Requester& requester, const CommandText& command) {
  const auto session = own_session(requester);
  if (!session) return tl::unexpected(session.error());
  VirtualMachine& machine = *(*session)->machine;
  Operands operands(command);
  std::optional<u32> location;
  if (!operands.at_end()) {
    const auto given = parse_hexadecimal(operands.take(), kAddressMask);
    if (!given) return tl::unexpected(given.error());
    location = *given;
  }
  if (Status end = operands.expect_end(); !end) return end;
  cp.monitor().stop(machine);
  if (location) machine.cpu().psw.address = *location;
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
