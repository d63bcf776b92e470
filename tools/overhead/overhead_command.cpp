// `replica overhead`: its options.
#include "tools/overhead/overhead_command.h"

#include <memory>

#include "tools/overhead/request.h"

namespace replica::overhead {
namespace {

constexpr const char* kFooter =
    "Built-in workloads are compute, commercial, io, mixed and spaces; all but the last are run if none is named. "
    "Dials behind a\n"
    "name say how many events there are in a million instructions: mixed:SVC=2000:SSM=4000 (SVC, SIO, LPSW, SSM, "
    "TIMER, SWITCH).\n"
    "A workload of your own is a Hercules configuration with the run-command file that drives it to its end: a "
    "disabled wait\n"
    "with the address 0, or the command quit. Its files are relative to the configuration's folder, and none of them "
    "is\n"
    "changed: every guest has copies. Time is virtual (docs/overhead.md).\n"
    "Exit status: 0 measured; 1 a guest failed, or a result could not be written; 2 bad input, nothing was run.\n"
    "Examples: replica overhead --page overhead.html\n"
    "          replica overhead --config vs1.cnf --rc vs1.rc --machines 1,2,4,8 --json vs1.json";

void add_workload_options(CLI::App* command, Request& request) {
  command->add_option("--workload", request.workloads, "A built-in workload; repeatable")
      ->type_name("NAME[:DIAL=N...]")
      ->allow_extra_args(false);
  command->add_option("--millions", request.millions, "How many million instructions a built-in workload executes")
      ->type_name("N");
  command->add_option("--guests", request.guests, "Where the built guests are, else beside the program's own folder")
      ->type_name("DIR");
  CLI::Option* config =
      command->add_option("--config", request.configuration, "A workload of your own: its configuration")
          ->type_name("FILE.cnf");
  CLI::Option* commands = command->add_option("--rc", request.run_commands, "and its run-command file")
                              ->type_name("FILE.rc")
                              ->needs(config);
  config->needs(commands);
}

void add_experiment_options(CLI::App* command, Request& request) {
  command->add_option("--assist", request.assist, "Assist levels: none, vma, or both with a comma")
      ->type_name("LEVEL,...")
      ->delimiter(',')
      ->capture_default_str();
  command
      ->add_option("--machines", request.machines, "How many virtual machines run at once, 1 to 8; several with commas")
      ->type_name("N,...")
      ->delimiter(',')
      ->capture_default_str();
  command->add_option("--rounds", request.rounds, "How often each pair of runs is measured, 3 to 1000")
      ->type_name("N")
      ->capture_default_str();
  command->add_option("--part-rounds", request.part_rounds, "How often for the parts, which disturbs; 0 to 1000")
      ->type_name("N")
      ->capture_default_str();
  command
      ->add_option("--most-instructions", request.most_instructions,
                   "A guest that executes more than so many million instructions has failed")
      ->type_name("MILLIONS")
      ->capture_default_str();
  command->add_option("--engine", request.engine, "What executes instructions: interpreter, asmjit or tiered")
      ->type_name("ENGINE")
      ->capture_default_str();
  command
      ->add_option("--slow-exit-cycles", request.slow_exit_cycles,
                   "Waste so many of the host's cycles in each trap, to see the report find them")
      ->type_name("N")
      ->group("Diagnosis");
}

void add_report_options(CLI::App* command, Request& request) {
  command->add_option("--from", request.from, "Report on these results of --json, and run nothing; repeatable")
      ->type_name("FILE.json")
      ->allow_extra_args(false);
  command->add_option("--cost-table", request.cost_table, "What each event costs on a machine of the time")
      ->type_name("FILE.json");
  command->add_option("--json", request.json, "Write the results, as Google Benchmark does")->type_name("FILE.json");
  command->add_option("--page", request.page, "Write a page with plots")->type_name("FILE.html");
}

}  // namespace

void add_overhead_command(CLI::App& app, tools::Action& action) {
  const auto request = std::make_shared<Request>();
  CLI::App* command =
      app.add_subcommand("overhead", "Measure what virtual machines cost: the same guest bare and virtual");
  add_workload_options(command, *request);
  add_experiment_options(command, *request);
  add_report_options(command, *request);
  command->footer(kFooter);
  command->callback([request, &action] { action = [request] { return run(*request); }; });
}

}  // namespace replica::overhead
