// The sub-command `overhead`.
#pragma once

#include "tools/commands.h"

namespace replica::overhead {

void add_overhead_command(CLI::App& app, tools::Action& action);

}  // namespace replica::overhead
