// QUERY, and what it tells of the system and of one's virtual machine. What it tells of the spool is in spool_queries.cpp, of
// devices in device_queries.cpp.
#include "vmm/cp/accounting.h"
#include "vmm/cp/calendar.h"
#include "vmm/cp/device_commands.h"
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

Status query_frames(ControlProgram& cp, Requester& requester, const CommandText&) {
  const FrameTable& frames = cp.monitor().frames();
  requester.print(fmt::format("SYSGEN {:05} FREE {:05} LOCKED {:05} STOLEN {:06} PAGING SLOTS {:05} OF {:05}",
                              frames.frames(), frames.free_frames(), frames.locked_frames(), frames.steals(),
                              cp.monitor().paging().used_slots(), cp.monitor().paging().slots()));
  return {};
}

Status query_time(ControlProgram& cp, Requester& requester, const CommandText&) {
  constexpr const char* kDays[] = {"SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY"};
  const auto session = own_session(requester);
  if (!session) return tl::unexpected(session.error());
  Cpu& real = cp.monitor().real().cpu();
  const std::tm date = calendar_date(real.clocks().tod_at(real.now()));
  requester.print(fmt::format("TIME IS {:02}:{:02}:{:02} GMT {} {:02}/{:02}/{:02}", date.tm_hour, date.tm_min,
                              date.tm_sec, kDays[date.tm_wday], date.tm_mon + 1, date.tm_mday, date.tm_year % 100));
  requester.print(describe_usage(cp, **session));
  return {};
}

Status query_storage(ControlProgram& cp, Requester& requester, const CommandText&) {
  const u64 bytes = u64{cp.monitor().frames().frames()} << kPageShift;
  requester.print(fmt::format("STORAGE = {:05}K",
                              requester.session ? requester.session->machine->storage().size() >> 10 : bytes >> 10));
  return {};
}

Status query_paging(ControlProgram& cp, Requester& requester, const CommandText&) {
  for (const auto& session : cp.sessions()) {
    const GuestStorage& storage = session->machine->storage();
    requester.print(fmt::format("{:8} RESIDENT {:05} PAGED OUT {:05} READS {:06} WRITES {:06}", session->name(),
                                storage.resident_pages(), storage.paged_out_pages(), storage.page_ins(),
                                storage.page_outs()));
  }
  return query_frames(cp, requester, {});
}

// QUERY userid
Status query_user(ControlProgram& cp, Requester& requester, const std::string& name) {
  Session* session = cp.find(name);
  if (!session) return fail("DMKCQG045E {} NOT LOGGED ON", name);
  requester.print(fmt::format("{} - {}", name, session->is_connected() ? "GRAF" : "DSC"));
  return {};
}

Status execute_query(ControlProgram& cp, Requester& requester, const CommandText& command) {
  const std::string what = command.words.size() > 1 ? command.words[1] : "";
  for (const auto group : all_queries()) {
    const CpCommand* query = what.empty() ? nullptr : find_command(group, what);
    if (query && requester.classes.has_any(PrivilegeClasses(query->classes)))
      return query->execute(cp, requester, command);
  }
  if (const auto address = parse_device_address(what)) return query_address(cp, requester, *address);
  if (cp.directory().find(what)) return query_user(cp, requester, what);
  std::string known;
  for (const auto group : all_queries()) {
    for (const CpCommand& query : group) known += fmt::format(" {}", query.name);
  }
  return fail("DMKCQG003E INVALID OPTION - {}: expected an address or one of{}", what, known);
}

}  // namespace

std::vector<std::span<const CpCommand>> all_queries() { return {system_queries(), spool_queries(), device_queries()}; }

std::span<const CpCommand> system_queries() {
  static constexpr CpCommand kQueries[] = {
      {"NAMES", 1, "ABCDEFG", query_names}, {"USERS", 1, "ABCDEFG", query_users}, {"FRAMES", 2, "ABE", query_frames},
      {"SET", 3, "ABG", query_settings},    {"TIME", 1, "ABCDEFG", query_time},   {"STORAGE", 1, "ABEG", query_storage},
      {"PAGING", 2, "AE", query_paging},
  };
  return kQueries;
}

std::span<const CpCommand> query_commands() {
  static constexpr CpCommand kCommands[] = {
      {"QUERY", 1, "ABCDEFGH", execute_query},
  };
  return kCommands;
}

}  // namespace replica::vmm
