// The terminals of a machine: consoles at the panel (3215-C, 1052-C), and consoles and displays at which TELNET and TN3270
// clients sit down (3215, 1052, 3270).
#pragma once

#include "base/result.h"
#include "tools/hercules/machine_builder.h"

namespace replica::tools {

bool is_integrated_console(std::string_view type);
bool is_client_terminal(std::string_view type);

// Attaches a terminal; with the first that is for clients the port is opened. Errors: the address is in use, an argument is
// wrong, or the port cannot be opened.
Status attach_terminal(System& system, const DeviceStatement& statement);
// What comes before the device at this address is taken away, terminal or not: whoever sits at it is sent away.
void leave_terminal(System& system, u16 address);

}  // namespace replica::tools
