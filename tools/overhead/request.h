// What `replica overhead` does, from the options as the user wrote them to the table, the page and the file of results.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "tools/exit_status.h"

namespace replica::overhead {

struct Request {
  std::vector<std::string> workloads;        // built-in ones; the usual if there is neither any nor a configuration
  std::optional<std::string> millions;       // of instructions of a built-in one
  std::optional<std::string> guests;         // where the build has put them
  std::optional<std::string> configuration;  // with run_commands: a workload of the user's
  std::optional<std::string> run_commands;
  std::vector<std::string> from;  // results in the place of runs
  std::vector<std::string> assist = {"none", "vma"};
  std::vector<std::string> machines = {"1"};
  std::string rounds = "5";
  std::string part_rounds = "3";
  std::string most_instructions = "20000";
  std::string engine = "tiered";
  std::optional<std::string> cost_table;
  std::optional<std::string> json;
  std::optional<std::string> page;
  std::string slow_exit_cycles = "0";
};

// Errors: bad input; nothing was run.
Result<tools::ExitStatus> run(const Request& request);

}  // namespace replica::overhead
