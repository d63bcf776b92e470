// SET, and QUERY SET. VM/370 CP Command Reference (GC20-1820).
#include "vmm/cp/operands.h"

namespace replica::vmm {
namespace {

Result<bool> take_on_or_off(Operands& operands) {
  if (operands.take("ON", 2)) return true;
  if (operands.take("OFF", 3)) return false;
  return fail("DMKCFS026E OPERAND MISSING OR INVALID - {}: expected ON or OFF", operands.peek());
}

std::string_view on_or_off(bool on) { return on ? "ON " : "OFF"; }

// The settings that are no more than ON or OFF.
struct Switch {
  std::string_view name;
  std::size_t shortest;
  bool Session::*value;
};
constexpr Switch kSwitches[] = {
    {"ACNT", 2, &Session::shows_accounting}, {"MSG", 3, &Session::takes_messages},
    {"WNG", 3, &Session::takes_warnings},    {"IMSG", 4, &Session::takes_information},
    {"LINEDIT", 4, &Session::edits_lines},   {"RUN", 3, &Session::runs_in_cp},
};

Status set_timer(ControlProgram& cp, Session& session, Operands& operands) {
  TimerMode mode = TimerMode::on;
  if (operands.take("REAL", 4)) {
    mode = TimerMode::real;
  } else {
    const auto on = take_on_or_off(operands);
    if (!on) return fail("DMKCFS026E OPERAND MISSING OR INVALID - {}: expected ON, OFF or REAL", operands.peek());
    mode = *on ? TimerMode::on : TimerMode::off;
  }
  if (Status status = operands.expect_end(); !status) return status;
  cp.monitor().release_cpu();
  session.machine->set_timer(mode);
  return {};
}

// As the directory's option; the machine is reset.
Status set_extended_control(ControlProgram& cp, Session& session, Operands& operands) {
  const auto on = take_on_or_off(operands);
  if (!on) return tl::unexpected(on.error());
  if (Status status = operands.expect_end(); !status) return status;
  cp.monitor().system_reset(*session.machine, false);
  session.machine->set_extended_control(*on);
  return {};
}

Status set_error_messages(Session& session, Operands& operands) {
  ErrorMessages how = ErrorMessages::on;
  if (operands.take("TEXT", 4)) {
    how = ErrorMessages::text;
  } else if (operands.take("CODE", 4)) {
    how = ErrorMessages::code;
  } else {
    const auto on = take_on_or_off(operands);
    if (!on) return fail("DMKCFS026E OPERAND MISSING OR INVALID - {}: expected ON, OFF, CODE or TEXT", operands.peek());
    how = *on ? ErrorMessages::on : ErrorMessages::off;
  }
  if (Status status = operands.expect_end(); !status) return status;
  session.error_messages = how;
  return {};
}

// Of the whole system.
Status set_assist(ControlProgram& cp, const Requester& requester, Operands& operands) {
  if (!requester.classes.has('A')) return fail("DMKCFS003E INVALID OPTION - ASSIST: it is the system's, for class A");
  const auto on = take_on_or_off(operands);
  if (!on) return tl::unexpected(on.error());
  if (Status status = operands.expect_end(); !status) return status;
  cp.monitor().release_cpu();
  cp.monitor().set_assist(*on ? AssistLevel::vma : AssistLevel::none);
  return {};
}

Status execute_set(ControlProgram& cp, Requester& requester, const CommandText& command) {
  Operands operands(command);
  if (operands.take("ASSIST", 4) || operands.take("SASSIST", 4)) return set_assist(cp, requester, operands);
  const auto session = own_session(requester);
  if (!session) return tl::unexpected(session.error());
  if (operands.take("TIMER", 5)) return set_timer(cp, **session, operands);
  if (operands.take("ECMODE", 6)) return set_extended_control(cp, **session, operands);
  if (operands.take("EMSG", 4)) return set_error_messages(**session, operands);
  for (const Switch& each : kSwitches) {
    if (!operands.take(each.name, each.shortest)) continue;
    const auto on = take_on_or_off(operands);
    if (!on) return tl::unexpected(on.error());
    if (Status status = operands.expect_end(); !status) return status;
    (**session).*each.value = *on;
    return {};
  }
  return fail(
      "DMKCFS003E INVALID OPTION - {}: expected ACNT, ASSIST, ECMODE, EMSG, IMSG, LINEDIT, MSG, RUN, TIMER or WNG",
      operands.peek());
}

}  // namespace

Status query_settings(ControlProgram& cp, Requester& requester, const CommandText&) {
  const auto session = own_session(requester);
  if (!session) return tl::unexpected(session.error());
  const Session& own = **session;
  constexpr std::string_view kMessages[] = {"ON  ", "TEXT", "CODE", "OFF "};
  constexpr std::string_view kTimers[] = {"OFF ", "ON  ", "REAL"};
  requester.print(fmt::format("MSG {}, WNG {}, EMSG {}, ACNT {}, RUN {}", on_or_off(own.takes_messages),
                              on_or_off(own.takes_warnings), kMessages[static_cast<unsigned>(own.error_messages)],
                              on_or_off(own.shows_accounting), on_or_off(own.runs_in_cp)));
  requester.print(fmt::format("LINEDIT {}, TIMER {}, ECMODE {}, ASSIST {}", on_or_off(own.edits_lines),
                              kTimers[static_cast<unsigned>(own.machine->timer())],
                              on_or_off(own.machine->has_extended_control()),
                              on_or_off(cp.monitor().assist() == AssistLevel::vma)));
  requester.print(fmt::format("IMSG {}", on_or_off(own.takes_information)));
  return {};
}

std::span<const CpCommand> set_commands() {
  static constexpr CpCommand kCommands[] = {
      {"SET", 3, "ABG", execute_set},
  };
  return kCommands;
}

}  // namespace replica::vmm
