#include "vmm/cp/accounting.h"

#include "vmm/cp/operands.h"

namespace replica::vmm {
namespace {

constexpr u64 kUnitsPerSecond = kUnitsPerMicrosecond * 1'000'000;

// Minutes and hundredths of a second.
std::string processor_time(u64 units) {
  const u64 hundredths = units / (kUnitsPerSecond / 100);
  return fmt::format("{:03}:{:02}.{:02}", hundredths / 6000, hundredths / 100 % 60, hundredths % 100);
}

// ACNT userid...|ALL: accounting records now, before these users log off.
Status execute_account(ControlProgram& cp, Requester&, const CommandText& command) {
  Operands operands(command);
  if (Status more = operands.expect_more("USERID OR ALL"); !more) return more;
  std::vector<Session*> chosen;
  if (operands.peek() == "ALL") {
    operands.take();
    for (const auto& session : cp.sessions()) chosen.push_back(session.get());
    if (Status end = operands.expect_end(); !end) return end;
  }
  while (!operands.at_end()) {
    const std::string name = operands.take();
    Session* session = cp.find(name);
    if (!session) return fail("DMKCPV045E {} NOT LOGGED ON", name);
    chosen.push_back(session);
  }
  cp.monitor().release_cpu();
  for (Session* session : chosen) {
    account_usage(cp, *session);
    if (session->shows_accounting) cp.tell(*session, describe_usage(cp, *session));
  }
  return {};
}

}  // namespace

std::string describe_usage(const ControlProgram& cp, const Session& session) {
  const u64 connected = (cp.monitor().real().cpu().now() - session.since) / kUnitsPerSecond;
  const std::string used = processor_time(cp.monitor().cpu_time(*session.machine));
  return fmt::format("CONNECT= {:02}:{:02}:{:02} VIRTCPU= {} TOTCPU= {}", connected / 3600, connected / 60 % 60,
                     connected % 60, used, used);
}

void account_usage(ControlProgram& cp, Session& session) {
  VirtualMachine& machine = *session.machine;
  const Session::Usage used{.cpu_time = cp.monitor().cpu_time(machine),
                            .operations = machine.channels().started_operations(),
                            .page_ins = machine.storage().page_ins()};
  const bool is_charged = !session.charged_user.empty();
  cp.account(fmt::format("{:8}{:8}{:08}{:012}{:>8}01", is_charged ? session.charged_user : session.name(),
                         is_charged ? session.charged_account : session.user->account,
                         (used.cpu_time - session.accounted.cpu_time) / kUnitsPerMicrosecond / 1000,
                         used.operations - session.accounted.operations, used.page_ins - session.accounted.page_ins));
  session.accounted = used;
}

std::span<const CpCommand> accounting_commands() {
  static constexpr CpCommand kCommands[] = {
      {"ACNT", 2, "A", execute_account},
  };
  return kCommands;
}

}  // namespace replica::vmm
