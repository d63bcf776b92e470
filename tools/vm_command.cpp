#include <memory>

#include "tools/commands.h"
#include "tools/run.h"

namespace replica::tools {
namespace {

constexpr const char* kFooter =
    "The devices of the configuration are those of the real machine. The users of the directory have virtual ones; a "
    "line\n"
    "that begins with / is a CP command of the operator, all others are the console commands of 'replica run'.\n"
    "Exit status: 0 the operator ended the run; 1 it ended otherwise; 2 bad input, nothing was run; 130 stopped by "
    "SIGINT,\n"
    "143 by SIGTERM.\n"
    "Example: replica vm real.cnf --directory users.direct --spool spool, then /autolog user1, /query names, /shutdown";

}  // namespace

void add_vm_command(CLI::App& app, Action& action) {
  const auto request = std::make_shared<RunRequest>();
  request->vm.emplace();
  request->configuration.emplace();
  VirtualRequest& vm = *request->vm;
  CLI::App* command = app.add_subcommand("vm", "Divide the machine of a configuration into virtual machines");
  command->add_option("configuration", *request->configuration, "A Hercules configuration file: the real machine")
      ->type_name("CONFIG.cnf")
      ->required();
  command->add_option("--directory", vm.directory, "The user directory: the virtual machines")
      ->type_name("FILE")
      ->required();
  command
      ->add_option("--spool", vm.spool, "The directory of the host with the spool and the paging file; made if need be")
      ->type_name("DIR")
      ->required();
  command->add_option("--rc", request->run_commands, "Execute the console commands of this file")->type_name("FILE");
  command
      ->add_option("--assist", vm.assist,
                   "What CP does for a guest without leaving translated code: 'none', or 'vma', all instructions")
      ->type_name("LEVEL")
      ->capture_default_str();
  command->add_option("--storage", vm.storage, "Real storage in bytes, or with K or M, up to 2048M; else MAINSIZE")
      ->type_name("SIZE");
  command->add_option("--accounting", vm.accounting, "Append accounting records to this file")->type_name("FILE");
  command->add_flag("--deterministic", request->deterministic,
                    "Virtual time and a fixed date, so that every run is the same");
  add_engine_options(command, request->engine);
  command->footer(kFooter);
  command->callback([request, &action] { action = [request] { return run_configuration(*request); }; });
}

}  // namespace replica::tools
