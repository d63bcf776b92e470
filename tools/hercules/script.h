// A run of scripts: files with a command on each line. A script may start another, which is executed in its place, and may
// pause. The panel has several runs at once: the start-up file, what the Automatic Operator started, what the user started.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/types.h"

namespace replica::tools {

class ScriptRun {
 public:
  static constexpr std::size_t kDeepest = 10;

  // Puts the lines in front of what is left. Errors: too deep.
  Status begin(std::vector<std::string> lines);

  bool is_active() const { return !files_.empty(); }

  // What comes next: a line without blanks around it and without its comment, or the end of a file.
  struct Step {
    std::string line;
    bool at_end = false;
  };
  Step next();

  // The pause: until this machine time nothing comes next. 0 if there is none.
  void pause_until(u64 time) { resume_at_ = time; }
  bool is_paused() const { return resume_at_ != 0; }
  u64 resume_at() const { return resume_at_; }
  void resume() { resume_at_ = 0; }

  void cancel();

 private:
  struct File {
    std::vector<std::string> lines;
    std::size_t next = 0;
  };
  std::vector<File> files_;  // the last one is being executed
  u64 resume_at_ = 0;
};

}  // namespace replica::tools
