#include "jit/call_instruction.h"

#include "cpu/routines.h"

namespace replica {
namespace {

// A CPU that has come under observation has left the engine, so what has budget may be translated.
CallOutcome go_to(Cpu& cpu, u32 address) {
  EngineState& engine = cpu.engine;
  cpu.psw.address = address;
  if (engine.code_changed) engine.changed_before = address;
  engine.code_changed = false;
  engine.left_by_call = cpu.budget <= 0;
  return engine.left_by_call ? CallOutcome::leave : CallOutcome::elsewhere;
}

void note_cc(Cpu& cpu, const CallSite& site) {
  if (site.cc_before != CcKind::unknown) cpu.engine.cc_kind = static_cast<u32>(site.cc_before);
}

// True if EXECUTE is about to execute what was observed.
bool executes_observed(const Cpu& cpu, const CallSite& site) {
  const u32 target = routines::second_address(cpu, decode<Format::RX>(site.bytes.data(), site.address, site.ilc));
  const i64 entry = cpu.map->instruction[target >> kBlockShift];
  return entry >= 0 && *reinterpret_cast<const u8*>(entry + target) == site.observed;
}

}  // namespace

CallOutcome call_instruction(Cpu& cpu, const CallSite& site) {
  ++cpu.engine.calls[site.is_cold];
  note_cc(cpu, site);
  if (site.sets_cc || site.asks_for_cc) materialize_cc(cpu);
  // What may look at the time, or change the context, is the last of its block.
  const bool is_last = site.observed != 0 && !executes_observed(cpu, site);
  const u32 left = is_last ? 0 : site.left;
  if (is_last) cpu.budget += site.left;
  u32 next = 0;
  try {
    next = site.handler(cpu, site.bytes.data(), site.address);
  } catch (const ProgramException& exception) {
    materialize_cc(cpu);
    cpu.budget += left;
    return go_to(cpu, end_by_exception(cpu, exception.code, site.address, site.ilc));
  }
  if (is_last || next != site.next || cpu.engine.code_changed) {
    materialize_cc(cpu);
    cpu.budget += left;
    return go_to(cpu, next);
  }
  if (site.sets_cc && site.cc_after != CcKind::in_psw) defer_cc(cpu, site.cc_after);
  return CallOutcome::next;
}

CallOutcome call_last_instruction(Cpu& cpu, const CallSite& site) {
  ++cpu.engine.calls[site.is_cold];
  ++site.calls;
  note_cc(cpu, site);
  materialize_cc(cpu);
  try {
    return go_to(cpu, site.handler(cpu, site.bytes.data(), site.address));
  } catch (const ProgramException& exception) {
    return go_to(cpu, end_by_exception(cpu, exception.code, site.address, site.ilc));
  }
}

}  // namespace replica
