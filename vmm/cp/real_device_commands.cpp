// Commands about real devices: ATTACH, VARY, and DETACH from users and from the system. VM/370 Operator's Guide (GC20-1806).
#include "vmm/cp/device_commands.h"

namespace replica::vmm {
namespace {

std::string named_real(ControlProgram& cp, u16 address) {
  const Device* device = cp.devices().real_device(address);
  return fmt::format("{} {:03X}", device ? name_of_type(device->type()) : "DEV", address);
}

// ATTACH raddr TO SYSTEM [AS volid]: minidisks of the volume can be linked.
Status attach_to_system(ControlProgram& cp, Requester& requester, u16 real_address, Operands operands) {
  operands.take("AS", 2);
  const std::string label = operands.take();
  if (Status end = operands.expect_end(); !end) return end;
  SystemVolumes& volumes = cp.devices().minidisks().volumes();
  if (volumes.has(real_address)) return fail("DMKVDB122E DASD {:03X} ATTACHED TO SYSTEM ALREADY", real_address);
  const std::string found = volume_label(cp.devices().real_device(real_address));
  if (!label.empty() && label != found) {
    return fail("DMKVDB127E DASD {:03X} VOLID DOES NOT MATCH: found {}, expected {}", real_address,
                found.empty() ? "no label" : found, label);
  }
  for (const auto& [address, volume] : volumes.all()) {
    if (found.empty() || volume.label != found) continue;
    return fail("DMKVDB128E DASD {:03X} NOT ATTACHED; VOLID {} ALREADY ATTACHED", real_address, found);
  }
  if (const auto volume = volumes.attach(real_address); !volume) return fail("DMKVDB040E {}", volume.error().message);
  requester.print(fmt::format("DASD {:03X} ATTACH TO SYSTEM {}", real_address, found));
  return {};
}

// ATTACH raddr [TO] userid|* [AS] vaddr [R/O], ATTACH raddr [TO] SYSTEM [AS volid]
Status execute_attach(ControlProgram& cp, Requester& requester, const CommandText& command) {
  Operands operands(command);
  const auto real_address = parse_device_address(operands.take());
  if (!real_address) return fail("DMKVDB021E RADDR MISSING OR INVALID");
  operands.take("TO", 2);
  if (operands.at_end()) return fail("DMKVDB020E USERID MISSING OR INVALID");
  const std::string user = operands.peek() == "*" ? name_of(requester) : std::string(operands.peek());
  operands.take();
  cp.monitor().release_cpu();
  if (user == "SYSTEM") return attach_to_system(cp, requester, *real_address, operands);
  operands.take("AS", 2);
  const auto address = parse_device_address(operands.at_end() ? command.words[1] : operands.take());
  if (!address) return fail("DMKVDB022E VADDR MISSING OR INVALID");
  const bool read_only = operands.take("R/O", 3);
  if (Status end = operands.expect_end(); !end) return end;
  Session* session = cp.find(user);
  if (!session) return fail("DMKVDB045E {} NOT LOGGED ON", user);
  const std::string name = named_real(cp, *real_address);
  if (Status attached = cp.devices().attach_real(*session, *address, *real_address, read_only); !attached)
    return attached;
  requester.print(fmt::format("{} ATTACH TO {} {:03X}", name, user, *address));
  if (session != requester.session) cp.tell(*session, named(*session, *address) + " ATTACHED");
  return {};
}

Status detach_from_system(ControlProgram& cp, Requester& requester, u16 real_address) {
  Minidisks& minidisks = cp.devices().minidisks();
  if (!minidisks.volumes().has(real_address)) {
    return fail("DMKVDB121E {} NOT ATTACHED TO SYSTEM", named_real(cp, real_address));
  }
  const auto links = minidisks.links().on(real_address);
  if (!links.empty()) return fail("DMKVDB124E DASD {:03X} IN USE: {}", real_address, describe(links));
  minidisks.volumes().detach(real_address);
  requester.print(fmt::format("DASD {:03X} DETACH SYSTEM", real_address));
  return {};
}

// VARY ONLINE|OFFLINE raddr...
Status execute_vary(ControlProgram& cp, Requester& requester, const CommandText& command) {
  Operands operands(command);
  const bool online = operands.take("ONLINE", 2);
  if (!online && !operands.take("OFFLINE", 3))
    return fail("DMKCPS026E OPERAND MISSING OR INVALID: expected ONLINE or OFFLINE");
  if (Status more = operands.expect_more("A REAL ADDRESS"); !more) return more;
  cp.monitor().release_cpu();
  while (!operands.at_end()) {
    const auto address = parse_device_address(operands.take());
    if (!address) return fail("DMKCPS021E RADDR MISSING OR INVALID");
    Status varied = online ? cp.devices().vary_online(*address) : cp.devices().vary_offline(*address);
    if (!varied) return varied;
    requester.print(fmt::format("{:03X} VARIED {}", *address, online ? "ONLINE" : "OFFLINE"));
  }
  return {};
}

}  // namespace

Status detach_real(ControlProgram& cp, Requester& requester, Operands operands) {
  const auto real_address = parse_device_address(operands.take());
  if (!real_address) return fail("DMKVDB021E RADDR MISSING OR INVALID");
  operands.take("FROM", 4);
  const std::string user = operands.take();
  if (Status end = operands.expect_end(); !end) return end;
  if (user == "SYSTEM") return detach_from_system(cp, requester, *real_address);
  Session* session = cp.find(user == "*" ? name_of(requester) : user);
  if (!session) return fail("DMKVDB045E {} NOT LOGGED ON", user);
  for (const auto& [address, device] : session->devices) {
    if (device.kind != VirtualDevice::Kind::dedicated || device.real_address != *real_address) continue;
    const u16 virtual_address = address;
    const std::string name = named(*session, virtual_address);
    cp.devices().remove(*session, virtual_address);
    requester.print(
        fmt::format("{} DETACH {} {:03X}", named_real(cp, *real_address), session->name(), virtual_address));
    if (session != requester.session) cp.tell(*session, fmt::format("{} DETACHED BY {}", name, name_of(requester)));
    return {};
  }
  return fail("DMKVDB121E {} NOT ATTACHED TO {}", named_real(cp, *real_address), session->name());
}

std::span<const CpCommand> real_device_commands() {
  static constexpr CpCommand kCommands[] = {
      {"ATTACH", 3, "B", execute_attach},
      {"VARY", 3, "B", execute_vary},
  };
  return kCommands;
}

}  // namespace replica::vmm
