// `replica run`: a machine that is loaded with cores, started, and reported on. First everything that the user gave is
// checked, then the run is done: a refused request leaves no trace.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cpu/machine.h"
#include "tools/engine.h"
#include "tools/exit_status.h"
#include "tools/files.h"
#include "tools/machine_state.h"

namespace replica::tools {

// What makes the machine of a configuration the real machine of a VMM, as the user wrote it.
struct VirtualRequest {
  std::string directory;
  std::string spool;  // a directory of the host
  std::string assist = "vma";
  std::optional<std::string> storage;  // in the place of MAINSIZE
  std::optional<std::string> accounting;
};

// The options as the user wrote them.
struct RunRequest {
  std::optional<std::string> configuration;  // then only the next three count, and the engine
  std::optional<std::string> run_commands;
  bool deterministic = false;
  std::optional<VirtualRequest> vm = std::nullopt;  // also with a configuration
  EngineRequest engine;
  std::vector<std::string> cores;
  std::vector<std::string> registers;
  std::optional<std::string> psw;
  std::string storage = "16M";
  std::optional<std::string> max_instructions;
  std::string time = "virtual";
  std::optional<std::string> text;
  bool trace = false;
  std::optional<std::string> trace_file;
  std::optional<bool> progress;  // if not given: on a terminal, unless that would mix with other output
  bool quiet = false;
};

// A checked request: the machine is loaded and ready to start.
struct PreparedRun {
  std::unique_ptr<Machine> machine;
  std::unique_ptr<ChosenEngine> engine;
  u64 limit = kNever;
  std::optional<u32> text_address;
  std::string trace_path;            // for messages
  File trace{nullptr, std::fclose};  // null if nothing is traced to a file
  bool trace_to_stderr = false;
  bool progress = false;
  bool quiet = false;
};

// Errors name the option, what was found and what was expected. A trace file is created last.
Result<PreparedRun> prepare_run(const RunRequest& request);

struct Outcome {
  StopReason reason;
  bool interrupted;  // by SIGINT
  double seconds;    // of the host
};

// Runs the machine to its end. SIGINT stops it at an instruction boundary, for as long as this runs.
Outcome execute(PreparedRun& run);

// Success is a disabled wait with the address 0, and the instruction limit that the user asked for. Everything else is a
// failure, or kInterrupted.
ExitStatus exit_status(const Outcome& outcome, const Psw& psw);

// The machine of a Hercules configuration, with the panel on standard output.
Result<ExitStatus> run_configuration(const RunRequest& request);

// All of it: the guest's text goes to stdout, everything else to stderr.
Result<ExitStatus> run(const RunRequest& request);

}  // namespace replica::tools
