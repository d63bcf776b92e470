// Lines from one to another: MSG, WARNING, ECHO; and waiting for them: SLEEP. VM/370 CP Command Reference (GC20-1820).
#include <algorithm>

#include "vmm/cp/operands.h"

namespace replica::vmm {
namespace {

using Switch = bool Session::*;

Status deliver(ControlProgram& cp, Session& to, Switch takes, const std::string& line, std::string_view what) {
  if (!(to.*takes)) return fail("DMKMSG057W {} NOT RECEIVING; {} OFF", to.name(), what);
  cp.tell(to, line);
  return {};
}

// To a user, to the one who asks (*), to the operator, or with class A or B to all.
Status send_line(ControlProgram& cp, Requester& requester, const CommandText& command, Switch takes,
                 std::string_view what) {
  Operands operands(command);
  const std::string to = operands.take();
  if (to.empty()) return fail("DMKMSG020E USERID MISSING OR INVALID");
  const std::string line = fmt::format("{} FROM {:8}: {}", what, name_of(requester), command.rest(2));
  if (to == "ALL") {
    if (!requester.classes.has('A') && !requester.classes.has('B')) return fail("DMKMSG003E INVALID OPTION - ALL");
    for (const auto& session : cp.sessions()) {
      if ((*session).*takes) cp.tell(*session, line);
    }
    return {};
  }
  Session* session = to == "*" ? requester.session : cp.find(to);
  if (session) return deliver(cp, *session, takes, line, what);
  if (to == "*" || to == "OPERATOR" || to == "OP") {
    cp.tell_operator(line);
    return {};
  }
  return fail("DMKMSG045E {} NOT LOGGED ON", to);
}

Status execute_message(ControlProgram& cp, Requester& requester, const CommandText& command) {
  return send_line(cp, requester, command, &Session::takes_messages, "MSG");
}

Status execute_warning(ControlProgram& cp, Requester& requester, const CommandText& command) {
  return send_line(cp, requester, command, &Session::takes_warnings, "WNG");
}

// ECHO [times]: what is typed comes back, until END.
Status execute_echo(ControlProgram&, Requester& requester, const CommandText& command) {
  constexpr u32 kMostTimes = 99;
  const auto session = own_session(requester);
  if (!session) return tl::unexpected(session.error());
  Operands operands(command);
  u32 times = 1;
  if (!operands.at_end()) {
    const auto given = parse_decimal(operands.take(), 1, kMostTimes);
    if (!given) return tl::unexpected(given.error());
    times = *given;
  }
  if (Status status = operands.expect_end(); !status) return status;
  (*session)->echoes = times;
  requester.print("ECHO ENTERED; TO TERMINATE TEST, TYPE END");
  return {};
}

// SLEEP [n SEC|MIN|HRS]: the machine rests, and messages are shown.
Status execute_sleep(ControlProgram& cp, Requester& requester, const CommandText& command) {
  constexpr struct {
    std::string_view name;
    u64 seconds;
  } kUnits[] = {{"SEC", 1}, {"MIN", 60}, {"HRS", 3600}};
  constexpr u32 kMost = 99;
  const auto session = own_session(requester);
  if (!session) return tl::unexpected(session.error());
  Operands operands(command);
  cp.monitor().release_cpu();
  if (operands.at_end()) {
    cp.put_to_sleep(**session, kNever);
    return {};
  }
  const auto number = parse_decimal(operands.take(), 1, kMost);
  if (!number) return tl::unexpected(number.error());
  const std::string word = operands.take();
  const auto* unit = std::ranges::find_if(kUnits, [&](const auto& each) { return each.name == word; });
  if (unit == std::end(kUnits))
    return fail("DMKCFC026E OPERAND MISSING OR INVALID - {}: expected SEC, MIN or HRS", word);
  if (Status end = operands.expect_end(); !end) return end;
  const u64 duration = *number * unit->seconds * 1'000'000 * kUnitsPerMicrosecond;
  cp.put_to_sleep(**session, cp.monitor().real().cpu().now() + duration);
  return {};
}

}  // namespace

std::span<const CpCommand> message_commands() {
  static constexpr CpCommand kCommands[] = {
      {"MSG", 1, "ABCDEFGH", execute_message}, {"MESSAGE", 1, "ABCDEFGH", execute_message},
      {"WARNING", 1, "AB", execute_warning},   {"WNG", 3, "AB", execute_warning},
      {"ECHO", 2, "G", execute_echo},          {"SLEEP", 2, "ABCDEFGH", execute_sleep},
  };
  return kCommands;
}

}  // namespace replica::vmm
