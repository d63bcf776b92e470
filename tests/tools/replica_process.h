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
  // Starts it, in this directory unless that is empty. What it prints is no terminal; its standard input is a pipe that has
  // `input` and stays open until close_input() or wait().
  explicit ReplicaProcess(const std::vector<std::string>& arguments, const std::string& directory = "",
                          const std::string& input = "");
  ~ReplicaProcess();

  void type(const std::string& text);
  void close_input();
  void send_signal(int signal);
  // What it has printed on stdout until now.
  std::string out_so_far() const { return folder_.read("out"); }
  // What it has printed on stderr until now.
  std::string err_so_far() const { return folder_.read("err"); }
  // Waits for its end.
  ProcessResult wait();

 private:
  TemporaryFolder folder_;
  pid_t pid_;
  int input_ = -1;
};

inline ProcessResult run_replica(const std::vector<std::string>& arguments, const std::string& directory = "",
                                 const std::string& input = "") {
  return ReplicaProcess(arguments, directory, input).wait();
}

}  // namespace replica::tools
