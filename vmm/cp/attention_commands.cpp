// Commands by which a user is the operator of virtual devices: ATTN, REQUEST, READY, NOTREADY, RESET, REWIND; and of the machine's
// keys: EXTERNAL. VM/370 CP Command Reference (GC20-1820).
#include "devices/line_printer.h"
#include "vmm/cp/operands.h"

namespace replica::vmm {
namespace {

struct Found {
  Session* session;
  u16 address;
  Device* device;
};

// The virtual device that the command names.
Result<Found> named_device(ControlProgram& cp, Requester& requester, const CommandText& command) {
  const auto session = own_session(requester);
  if (!session) return tl::unexpected(session.error());
  Operands operands(command);
  if (operands.at_end()) return fail("DMKCPB022E VADDR MISSING OR INVALID");
  const auto address = parse_device_address(operands.take());
  if (!address) return tl::unexpected(address.error());
  if (Status status = operands.expect_end(); !status) return tl::unexpected(status.error());
  cp.monitor().release_cpu();
  Device* device = (*session)->machine->channels().device_at(*address);
  if (!device) return fail("DMKCPB040E DEV {:03X} DOES NOT EXIST", *address);
  return Found{*session, *address, device};
}

Status execute_ready(ControlProgram& cp, Requester& requester, const CommandText& command) {
  const auto found = named_device(cp, requester, command);
  if (!found) return tl::unexpected(found.error());
  if (auto* printer = dynamic_cast<LinePrinter*>(found->device); printer && printer->is_stopped()) {
    printer->start();
    return {};
  }
  Status presented = found->session->machine->channels().present(found->address, unit_status::kDeviceEnd);
  if (!presented) return fail("DMKCPB049E DEV {:03X} IS BUSY", found->address);
  cp.monitor().look_again(*found->session->machine);
  return {};
}

Status execute_not_ready(ControlProgram& cp, Requester& requester, const CommandText& command) {
  const auto found = named_device(cp, requester, command);
  if (!found) return tl::unexpected(found.error());
  auto* printer = dynamic_cast<LinePrinter*>(found->device);
  if (!printer) return fail("DMKCPB006E INVALID DEVICE TYPE - {:03X}: only printers have a STOP key", found->address);
  printer->stop();
  return {};
}

Status execute_attention(ControlProgram&, Requester& requester, const CommandText&) {
  const auto session = own_session(requester);
  if (!session) return tl::unexpected(session.error());
  if (!(*session)->console) return fail("DMKCPB040E DEV DOES NOT EXIST");
  (*session)->console->request();
  return {};
}

Status execute_reset(ControlProgram& cp, Requester& requester, const CommandText& command) {
  const auto found = named_device(cp, requester, command);
  if (!found) return tl::unexpected(found.error());
  if (Status done = found->session->machine->channels().reset(found->address); !done) return done;
  requester.print("DEVICE RESET");
  return {};
}

Status execute_rewind(ControlProgram& cp, Requester& requester, const CommandText& command) {
  constexpr u8 kRewind = 0x07;
  const auto found = named_device(cp, requester, command);
  if (!found) return tl::unexpected(found.error());
  ChannelSubsystem& channels = found->session->machine->channels();
  const bool is_tape = found->device->type().starts_with("34") || found->device->type().starts_with("24");
  if (!is_tape) return fail("DMKCPB006E INVALID DEVICE TYPE - {:03X}", found->address);
  if (channels.is_busy(found->address) || channels.has_pending_status(found->address))
    return fail("DMKCPB049E DEV {:03X} IS BUSY", found->address);
  found->device->begin_chain();
  const Device::Answer answer = found->device->begin(kRewind);
  if ((answer.status & unit_status::kUnitCheck) != 0) return fail("DMKCPB046E DEV {:03X} NOT READY", found->address);
  requester.print("REWIND COMPLETE");
  return {};
}

Status execute_external(ControlProgram& cp, Requester& requester, const CommandText& command) {
  const auto session = own_session(requester);
  if (!session) return tl::unexpected(session.error());
  u32 code = Cpu::kInterruptKey;
  if (command.words.size() > 1) {
    const auto given = parse_hexadecimal(command.words[1], 0xFF);
    if (!given) return tl::unexpected(given.error());
    code = *given;
  }
  cp.monitor().release_cpu();
  (*session)->machine->cpu().request_external(static_cast<u16>(code));
  cp.monitor().look_again(*(*session)->machine);
  return {};
}

}  // namespace

std::span<const CpCommand> attention_commands() {
  static constexpr CpCommand kCommands[] = {
      {"EXTERNAL", 3, "G", execute_external},  {"READY", 5, "G", execute_ready},
      {"NOTREADY", 4, "G", execute_not_ready}, {"ATTN", 4, "G", execute_attention},
      {"REQUEST", 3, "G", execute_attention},  {"RESET", 5, "G", execute_reset},
      {"REWIND", 3, "G", execute_rewind},
  };
  return kCommands;
}

}  // namespace replica::vmm
