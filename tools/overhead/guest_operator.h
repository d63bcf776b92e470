// The operator of a guest, the same for one on the bare machine and one in a virtual machine: executes the run-command file
// of a workload, and what its rules (`hao`) fire.
//
// Of the console commands those have a meaning here that drive a guest from its load to its end: ipl, hao, script, pause,
// quit, and lines for its console. Others are an error, since nobody would know what they did to a measurement.
#pragma once

#include <deque>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "tools/hercules/automatic_operator.h"
#include "tools/hercules/script.h"

namespace replica::overhead {

class GuestOperator {
 public:
  // What the operator reaches.
  struct Desk {
    std::function<Status(u16 address, bool clear)> load;  // the LOAD key
    std::string console_prefix;                           // of lines that are for the guest's console
    std::function<void(const std::string&)> type;         // types one there, without its prefix
    std::function<u64()> now;                             // machine time
  };

  // Relative names of scripts are of `folder`.
  GuestOperator(std::filesystem::path folder, std::vector<std::string> commands, Desk desk);

  // A line that the guest or the machine has printed. True if act() has something to do.
  bool see(const std::string& line);
  // Does all that is due.
  void act();
  // When act() has something to do next though nothing is printed; kNever if only then.
  u64 next_time() const;

  bool has_quit() const { return quit_; }
  // What went wrong. Nothing more is executed then.
  const Status& status() const { return status_; }

 private:
  bool step(tools::ScriptRun& run);
  void execute(tools::ScriptRun& run, const std::string& line);
  void load(const std::vector<std::string>& words, bool clear);
  void pause(tools::ScriptRun& run, const std::vector<std::string>& words);

  std::filesystem::path folder_;
  Desk desk_;
  tools::AutomaticOperator rules_;
  tools::ScriptRun startup_;  // the run-command file
  tools::ScriptRun fired_;    // what a rule has started
  bool quit_ = false;
  Status status_;
};

}  // namespace replica::overhead
