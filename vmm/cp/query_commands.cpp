// QUERY and INDICATE.
#include <algorithm>

#include "frontend/instruction_table.h"
#include "vmm/cp/commands.h"

namespace replica::vmm {
namespace {

Status query_names(ControlProgram& cp, Requester& requester) {
  std::string line;
  for (const auto& session : cp.sessions()) {
    line +=
        fmt::format("{}{} - {}", line.empty() ? "" : ", ", session->name(), session->is_connected() ? "GRAF" : "DSC");
  }
  requester.print(line.empty() ? "NO USERS" : line);
  return {};
}

Status query_virtual(Requester& requester) {
  if (!requester.session) return fail("DMKCFC001E THERE IS NO VIRTUAL MACHINE HERE");
  const Session& session = *requester.session;
  requester.print(fmt::format("STORAGE = {:05}K", session.machine->storage().size() >> 10));
  for (const auto& [address, device] : session.devices) {
    constexpr const char* kNames[] = {"CONS", "PRT ", "PUN ", "RDR ", "DEV "};
    const std::string where =
        device.kind == VirtualDevice::Kind::dedicated ? fmt::format(" ON DEV {:03X}", device.real_address) : "";
    requester.print(fmt::format("{} {:03X}{}", kNames[static_cast<unsigned>(device.kind)], address, where));
  }
  return {};
}

Status query_frames(ControlProgram& cp, Requester& requester) {
  const FrameTable& frames = cp.monitor().frames();
  requester.print(fmt::format("SYSGEN {:05} FREE {:05} LOCKED {:05} STOLEN {:06} PAGING SLOTS {:05} OF {:05}",
                              frames.frames(), frames.free_frames(), frames.locked_frames(), frames.steals(),
                              cp.monitor().paging().used_slots(), cp.monitor().paging().slots()));
  return {};
}

Status query_files(ControlProgram& cp, Requester& requester) {
  const std::string owner = requester.session ? requester.session->name() : "";
  unsigned counts[3] = {};
  for (const SpoolFile& file : cp.spool().list({.owner = owner})) ++counts[static_cast<unsigned>(file.kind)];
  requester.print(
      fmt::format("FILES: {:03} RDR, {:03} PRT, {:03} PUN", counts[static_cast<unsigned>(SpoolKind::reader)],
                  counts[static_cast<unsigned>(SpoolKind::printer)], counts[static_cast<unsigned>(SpoolKind::punch)]));
  return {};
}

Status execute_query(ControlProgram& cp, Requester& requester, const CommandText& command) {
  const std::string what = command.words.size() > 1 ? command.words[1] : "";
  if (what.starts_with("N")) return query_names(cp, requester);
  if (what.starts_with("V")) return query_virtual(requester);
  if (what.starts_with("FR")) return query_frames(cp, requester);
  if (what.starts_with("F")) return query_files(cp, requester);
  if (what.starts_with("U")) {
    requester.print(fmt::format("{:03} USERS", cp.sessions().size()));
    return {};
  }
  return fail("DMKCQG003E INVALID OPTION - {}: expected NAMES, USERS, VIRTUAL, FILES or FRAMES", what);
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

std::span<const CpCommand> query_commands() {
  static constexpr CpCommand kCommands[] = {
      {"QUERY", 1, "ABCDEFGH", execute_query},
      {"INDICATE", 4, "AEG", execute_indicate},
  };
  return kCommands;
}

}  // namespace replica::vmm
