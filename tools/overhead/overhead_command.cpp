// `replica overhead`: its options.
#include "tools/overhead/overhead_command.h"

#include <memory>

#include "tools/overhead/request.h"

namespace replica::overhead {
namespace {

constexpr const char* kFooter =
    "A workload is a Hercules configuration with the run-command file that drives it to its end: a disabled wait with "
    "the\n"
    "address 0, or the command quit. Time is virtual. Files are relative to the configuration's folder, and none of "
    "them is\n"
    "changed: every guest has copies (docs/overhead.md).\n"
    "Exit status: 0 measured; 1 a guest failed, or a result could not be written; 2 bad input, nothing was run.\n"
    "Example: replica overhead --config vs1.cnf --rc vs1.rc --machines 1,2,4,8";

}  // namespace

void add_overhead_command(CLI::App& app, tools::Action& action) {
  const auto request = std::make_shared<Request>();
  CLI::App* command =
      app.add_subcommand("overhead", "Measure what virtual machines cost: the same guest bare and virtual");
  CLI::Option* config =
      command->add_option("--config", request->configuration, "A workload of your own: its configuration")
          ->type_name("FILE.cnf");
  CLI::Option* commands = command->add_option("--rc", request->run_commands, "and its run-command file")
                              ->type_name("FILE.rc")
                              ->needs(config);
  config->needs(commands);
  command->add_option("--assist", request->assist, "Assist levels: none, vma, or both with a comma")
      ->type_name("LEVEL,...")
      ->delimiter(',')
      ->capture_default_str();
  command
      ->add_option("--machines", request->machines,
                   "How many virtual machines run at once, 1 to 8; several with commas")
      ->type_name("N,...")
      ->delimiter(',')
      ->capture_default_str();
  command->add_option("--rounds", request->rounds, "How often each pair of runs is measured, 3 to 1000")
      ->type_name("N")
      ->capture_default_str();
  command
      ->add_option("--most-instructions", request->most_instructions,
                   "A guest that executes more than so many million instructions has failed")
      ->type_name("MILLIONS")
      ->capture_default_str();
  command->add_option("--engine", request->engine, "What executes instructions: interpreter, asmjit or tiered")
      ->type_name("ENGINE")
      ->capture_default_str();
  command->footer(kFooter);
  command->callback([request, &action] { action = [request] { return run(*request); }; });
}

}  // namespace replica::overhead
