// QUERY, and what it tells of the system and of one's virtual machine. What it tells of the spool is in spool_queries.cpp.
#include <algorithm>

#include "vmm/cp/operands.h"

namespace replica::vmm {
namespace {

Status query_names(ControlProgram& cp, Requester& requester, const CommandText&) {
  std::string line;
  for (const auto& session : cp.sessions()) {
    line +=
        fmt::format("{}{} - {}", line.empty() ? "" : ", ", session->name(), session->is_connected() ? "GRAF" : "DSC");
  }
  requester.print(line.empty() ? "NO USERS" : line);
  return {};
}

Status query_users(ControlProgram& cp, Requester& requester, const CommandText&) {
  requester.print(fmt::format("{:03} USERS", cp.sessions().size()));
  return {};
}

Status query_virtual(ControlProgram&, Requester& requester, const CommandText&) {
  const auto own = own_session(requester);
  if (!own) return tl::unexpected(own.error());
  const Session& session = **own;
  requester.print(fmt::format("STORAGE = {:05}K", session.machine->storage().size() >> 10));
  for (const auto& [address, device] : session.devices) {
    constexpr const char* kNames[] = {"CONS", "PRT ", "PUN ", "RDR ", "DEV "};
    const std::string where =
        device.kind == VirtualDevice::Kind::dedicated ? fmt::format(" ON DEV {:03X}", device.real_address) : "";
    requester.print(fmt::format("{} {:03X}{}", kNames[static_cast<unsigned>(device.kind)], address, where));
  }
  return {};
}

Status query_frames(ControlProgram& cp, Requester& requester, const CommandText&) {
  const FrameTable& frames = cp.monitor().frames();
  requester.print(fmt::format("SYSGEN {:05} FREE {:05} LOCKED {:05} STOLEN {:06} PAGING SLOTS {:05} OF {:05}",
                              frames.frames(), frames.free_frames(), frames.locked_frames(), frames.steals(),
                              cp.monitor().paging().used_slots(), cp.monitor().paging().slots()));
  return {};
}

Status execute_query(ControlProgram& cp, Requester& requester, const CommandText& command) {
  const std::string what = command.words.size() > 1 ? command.words[1] : "";
  for (const auto group : all_queries()) {
    const CpCommand* query = what.empty() ? nullptr : find_command(group, what);
    if (query && requester.classes.has_any(PrivilegeClasses(query->classes)))
      return query->execute(cp, requester, command);
  }
  std::string known;
  for (const auto group : all_queries()) {
    for (const CpCommand& query : group) known += fmt::format(" {}", query.name);
  }
  return fail("DMKCQG003E INVALID OPTION - {}: expected one of{}", what, known);
}

// INDICATE [userid]: what the VMM has done for a machine, by cause, with the host's time.
Status execute_indicate(ControlProgram& cp, Requester& requester, const CommandText& command) {
  Session* session = command.words.size() > 1 ? cp.find(command.words[1]) : requester.session;
  if (!session) return fail("DMKTHI045E USER NOT LOGGED ON");
  cp.monitor().release_cpu();
  requester.print(describe_traps(session->machine->counters, cp.monitor().cycle_scale()));
  return {};
}

}  // namespace

std::vector<std::span<const CpCommand>> all_queries() { return {system_queries(), spool_queries()}; }

std::span<const CpCommand> system_queries() {
  static constexpr CpCommand kQueries[] = {
      {"NAMES", 1, "ABCDEFG", query_names},
      {"USERS", 1, "ABCDEFG", query_users},
      {"VIRTUAL", 1, "G", query_virtual},
      {"FRAMES", 2, "ABE", query_frames},
  };
  return kQueries;
}

std::span<const CpCommand> query_commands() {
  static constexpr CpCommand kCommands[] = {
      {"QUERY", 1, "ABCDEFGH", execute_query},
      {"INDICATE", 4, "AEG", execute_indicate},
  };
  return kCommands;
}

}  // namespace replica::vmm
