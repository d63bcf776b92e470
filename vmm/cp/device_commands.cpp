// Commands about the devices of one's virtual machine: LINK, DEFINE, DETACH, COUPLE. VM/370 CP Command Reference for General Users
// (GC20-1820).
#include "vmm/cp/device_commands.h"

#include "devices/ctca/adapter.h"

namespace replica::vmm {
namespace {

// DETACH vaddr, and with class B: DETACH raddr FROM userid or SYSTEM.
Status execute_detach(ControlProgram& cp, Requester& requester, const CommandText& command) {
  Operands operands(command);
  if (Status more = operands.expect_more("A VIRTUAL ADDRESS"); !more) return more;
  cp.monitor().release_cpu();
  const bool is_real = command.words.size() > 2;
  if (is_real) {
    if (!requester.classes.has('B')) return fail("DMKVDB003E INVALID OPTION - {}", command.words[2]);
    return detach_real(cp, requester, operands);
  }
  const auto own = own_session(requester);
  if (!own) return tl::unexpected(own.error());
  const auto address = parse_device_address(operands.take());
  if (!address) return fail("DMKVDB022E VADDR MISSING OR INVALID");
  const std::string name = named(**own, *address);
  if (!cp.devices().remove(**own, *address)) return fail("DMKVDB040E DEV {:03X} DOES NOT EXIST", *address);
  requester.print(name + " DETACHED");
  return {};
}

Result<ChannelAdapter*> find_adapter(const Session& session, u16 address) {
  const auto found = session.devices.find(address);
  if (found == session.devices.end()) return fail("DMKDIA040E {} {:03X} DOES NOT EXIST", session.name(), address);
  if (!found->second.adapter) return fail("DMKDIA011E INVALID DEVICE TYPE - {} {:03X}", session.name(), address);
  return found->second.adapter;
}

void tell_of_drop(ControlProgram& cp, Session& session, u16 address) {
  const auto partner = cp.devices().find_partner(cp.sessions(), session, address);
  if (!partner) return;
  cp.tell(session, fmt::format("CTCA {:03X} DROP FROM {} {:03X}", address, partner->session->name(), partner->address));
  cp.tell(*partner->session, fmt::format("CTCA {:03X} DROP BY {} {:03X}", partner->address, session.name(), address));
}

// COUPLE vaddr1 [TO] userid|* vaddr2: joins two virtual channel-to-channel adapters.
Status execute_couple(ControlProgram& cp, Requester& requester, const CommandText& command) {
  const auto own = own_session(requester);
  if (!own) return tl::unexpected(own.error());
  Session& session = **own;
  Operands operands(command);
  const auto address = parse_device_address(operands.take());
  if (!address) return fail("DMKDIA022E VADDR MISSING OR INVALID");
  operands.take("TO", 2);
  const std::string name = operands.peek() == "*" ? session.name() : std::string(operands.peek());
  operands.take();
  if (name.empty()) return fail("DMKDIA020E USERID MISSING OR INVALID");
  const auto other_address = parse_device_address(operands.at_end() ? command.words[1] : operands.take());
  if (!other_address) return fail("DMKDIA022E VADDR MISSING OR INVALID");
  if (Status end = operands.expect_end(); !end) return end;

  Session* other = cp.find(name);
  if (!other) return fail("DMKDIA045E {} NOT LOGGED ON", name);
  const auto from = find_adapter(session, *address);
  if (!from) return tl::unexpected(from.error());
  const auto to = find_adapter(*other, *other_address);
  if (!to) return tl::unexpected(to.error());
  if (*from == *to) return fail("DMKDIA011E CTCA {:03X} CANNOT BE COUPLED TO ITSELF", *address);
  const bool is_joined_already = (*from)->is_coupled_to(**to);
  if ((*to)->is_coupled() && !is_joined_already) {
    return fail("DMKDIA055E NOT COUPLED; {} {:03X} IS COUPLED TO ANOTHER", name, *other_address);
  }
  cp.monitor().release_cpu();
  if (!is_joined_already) {
    tell_of_drop(cp, session, *address);
    (*from)->couple_to(**to);
  }
  requester.print(fmt::format("CTCA {:03X} COUPLE TO {} {:03X}", *address, name, *other_address));
  cp.tell(*other, fmt::format("CTCA {:03X} COUPLE BY {} {:03X}", *other_address, session.name(), *address));
  return {};
}

}  // namespace

std::string named(Session& session, u16 address) {
  return fmt::format("{} {:03X}", name_of_device(session, address), address);
}

std::span<const CpCommand> device_commands() {
  static constexpr CpCommand kCommands[] = {
      {"LINK", 1, "G", execute_link},
      {"DEFINE", 3, "G", execute_define},
      {"DETACH", 3, "BG", execute_detach},
      {"COUPLE", 4, "G", execute_couple},
  };
  return kCommands;
}

}  // namespace replica::vmm
