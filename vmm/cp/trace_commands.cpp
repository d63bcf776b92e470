// TRACE and ADSTOP.
#include "vmm/cp/operands.h"
#include "vmm/cp/trace.h"

namespace replica::vmm {
namespace {

struct Name {
  std::string_view name;
  std::size_t shortest;
  u32 events;
};
constexpr Name kNames[] = {
    {"SVC", 2, Tracer::supervisor_calls},
    {"I/O", 1, Tracer::io_interruptions},
    {"PROGRAM", 3, Tracer::program_interruptions},
    {"EXTERNAL", 3, Tracer::external_interruptions},
    {"PRIV", 3, Tracer::privileged},
    {"SIO", 2, Tracer::io_instructions},
    {"CCW", 2, Tracer::ccws | Tracer::io_instructions},
    {"BRANCH", 1, Tracer::branches},
    {"INSTRUCT", 2, Tracer::instructions},
    {"CSW", 2, Tracer::csws | Tracer::io_instructions | Tracer::io_interruptions},
    {"ALL", 3, Tracer::kAll},
};

Tracer& tracer_of(ControlProgram& cp, Session& session) {
  if (!session.tracer) session.tracer = std::make_shared<Tracer>(cp, session);
  return *session.tracer;
}

u32 take_events(Operands& operands) {
  for (const Name& each : kNames) {
    if (operands.take(each.name, each.shortest)) return each.events;
  }
  return 0;
}

Status execute_trace(ControlProgram& cp, Requester& requester, const CommandText& command) {
  const auto session = own_session(requester);
  if (!session) return tl::unexpected(session.error());
  Operands operands(command);
  if (Status status = operands.expect_more("SVC, I/O, PROGRAM, EXTERNAL, PRIV, SIO, CCW, BRANCH, INSTRUCT, CSW, ALL "
                                           "or END");
      !status)
    return status;
  cp.monitor().release_cpu();
  Tracer& tracer = tracer_of(cp, **session);
  if (operands.take("END", 3)) {
    if (Status status = operands.expect_end(); !status) return status;
    tracer.remove(Tracer::kAll);
    requester.print("TRACE ENDED");
    return {};
  }
  u32 events = 0;
  while (const u32 more = take_events(operands)) events |= more;
  if (events == 0) return fail("DMKTRA003E INVALID OPTION - {}", operands.peek());
  Tracer::Output output;
  bool off = false;
  while (!operands.at_end()) {
    if (operands.take("PRINTER", 3)) {
      output = {.to_terminal = false, .to_printer = true, .runs_on = true};
    } else if (operands.take("TERMINAL", 4)) {
      output.to_terminal = true;
      output.to_printer = false;
    } else if (operands.take("BOTH", 4)) {
      output.to_terminal = output.to_printer = true;
    } else if (operands.take("RUN", 3)) {
      output.runs_on = true;
    } else if (operands.take("NORUN", 5)) {
      output.runs_on = false;
    } else if (operands.take("OFF", 3)) {
      off = true;
    } else {
      return fail("DMKTRA003E INVALID OPTION - {}", operands.peek());
    }
  }
  if (off) {
    tracer.remove(events);
  } else {
    tracer.add(events, output);
  }
  return {};
}

// ADSTOP hexloc|OFF
Status execute_address_stop(ControlProgram& cp, Requester& requester, const CommandText& command) {
  const auto session = own_session(requester);
  if (!session) return tl::unexpected(session.error());
  Operands operands(command);
  if (Status status = operands.expect_more("an instruction's address, or OFF"); !status) return status;
  cp.monitor().release_cpu();
  if (operands.take("OFF", 3)) {
    if (Status status = operands.expect_end(); !status) return status;
    tracer_of(cp, **session).set_address_stop(std::nullopt);
    return {};
  }
  const std::string word = operands.take();
  const auto address = parse_hexadecimal(word, kAddressMask);
  if (!address || *address % 2 != 0) return fail("DMKCFD004E INVALID HEXLOC - {}", word);
  if (Status status = operands.expect_end(); !status) return status;
  tracer_of(cp, **session).set_address_stop(*address);
  return {};
}

}  // namespace

std::span<const CpCommand> trace_commands() {
  static constexpr CpCommand kCommands[] = {
      {"TRACE", 2, "G", execute_trace},
      {"ADSTOP", 6, "G", execute_address_stop},
  };
  return kCommands;
}

}  // namespace replica::vmm
