// The experiment: a workload on the bare machine and in virtual machines, in turn, and what comes of comparing.
//
// Each virtual run is paired with a bare run right before it, so that what the host does meanwhile to both drops out of
// their ratio. Rounds in which the parts are measured follow those of the whole. One round, which nothing is noted of,
// goes before the others: it brings files and code into the caches of the host.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tools/overhead/guest_run.h"

namespace replica::overhead {

// How a workload is run virtually.
struct Setting {
  vmm::AssistLevel assist = vmm::AssistLevel::vma;
  unsigned guests = 1;  // at once

  bool operator==(const Setting&) const = default;
};
std::string_view name_of(vmm::AssistLevel assist);

// A virtual run and its bare one. Seconds are of the host's CPU; all is of all guests together but for the bare run, which
// is of one.
struct Pair {
  double bare_seconds = 0;
  double virtual_seconds = 0;
  double bare_elapsed = 0;  // by the clock on the wall
  double virtual_elapsed = 0;
  u64 bare_instructions = 0;
  u64 virtual_instructions = 0;
  Events events;

  // Of the virtual run over so many bare ones, less 1.
  double overhead(unsigned guests) const { return virtual_seconds / (guests * bare_seconds) - 1; }
};

// Two such runs of which the parts were measured. Their wholes are disturbed by that, and not looked at.
struct PartPair {
  PartTimes bare;
  PartTimes in_virtual;
};

struct Measurement {
  std::string workload;
  Setting setting;
  std::vector<Pair> pairs;
  std::vector<PartPair> part_pairs;
};

struct ExperimentOptions {
  std::vector<Workload> workloads;
  std::vector<Setting> settings;
  unsigned rounds = 5;
  unsigned part_rounds = 3;  // further ones, of the parts
  RunOptions run;
  // Called in front of each run with what it is, and which of how many.
  std::function<void(const std::string& what, unsigned done, unsigned all)> progress = {};
};

// Errors: of the first run that failed, or whose output was not that of the bare machine.
Result<std::vector<Measurement>> run_experiment(const ExperimentOptions& options);

}  // namespace replica::overhead
