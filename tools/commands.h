// The sub-commands of `replica`. Each file NAME_command.cpp declares the options of one, and calls what does the work.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "base/result.h"
#include "tools/exit_status.h"

namespace replica::tools {

// What the chosen sub-command does, once the command line is parsed.
using Action = std::function<Result<ExitStatus>()>;

struct EngineRequest;
// What executes the instructions, and looks into it.
void add_engine_options(CLI::App* command, EngineRequest& request);

// Each adds its sub-command to `app`; if the user chooses it, `action` becomes what to do.
void add_run_command(CLI::App& app, Action& action);
void add_disasm_command(CLI::App& app, Action& action);
void add_isa_command(CLI::App& app, Action& action);
void add_tape_command(CLI::App& app, Action& action);
void add_disk_command(CLI::App& app, Action& action);
void add_directory_command(CLI::App& app, Action& action);
void add_vm_command(CLI::App& app, Action& action);
void add_history_command(CLI::App& app, Action& action);

}  // namespace replica::tools
