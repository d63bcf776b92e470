#include "tools/program.h"

#include <fmt/format.h>

#include <cstdio>

#include "tools/commands.h"

namespace replica::tools {
namespace {

// The sub-command's name if one was given, to point the user at its help.
std::string help_command(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? "replica --help" : fmt::format("replica {} --help", chosen.front()->get_name());
}

}  // namespace

int run_program(int argc, const char* const* argv, std::initializer_list<AddCommand> further) {
  CLI::App app("Replica/370: a System/370", "replica");
  app.set_version_flag("--version", "Replica/370 " REPLICA_VERSION);
  app.require_subcommand(0, 1);
  Action action;
  add_run_command(app, action);
  add_disasm_command(app, action);
  add_isa_command(app, action);
  add_tape_command(app, action);
  add_disk_command(app, action);
  add_directory_command(app, action);
  add_vm_command(app, action);
  add_history_command(app, action);
  for (const AddCommand add : further) add(app, action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    fmt::print(stderr, "replica: {}\nSee '{}' for what is expected.\n", error.what(), help_command(app));
    return kBadInput;
  }
  if (!action) {
    fmt::print(stderr, "replica: expected a sub-command, found none\nSee 'replica --help' for what is expected.\n");
    return kBadInput;
  }
  const auto status = action();
  if (status) return *status;
  fmt::print(stderr, "replica: {}\n", status.error().message);
  return kBadInput;
}

}  // namespace replica::tools
