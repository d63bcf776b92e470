// The program `replica`: its command line, and how errors reach the user.
#pragma once

namespace replica::tools {

// Returns the exit status (tools/exit_status.h).
int run_program(int argc, const char* const* argv);

}  // namespace replica::tools
