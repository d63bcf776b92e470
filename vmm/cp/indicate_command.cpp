// INDICATE: how busy the system is, and what was done for a user. VM/370 Operator's Guide (GC20-1806).
#include <algorithm>

#include "vmm/cp/operands.h"

namespace replica::vmm {
namespace {

std::string queue_of(const VirtualMachine& machine) {
  if (!machine.schedule.is_ready) return "  ";
  return machine.schedule.queue == Queue::interactive ? "Q1" : "Q2";
}

// LOAD: for everybody.
Status indicate_load(ControlProgram& cp, Requester& requester) {
  const u64 now = cp.monitor().real().cpu().now();
  u64 used = 0;
  unsigned interactive = 0, batch = 0;
  for (const auto& session : cp.sessions()) {
    const VirtualMachine& machine = *session->machine;
    used += cp.monitor().cpu_time(machine);
    if (machine.schedule.is_ready) ++(machine.schedule.queue == Queue::interactive ? interactive : batch);
  }
  const FrameTable& frames = cp.monitor().frames();
  const u32 in_use = frames.frames() - frames.free_frames();
  requester.print(fmt::format("CPU-{:03}% Q1-{:02} Q2-{:02} USERS-{:03}", now == 0 ? 0 : used * 100 / now, interactive,
                              batch, cp.sessions().size()));
  requester.print(fmt::format(
      "STORAGE-{:03}% STOLEN-{:06} PAGING SLOTS-{:03}%", u64{in_use} * 100 / frames.frames(), frames.steals(),
      u64{cp.monitor().paging().used_slots()} * 100 / std::max(cp.monitor().paging().slots(), 1u)));
  return {};
}

Status indicate_user(ControlProgram& cp, Requester& requester, Session& session) {
  VirtualMachine& machine = *session.machine;
  const GuestStorage& storage = machine.storage();
  requester.print(fmt::format("USERID={:8} STORE={:05}K QUEUE={} STATE={}", session.name(), storage.size() >> 10,
                              queue_of(machine),
                              machine.state() == VirtualMachine::State::stopped   ? "STOPPED"
                              : machine.state() == VirtualMachine::State::waiting ? "WAITING"
                                                                                  : "READY"));
  requester.print(fmt::format("PAGES: RES-{:05} OUT-{:05} READS={:06} WRITES={:06}", storage.resident_pages(),
                              storage.paged_out_pages(), storage.page_ins(), storage.page_outs()));
  requester.print(fmt::format("CPU={:09}MS SIO={:06}", cp.monitor().cpu_time(machine) / kUnitsPerMicrosecond / 1000,
                              machine.channels().started_operations()));
  return {};
}

// QUEUES: who wants the CPU, the one that is next first.
Status indicate_queues(ControlProgram& cp, Requester& requester) {
  std::vector<const Session*> ready;
  for (const auto& session : cp.sessions()) {
    if (session->machine->schedule.is_ready) ready.push_back(session.get());
  }
  std::stable_sort(ready.begin(), ready.end(), [](const Session* one, const Session* other) {
    return one->machine->schedule.consumed < other->machine->schedule.consumed;
  });
  if (ready.empty()) requester.print("NO USERS IN QUEUE");
  for (const Session* session : ready)
    requester.print(fmt::format("{:8} {} {:05} PAGES", session->name(), queue_of(*session->machine),
                                session->machine->storage().resident_pages()));
  return {};
}

// What the VMM has done for a machine, by cause, with the host's time.
Status indicate_traps(ControlProgram& cp, Requester& requester, Session& session) {
  cp.monitor().release_cpu();
  requester.print(describe_traps(session.machine->counters, cp.monitor().cycle_scale()));
  return {};
}

// INDICATE [LOAD|QUEUES], USER [*|userid], TRAPS [*|userid]
Status execute_indicate(ControlProgram& cp, Requester& requester, const CommandText& command) {
  Operands operands(command);
  if (operands.at_end() || operands.take("LOAD", 4)) return indicate_load(cp, requester);
  const bool sees_all = requester.classes.has('A') || requester.classes.has('E');
  if (operands.take("QUEUES", 1)) {
    if (!sees_all) return fail("DMKTHI003E INVALID OPTION - QUEUES");
    return indicate_queues(cp, requester);
  }
  const bool traps = operands.take("TRAPS", 5);
  if (!traps && !operands.take("USER", 4)) return operands.expect_end();
  const std::string name = operands.take();
  Session* session = name.empty() || name == "*" ? requester.session : cp.find(name);
  if (session != requester.session && !sees_all) return fail("DMKTHI003E INVALID OPTION - {}", name);
  if (!session) return fail("DMKTHI045E {} NOT LOGGED ON", name);
  return traps ? indicate_traps(cp, requester, *session) : indicate_user(cp, requester, *session);
}

}  // namespace

std::span<const CpCommand> indicate_commands() {
  static constexpr CpCommand kCommands[] = {
      {"INDICATE", 3, "AEG", execute_indicate},
  };
  return kCommands;
}

}  // namespace replica::vmm
