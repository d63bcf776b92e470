// The built program `replica`, run as a user runs it.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "tests/tools/temporary_folder.h"

namespace replica::tools {

struct ProcessResult {
  int status;  // exit status; 128 + the signal's number if one ended it
  std::string out;
  std::string err;
};

class ReplicaProcess {
 public:
  // Starts it. What it prints is no terminal.
  explicit ReplicaProcess(const std::vector<std::string>& arguments);

  void send_signal(int signal);
  // What it has printed on stderr until now.
  std::string err_so_far() const { return folder_.read("err"); }
  // Waits for its end.
  ProcessResult wait();

 private:
  TemporaryFolder folder_;
  pid_t pid_;
};

inline ProcessResult run_replica(const std::vector<std::string>& arguments) { return ReplicaProcess(arguments).wait(); }

}  // namespace replica::tools
