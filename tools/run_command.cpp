#include <memory>

#include "tools/commands.h"
#include "tools/run.h"

namespace replica::tools {
namespace {

constexpr const char* kFooter =
    "Either a program that is loaded with --core is run, or the machine of a Hercules configuration with its console "
    "on the\n"
    "terminal (docs/hercules.md).\n"
    "Addresses and values of registers are hexadecimal, counts decimal. A RANGE is 1000, 1000-10FF or 1000.100.\n"
    "The options from --threshold on, but for --statistics, need --engine asmjit or tiered (docs/translation.md).\n"
    "The guest's text goes to standard output, everything else to standard error.\n"
    "Exit status: 0 the guest ended in a disabled wait with the address 0, or reached --max-instructions, or the "
    "operator\n"
    "ended the run; 1 it ended otherwise; 2 bad input, nothing was run; 130 stopped by SIGINT, 143 by SIGTERM.\n"
    "Examples: replica run --core guests/pi.core@0 --text 600\n"
    "          replica run vs1.cnf --rc vs1.rc";

// The machine of a configuration.
void add_configuration_options(CLI::App* command, RunRequest& request) {
  CLI::Option* const configuration =
      command->add_option("configuration", request.configuration, "A Hercules configuration file: run that machine")
          ->type_name("CONFIG.cnf");
  for (CLI::Option* option : command->get_options()) {
    if (option != configuration && option != command->get_help_ptr()) option->excludes(configuration);
  }
  command->add_option("--rc", request.run_commands, "With a configuration: execute the console commands of this file")
      ->type_name("FILE")
      ->needs(configuration);
  command
      ->add_flag("--deterministic", request.deterministic,
                 "With a configuration: virtual time and a fixed date, so that every run is the same")
      ->needs(configuration);
}

// A machine without devices.
void add_core_options(CLI::App* command, RunRequest& request) {
  command->add_option("--core", request.cores, "Load a storage image at an address, 0 if left out; repeatable")
      ->type_name("FILE@ADDRESS")
      ->allow_extra_args(false);
  command->add_option("--psw", request.psw, "Start with this PSW, 16 digits; else with the restart new PSW at 0")
      ->type_name("HEX");
  command->add_option("--regs", request.registers, "Set registers: 1=100,R15=DEADBEEF,F0=4110000000000000,C0=E0")
      ->type_name("REGISTER=VALUE,...")
      ->allow_extra_args(false);
  command->add_option("--storage", request.storage, "Size of storage in bytes, or with K or M; 64K to 16M")
      ->type_name("SIZE")
      ->capture_default_str();
  command->add_option("--max-instructions", request.max_instructions, "Stop after this many instructions")
      ->type_name("N");
  command
      ->add_option("--time", request.time, "The clocks: 'virtual' is repeatable, by instructions; 'real' is the host's")
      ->type_name("MODE")
      ->capture_default_str();
  command
      ->add_option("--text", request.text,
                   "At the end print the guest's text, a length and EBCDIC at this address; 600 for guests/")
      ->type_name("ADDRESS");
  command->add_flag("--trace", request.trace,
                    "Trace every instruction and the registers it changes, on standard error");
  command->add_option("--trace-file", request.trace_file, "Trace into this file")->type_name("FILE");
  command->add_flag("--progress,!--no-progress", request.progress,
                    "Show progress while running, even if standard error is no terminal; or never");
  command->add_flag("--quiet", request.quiet, "Print only the guest's text and the reason why it stopped");
}

}  // namespace

void add_engine_options(CLI::App* command, EngineRequest& request) {
  command->add_option("--engine", request.name, "What executes instructions: interpreter, asmjit, tiered or llvm")
      ->type_name("ENGINE")
      ->capture_default_str();
  command
      ->add_option("--threshold", request.threshold,
                   "Executions of a block before it is translated, 0 to 255; else 20 with tiered, 0 with asmjit")
      ->type_name("N");
  command->add_option("--cache", request.cache, "Megabytes for translated code, 1 to 1024; else 64")->type_name("MB");
  command->add_flag("--statistics", request.statistics,
                    "At the end print who executed the instructions, and what was translated");
  command->add_option("--dump-ir", request.dump_ir, "Print blocks at these addresses as they are translated")
      ->type_name("RANGE");
  command->add_option("--dump-code", request.dump_code, "Print the host code of blocks at these addresses")
      ->type_name("RANGE");
  command->add_option("--dump-file", request.dump_file, "Print both into this file, not to standard error")
      ->type_name("FILE");
  command->add_flag("--perf-map", request.perf_map, "Name translated code for perf, in /tmp/perf-PID.map");
  command->add_flag("--gdb-jit", request.gdb_jit, "Name translated code for GDB; slow under it");
}

void add_run_command(CLI::App& app, Action& action) {
  const auto request = std::make_shared<RunRequest>();
  CLI::App* command = app.add_subcommand("run", "Run a program on the machine, or the machine of a configuration");
  add_core_options(command, *request);
  add_configuration_options(command, *request);
  add_engine_options(command, request->engine);
  command->footer(kFooter);
  command->callback([request, &action] {
    action = [request] { return request->configuration ? run_configuration(*request) : run(*request); };
  });
}

}  // namespace replica::tools
