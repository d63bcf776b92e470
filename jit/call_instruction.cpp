#include "jit/call_instruction.h"

namespace replica {

bool call_instruction(Cpu& cpu, const CallSite& site) {
  if (site.sets_cc || site.asks_for_cc) materialize_cc(cpu);
  u32 next = 0;
  try {
    next = site.handler(cpu, site.bytes.data(), site.address);
  } catch (const ProgramException& exception) {
    materialize_cc(cpu);
    cpu.budget += site.left;
    cpu.psw.address = end_by_exception(cpu, exception.code, site.address, site.ilc);
    return true;
  }
  if (site.is_last || next != site.next || cpu.engine.code_changed) {
    materialize_cc(cpu);
    cpu.budget += site.left;
    cpu.psw.address = next;
    return true;
  }
  if (site.sets_cc && site.cc_after != CcKind::in_psw) defer_cc(cpu, site.cc_after);
  return false;
}

}  // namespace replica
