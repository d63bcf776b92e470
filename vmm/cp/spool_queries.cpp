// QUERY about the spool: READER, PRINTER, PUNCH, FILES, HOLD.
#include <ctime>

#include "vmm/cp/spool_selection.h"

namespace replica::vmm {
namespace {

std::string_view hold_name(SpoolHold hold) {
  return hold == SpoolHold::none ? "NONE" : hold == SpoolHold::user ? "USER" : "SYS ";
}

std::string_view made_by(const SpoolFile& file) {
  if (file.device == "3215") return "CON";
  if (file.device == "3525" || file.device == "2540P") return "PUN";
  return file.device.starts_with("25") || file.device == "3505" ? "RDR" : "PRT";
}

std::string date_of(const SpoolFile& file) {
  const std::time_t time = file.created;
  std::tm parts{};
  gmtime_r(&time, &parts);
  return fmt::format("{:02}/{:02} {:02}:{:02}:{:02}", parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min,
                     parts.tm_sec);
}

// Whoever asks for the files of another user sees whose they are, all others who made them.
std::string line_of(const SpoolFile& file, bool by_owner, bool all) {
  std::string line = fmt::format("{:8} {:04} {} {} {:06} {:02} {}", by_owner ? file.owner : file.origin, file.id,
                                 file.spool_class, made_by(file), file.records, file.copies, hold_name(file.hold));
  if (all) line += fmt::format(" {} {:8} {:8} {:8}", date_of(file), file.name, file.type, file.distribution);
  if (file.state == SpoolState::active) line += " IN USE";
  line.resize(line.find_last_not_of(' ') + 1);
  return line;
}

Status query_queue(ControlProgram& cp, Requester& requester, SpoolKind kind, Operands& operands) {
  std::string owner;
  const bool names_owner = requester.classes.has('D') && !operands.at_end() && operands.peek() != "ALL" &&
                           operands.peek() != "TBL" && !abbreviates(operands.peek(), "CLASS", 2) &&
                           !parse_decimal(operands.peek(), 1, kLastSpoolId);
  if (names_owner) {
    owner = operands.take();
    if (owner == "SYSTEM") owner.clear();
  } else if (requester.session) {
    owner = requester.session->name();
  }
  bool all = false;
  char spool_class = '*';
  std::optional<SpoolId> id;
  while (!operands.at_end()) {
    if (operands.take("ALL", 3)) {
      all = true;
    } else if (operands.take("CLASS", 2)) {
      const auto given = take_class(operands);
      if (!given) return tl::unexpected(given.error());
      spool_class = *given;
    } else {
      const auto given = parse_decimal(operands.peek(), 1, kLastSpoolId);
      if (!given) return fail("DMKCQG003E INVALID OPTION - {}", operands.peek());
      id = *given;
      operands.take();
    }
  }
  cp.monitor().release_cpu();
  std::vector<std::string> lines;
  const bool by_owner = owner.empty() || names_owner;
  for (const SpoolFile& file : cp.spool().list({.owner = owner, .kind = kind, .spool_class = spool_class})) {
    if (file.state == SpoolState::open || (id && file.id != *id)) continue;
    lines.push_back(line_of(file, by_owner, all));
  }
  if (lines.empty()) {
    if (id) return fail("DMKCQG042E SPOOLID {:04} DOES NOT EXIST", *id);
    requester.print(fmt::format("NO {} FILES", spool_kind_name(kind)));
    return {};
  }
  requester.print(fmt::format("{} FILE CLASS RECDS CPY HOLD{}", by_owner ? "OWNERID " : "ORIGINID",
                              all ? " DATE  TIME     NAME     TYPE     DIST" : ""));
  for (const std::string& line : lines) requester.print(line);
  return {};
}

Status query_reader(ControlProgram& cp, Requester& requester, const CommandText& command) {
  Operands operands(command, 2);
  return query_queue(cp, requester, SpoolKind::reader, operands);
}
Status query_printer(ControlProgram& cp, Requester& requester, const CommandText& command) {
  Operands operands(command, 2);
  return query_queue(cp, requester, SpoolKind::printer, operands);
}
Status query_punch(ControlProgram& cp, Requester& requester, const CommandText& command) {
  Operands operands(command, 2);
  return query_queue(cp, requester, SpoolKind::punch, operands);
}

Status query_files(ControlProgram& cp, Requester& requester, const CommandText& command) {
  Operands operands(command, 2);
  std::string owner = requester.session ? requester.session->name() : "";
  if (!operands.at_end()) {
    if (!requester.classes.has('D')) return operands.expect_end();
    owner = operands.take();
  }
  unsigned counts[3] = {};
  for (const SpoolFile& file : cp.spool().list({.owner = owner})) {
    if (file.state != SpoolState::open) ++counts[static_cast<unsigned>(file.kind)];
  }
  const auto text = [&](SpoolKind kind) {
    const unsigned count = counts[static_cast<unsigned>(kind)];
    return fmt::format("{} {}", count == 0 ? "NO" : fmt::format("{:03}", count), spool_kind_name(kind));
  };
  requester.print(
      fmt::format("FILES: {}, {}, {}", text(SpoolKind::reader), text(SpoolKind::printer), text(SpoolKind::punch)));
  return {};
}

Status query_hold(ControlProgram& cp, Requester& requester, const CommandText&) {
  if (cp.spooling().held().empty()) requester.print("NO USERS IN HOLD STATUS");
  for (const auto& [user, kind] : cp.spooling().held())
    requester.print(fmt::format("{:8} - {}", user, spool_kind_name(kind)));
  return {};
}

}  // namespace

std::span<const CpCommand> spool_queries() {
  static constexpr CpCommand kQueries[] = {
      {"READER", 1, "DG", query_reader}, {"RDR", 3, "DG", query_reader},  {"PRINTER", 2, "DG", query_printer},
      {"PRT", 3, "DG", query_printer},   {"PUNCH", 2, "DG", query_punch}, {"PCH", 3, "DG", query_punch},
      {"FILES", 1, "DG", query_files},   {"HOLD", 1, "D", query_hold},
  };
  return kQueries;
}

}  // namespace replica::vmm
