// The program `replica`: its command line, and how errors reach the user.
#pragma once

#include <initializer_list>

#include "tools/commands.h"

namespace replica::tools {

// Adds a sub-command: those of libraries that use this one.
using AddCommand = void (*)(CLI::App& app, Action& action);

// Returns the exit status (tools/exit_status.h).
int run_program(int argc, const char* const* argv, std::initializer_list<AddCommand> further = {});

}  // namespace replica::tools
