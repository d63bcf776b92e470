#include "tools/overhead/events.h"

#include "tools/overhead/parts.h"

namespace replica::overhead {
void add_events(Events& events, vmm::VirtualMachine& machine) {
  const vmm::TrapCounters& counters = machine.counters;
  const auto add = [&](const std::string& name, u64 count) {
    if (count != 0) events[name] += count;
  };
  for (std::size_t n = 0; n < counters.instructions.size(); ++n) add(mnemonic_at(n), counters.instructions[n].count);
  add("supervisor call", counters[vmm::Cause::supervisor_call].count);
  add("program interruption", counters[vmm::Cause::program].count);
  add("page fault", counters[vmm::Cause::page_fault].count);
  add("interruption", counters[vmm::Cause::interruption].count);
  add("dispatch", counters[vmm::Cause::dispatch].count);
  add("purge", machine.shadow_tables().purges());
}

}  // namespace replica::overhead
