// One run of a workload: on the bare machine, or in so many virtual machines at once. Time is virtual, so that every run of
// the same kind executes the same instructions.
//
// What is measured is the host's CPU time of this process from the operator's first command to the end of the last guest, with
// all that it has printed on its way to the file. Making the machine and copying the images is not in it; translating the
// guest's instructions is, since each run begins with an engine that knows nothing.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tools/overhead/parts.h"
#include "tools/overhead/workload.h"
#include "vmm/monitor.h"

namespace replica::tools {
struct EngineOptions;
}

namespace replica::overhead {

struct RunOptions {
  const tools::EngineOptions* engine = nullptr;  // outlives the runs
  u64 most_instructions = 0;                     // of one guest
  // Whether the parts are measured, which disturbs the whole.
  bool measures_parts = false;
  // Wasted in each trap, to see whether that is found.
  u64 slow_exit_cycles = 0;
  // Called some times a second of the run with the instructions executed; may be empty.
  std::function<void(u64 instructions)> progress = {};
};

// How often something happened that a bare machine does not have, by its name: an instruction's mnemonic, or a cause.
using Events = std::map<std::string, u64>;

struct RunResult {
  double cpu_seconds = 0;  // of the host
  double elapsed_seconds = 0;
  u64 instructions = 0;         // of the guests
  std::vector<Output> outputs;  // of each guest
  Events events;
  PartTimes parts;  // if they were measured
};

// In an empty folder, which is the caller's to remove. Errors: what cannot be set up, and how the guest ended if not well: in a
// disabled wait with the address 0, or by the operator's `quit`.
Result<RunResult> run_bare(const Workload& workload, const std::filesystem::path& folder, const RunOptions& options);
Result<RunResult> run_virtual(const Workload& workload, const std::filesystem::path& folder, unsigned guests,
                              vmm::AssistLevel assist, const RunOptions& options);

// ---- What both have ----

// Measures what this process does since it was made.
class RunClock {
 public:
  explicit RunClock(const RunOptions& options);
  // Into the result; the last that is done with it.
  void stop(RunResult& result);

 private:
  double cost_ = 0;  // of a reading of the other one
  std::optional<PartClock> parts_;
  double begun_;
  std::chrono::steady_clock::time_point time_;
};

// The prefix of lines for the guest's console; empty if it has none.
std::string console_prefix(const Workload& workload);
// What the machine's own panel logs when the CPU stops in a disabled wait, for rules that wait for it.
inline constexpr const char* kDisabledWait = "HHCCP011I CPU0000: Disabled wait state";

}  // namespace replica::overhead
