// QUERY VIRTUAL, LINKS, DASD, SYSTEM and QUERY with an address: virtual and real devices.
#include "devices/ctca/adapter.h"
#include "vmm/cp/device_commands.h"

namespace replica::vmm {
namespace {

std::string describe_spooling(const VirtualDevice& device) {
  if (device.input) {
    const SpoolSettings settings = device.input->settings();
    return fmt::format(" CL {} {}CONT {}HOLD {}", settings.spool_class, settings.continuous ? "" : "NO",
                       settings.hold ? "" : "NO", settings.end_of_file ? "EOF" : "NOEOF");
  }
  const SpoolSettings settings = device.output->settings();
  return fmt::format(" CL {} {}CONT {}HOLD COPY {:02}", settings.spool_class, settings.continuous ? "" : "NO",
                     settings.hold ? "" : "NO", settings.copies);
}

std::string describe(ControlProgram& cp, Session& session, u16 address) {
  const VirtualDevice& device = session.devices.at(address);
  const Device& model = *session.machine->channels().device_at(address);
  const std::string name = named(session, address);
  switch (device.kind) {
    case VirtualDevice::Kind::minidisk:
      return fmt::format("{} {} {} {} {:03} CYL", name, model.type(), device.volume, device.writes ? "R/W" : "R/O",
                         device.cylinders);
    case VirtualDevice::Kind::dedicated:
      return fmt::format("{} ON DEV {:03X}{}", name, device.real_address, device.writes ? "" : " R/O");
    case VirtualDevice::Kind::adapter: {
      const auto partner = cp.devices().find_partner(cp.sessions(), session, address);
      if (!partner) return name + " NOT COUPLED";
      return fmt::format("{} COUPLE TO {} {:03X}", name, partner->session->name(), partner->address);
    }
    case VirtualDevice::Kind::printer:
    case VirtualDevice::Kind::punch:
    case VirtualDevice::Kind::reader: return name + describe_spooling(device);
    default: return name;
  }
}

// What QUERY VIRTUAL may be asked for: devices by what messages call them.
bool is_meant(std::string_view what, std::string_view name, u16 address) {
  if (what.empty() || what == "ALL") return true;
  if (const auto number = parse_device_address(what)) return *number == address;
  if (abbreviates(what, "CONSOLE", 3)) return name == "CONS";
  if (abbreviates(what, "UR", 2)) return name == "RDR" || name == "PUN" || name == "PRT";
  if (abbreviates(what, "TAPES", 3)) return name == "TAPE";
  return name.starts_with(what);
}

// QUERY VIRTUAL [vaddr|STORAGE|CONSOLE|DASD|UR|TAPES|CTCA|GRAF|ALL]
Status query_virtual(ControlProgram& cp, Requester& requester, const CommandText& command) {
  const auto own = own_session(requester);
  if (!own) return tl::unexpected(own.error());
  Session& session = **own;
  const std::string what = command.words.size() > 2 ? command.words[2] : "";
  const bool wants_storage = what.empty() || what == "ALL" || abbreviates(what, "STORAGE", 4);
  if (wants_storage) requester.print(fmt::format("STORAGE = {:05}K", session.machine->storage().size() >> 10));
  bool found = wants_storage;
  for (const auto& [address, device] : session.devices) {
    if (!is_meant(what, name_of_device(session, address), address)) continue;
    requester.print(describe(cp, session, address));
    found = true;
  }
  if (!found) return fail("DMKCQG040E DEV {} DOES NOT EXIST", what);
  return {};
}

// QUERY LINKS vaddr: all who have cylinders of this minidisk.
Status query_links(ControlProgram& cp, Requester& requester, const CommandText& command) {
  const auto own = own_session(requester);
  if (!own) return tl::unexpected(own.error());
  const auto address = parse_device_address(command.words.size() > 2 ? command.words[2] : "");
  if (!address) return fail("DMKCQG022E VADDR MISSING OR INVALID");
  DiskLinks& links = cp.devices().minidisks().links();
  const DiskLink* mine = links.find((*own)->name(), *address);
  if (!mine) return fail("DMKCQG040E DASD {:03X} DOES NOT EXIST", *address);
  std::string line;
  for (const DiskLink* link : links.on(mine->real_address, mine->extent)) {
    line += fmt::format("{}{} {:03X} {}", line.empty() ? "" : ", ", link->user, link->address,
                        link->writes ? "R/W" : "R/O");
  }
  requester.print(line);
  return {};
}

// Who has a real device; nothing if it is free.
std::string holder(ControlProgram& cp, u16 real_address) {
  const auto& volumes = cp.devices().minidisks().volumes();
  if (volumes.has(real_address)) {
    const std::size_t links = cp.devices().minidisks().links().on(real_address).size();
    return fmt::format("ATTACHED TO SYSTEM {} {:03} LINKS", volumes.all().at(real_address).label, links);
  }
  for (const auto& session : cp.sessions()) {
    for (const auto& [address, device] : session->devices) {
      if (device.kind == VirtualDevice::Kind::dedicated && device.real_address == real_address) {
        return fmt::format("ATTACHED TO {} {:03X}{}", session->name(), address, device.writes ? "" : " R/O");
      }
    }
  }
  return "";
}

// All real devices, wherever they are, with what messages call them.
std::map<u16, std::string> real_devices(ControlProgram& cp) {
  std::map<u16, std::string> all;
  VirtualDevices& devices = cp.devices();
  for (const u16 address : devices.real_addresses()) all[address] = name_of_type(devices.real_device(address)->type());
  for (const auto& [address, device] : devices.offline()) all[address] = name_of_type(device->type());
  for (const auto& session : cp.sessions()) {
    for (const auto& [address, device] : session->devices) {
      if (device.kind == VirtualDevice::Kind::dedicated) all[device.real_address] = name_of_device(*session, address);
    }
  }
  return all;
}

std::string describe_real(ControlProgram& cp, u16 address, const std::string& name) {
  std::string state = cp.devices().offline().contains(address) ? "OFFLINE" : holder(cp, address);
  if (state.empty() && name == "DASD") state = fmt::format("FREE {}", volume_label(cp.devices().real_device(address)));
  if (state.empty()) {
    const bool spools = cp.spooling().writer(address) || cp.spooling().reader(address);
    state = spools ? "SPOOLING" : "FREE";
  }
  return fmt::format("{} {:03X} {}", name, address, state);
}

// QUERY DASD: real drives and who has them.
Status query_dasd(ControlProgram& cp, Requester& requester, const CommandText&) {
  bool found = false;
  for (const auto& [address, name] : real_devices(cp)) {
    if (name != "DASD") continue;
    requester.print(describe_real(cp, address, name));
    found = true;
  }
  if (!found) requester.print("NO DASD");
  return {};
}

// QUERY SYSTEM raddr: whose minidisks of this volume are linked.
Status query_system(ControlProgram& cp, Requester& requester, const CommandText& command) {
  const auto address = parse_device_address(command.words.size() > 2 ? command.words[2] : "");
  if (!address) return fail("DMKCQP021E RADDR MISSING OR INVALID");
  if (!cp.devices().minidisks().volumes().has(*address)) {
    return fail("DMKCQP121E DASD {:03X} NOT ATTACHED TO SYSTEM", *address);
  }
  requester.print(describe_real(cp, *address, "DASD"));
  for (const DiskLink* link : cp.devices().minidisks().links().on(*address)) {
    requester.print(fmt::format("{} {:03X} {} CYL {} TO {}", link->user, link->address, link->writes ? "R/W" : "R/O",
                                link->extent.first, link->extent.end() - 1));
  }
  return {};
}

}  // namespace

// QUERY addr: with class B a real device, else one's own.
Status query_address(ControlProgram& cp, Requester& requester, u16 address) {
  if (requester.classes.has('B')) {
    const auto all = real_devices(cp);
    const auto found = all.find(address);
    if (found == all.end()) return fail("DMKCQP040E DEV {:03X} DOES NOT EXIST", address);
    requester.print(describe_real(cp, address, found->second));
    return {};
  }
  return query_virtual(cp, requester, CommandText(fmt::format("QUERY VIRTUAL {:03X}", address)));
}

std::span<const CpCommand> device_queries() {
  static constexpr CpCommand kQueries[] = {
      {"VIRTUAL", 1, "G", query_virtual},
      {"LINKS", 1, "G", query_links},
      {"DASD", 2, "B", query_dasd},
      {"SYSTEM", 3, "B", query_system},
  };
  return kQueries;
}

}  // namespace replica::vmm
