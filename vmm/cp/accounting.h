// What users have used of the system: as accounting records, and as they are told themselves. VM/370 System Programmer's Guide
// (GC20-1807), "Accounting Records".
#pragma once

#include <string>

#include "vmm/cp/control_program.h"

namespace replica::vmm {

// "CONNECT= 00:01:20 VIRTCPU= 000:00.12 TOTCPU= 000:00.12", since LOGON.
std::string describe_usage(const ControlProgram& cp, const Session& session);

// A record of what was used since the last one.
void account_usage(ControlProgram& cp, Session& session);

}  // namespace replica::vmm
