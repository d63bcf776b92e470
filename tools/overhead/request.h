// What `replica overhead` does, from the options as the user wrote them to the last line of the table.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "tools/exit_status.h"

namespace replica::overhead {

struct Request {
  std::string configuration;
  std::string run_commands;
  std::vector<std::string> assist = {"none", "vma"};
  std::vector<std::string> machines = {"1"};
  std::string rounds = "5";
  std::string most_instructions = "20000";
  std::string engine = "tiered";
};

// Errors: bad input; nothing was run.
Result<tools::ExitStatus> run(const Request& request);

}  // namespace replica::overhead
