// The operator's panel: Hercules' console commands, run-command files and Automatic Operator on a System.
//
// Everything happens on one thread: the machine runs until the next thing that a script waits for, or until something asks
// for attention; then commands are executed, and it goes on. In virtual time a run with the same files is therefore the same
// run every time, and `pause` pauses a script for seconds of machine time. Other threads and signal handlers only ring.
//
// Invariant: commands are executed between two instructions of the CPU, and never inside of each other.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tools/exit_status.h"
#include "tools/hercules/automatic_operator.h"
#include "tools/hercules/command.h"
#include "tools/hercules/dates.h"
#include "tools/hercules/desk.h"
#include "tools/hercules/processor.h"
#include "tools/hercules/rates.h"
#include "tools/hercules/script.h"
#include "tools/hercules/symbols.h"
#include "tools/hercules/wake_up.h"

namespace replica::tools {

class Panel {
 public:
  // What a configuration says that only the panel needs.
  struct Options {
    Symbols symbols;
    std::string load_parameter;
    std::string operating_system = "NULL";
    std::function<std::string()> engine_report = {};  // empty for the interpreter
    // Who takes the lines that begin with `/`, without it; empty: nobody. The machine is a VMM's, and starts with the panel.
    std::function<void(const std::string&)> control_program = {};
  };

  // Both must outlive the panel.
  Panel(System& system, Desk& desk, Options options);
  ~Panel();

  Panel(const Panel&) = delete;
  Panel& operator=(const Panel&) = delete;

  // Executes the scripts and what is typed, and runs the machine, until `quit` or until nothing can happen any more; then
  // writes what devices have buffered. The status is that of the guest's end, unless quit() or a signal ended it.
  ExitStatus run();

  // The start-up script, to be executed by run(); further ones follow it. `name` is for the message, and may be empty.
  void add_startup_script(std::vector<std::string> lines, const std::string& name);

  // Executes one command line.
  void execute(const std::string& line);

  // From any thread: something was typed.
  void ring();
  // From any thread or a signal handler: run() ends soon, with this status.
  void request_quit(ExitStatus status);

  // ---- For commands ----

  // Lines of the log, which the Automatic Operator sees.
  void log(const std::string& lines);

  System& system() { return system_; }
  Machine& machine() { return *system_.machine; }
  Cpu& cpu() { return system_.machine->cpu(); }
  Processor& processor() { return processor_; }
  AutomaticOperator& automatic_operator() { return operator_; }
  Symbols& symbols() { return options_.symbols; }
  Options& options() { return options_; }
  Rates& rates() { return rates_; }
  const std::deque<std::string>& history() const { return history_; }

  // The date: the host's, or in virtual time that of the machine.
  Date now() const;
  Date start_date() const { return start_date_; }
  void sample_rates();

  // Starts the commands of a file, in the place of the present script if there is one.
  void begin_script(const std::string& file);
  // Pauses the present script. False if there is none.
  bool pause(u64 machine_time);
  void cancel_scripts();
  void quit() { quit_ = true; }

 private:
  bool act();
  bool fire();
  bool step(ScriptRun& run);
  bool take_typed_line();
  void execute_from(ScriptRun* run, const std::string& line);
  bool type_on_console(const std::string& line);
  void write(const std::string& line);
  void see(const std::string& line);
  u64 next_time();
  bool has_work() const;
  bool nothing_can_happen() const;
  void pass_time(u64 until);
  void update_status();
  ExitStatus ending() const;
  ExitStatus shut_down(ExitStatus status);

  System& system_;
  Desk& desk_;
  Options options_;
  Date start_date_;
  Processor processor_;
  AutomaticOperator operator_;
  Rates rates_;
  WakeUp bell_;

  ScriptRun startup_;  // and then the lines of a desk that is a script
  ScriptRun fired_;    // of the Automatic Operator
  ScriptRun typed_;    // started by an interactive user
  ScriptRun* current_ = nullptr;
  std::deque<std::vector<std::string>> further_startup_;
  std::deque<std::string> history_;
  unsigned fired_in_a_row_ = 0;
  bool machine_runs_ = false;  // lines of the log come from inside of it
  bool quit_ = false;
  bool output_failed_ = false;
  std::atomic<bool> signalled_ = false;
  std::atomic<ExitStatus> signal_status_ = kInterrupted;
};

}  // namespace replica::tools
