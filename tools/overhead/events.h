// What a virtual machine has cost the VMM, as counts of events.
#pragma once

#include "tools/overhead/guest_run.h"
#include "vmm/virtual_machine.h"

namespace replica::overhead {

// Adds what the VMM has counted for one machine.
void add_events(Events& events, vmm::VirtualMachine& machine);

}  // namespace replica::overhead
