// The operator's panel: Hercules' console commands, run-command files and Automatic Operator on a System.
//
// Everything happens on one thread: the machine runs until the next thing that a script waits for, or until something on the
// panel asks for attention. In virtual time a run with the same files is therefore the same run every time; `pause` pauses a
// script for seconds of machine time.
#pragma once

#include <deque>
#include <list>
#include <optional>
#include <regex>
#include <string>
#include <vector>

#include "tools/exit_status.h"
#include "tools/hercules/machine_builder.h"

namespace replica::tools {

class Panel {
 public:
  // `write_line` receives every line of the log. The system must outlive the panel.
  Panel(System& system, std::function<void(const std::string&)> write_line);

  // Executes the scripts and runs the machine until `quit`, or until nothing can happen any more.
  Result<ExitStatus> run();

  // Queues the commands of a file. Errors: it cannot be read.
  Status start_script(const std::string& file);

  // Executes one command line, as typed.
  void execute(const std::string& line);

  // A line of the log, which the Automatic Operator sees.
  void log(const std::string& line);

 private:
  struct Script {
    std::string file;
    std::vector<std::string> lines;
    std::size_t next = 0;
    u64 resume_at = 0;
  };
  struct Rule {
    std::string pattern;
    std::optional<std::regex> target;
    std::string command;
  };
  using Words = std::vector<std::string>;
  struct Command {
    const char* name;
    void (Panel::*execute)(const Words& words);
    const char* help;
  };
  static const std::vector<Command>& commands();

  bool type_on_console(const std::string& line);
  bool run_scripts();
  u64 next_script_time() const;
  void run_machine(u64 until);
  void pass_time(u64 until);

  void ipl(const Words& words);
  void ipl_clear(const Words& words);
  void pause(const Words& words);
  void script(const Words& words);
  void automatic_operator(const Words& words);
  void psw(const Words& words);
  void quit(const Words& words);
  void help(const Words& words);

  void load(const Words& words, bool clear);
  void report_psw();

  System& system_;
  std::function<void(const std::string&)> write_line_;
  std::list<Script> scripts_;
  Script* current_script_ = nullptr;
  std::vector<Rule> rules_;
  std::deque<std::string> fired_;  // commands of the Automatic Operator that wait to be executed
  bool running_ = false;           // the CPU is in the operating state
  bool waits_ = false;             // it is in a wait state that has been reported
  bool quit_ = false;
};

}  // namespace replica::tools
