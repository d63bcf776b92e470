#include "tests/tools/replica_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>

#include "base/check.h"

extern char** environ;

namespace replica::tools {

ReplicaProcess::ReplicaProcess(const std::vector<std::string>& arguments) {
  std::vector<std::string> words{REPLICA_BINARY_DIR "/tools/replica"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  std::transform(words.begin(), words.end(), std::back_inserter(argv), [](std::string& word) { return word.data(); });
  argv.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  const int flags = O_WRONLY | O_CREAT | O_TRUNC;
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, folder_.path("out").c_str(), flags, 0600);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, folder_.path("err").c_str(), flags, 0600);
  CHECK(posix_spawn(&pid_, argv[0], &files, nullptr, argv.data(), environ) == 0);
  posix_spawn_file_actions_destroy(&files);
}

void ReplicaProcess::send_signal(int signal) { kill(pid_, signal); }

ProcessResult ReplicaProcess::wait() {
  int status = 0;
  CHECK(waitpid(pid_, &status, 0) == pid_);
  const int exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return {exit_status, folder_.read("out"), folder_.read("err")};
}

}  // namespace replica::tools
