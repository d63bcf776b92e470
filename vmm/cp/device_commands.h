// What the files of the commands about devices know of each other.
#pragma once

#include "vmm/cp/operands.h"

namespace replica::vmm {

Status execute_link(ControlProgram& cp, Requester& requester, const CommandText& command);
Status execute_define(ControlProgram& cp, Requester& requester, const CommandText& command);
// DETACH raddr FROM userid or SYSTEM.
Status detach_real(ControlProgram& cp, Requester& requester, Operands operands);

// QUERY with an address.
Status query_address(ControlProgram& cp, Requester& requester, u16 address);

// "DASD 191", or "DEV 191" if there is none.
std::string named(Session& session, u16 address);

}  // namespace replica::vmm
