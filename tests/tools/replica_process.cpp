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

ReplicaProcess::ReplicaProcess(const std::vector<std::string>& arguments, const std::string& directory,
                               const std::string& input) {
  std::vector<std::string> words{REPLICA_BINARY_DIR "/tools/replica"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  std::transform(words.begin(), words.end(), std::back_inserter(argv), [](std::string& word) { return word.data(); });
  argv.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  int ends[2];
  CHECK(pipe2(ends, O_CLOEXEC) == 0);
  input_ = ends[1];
  type(input);
  posix_spawn_file_actions_adddup2(&files, ends[0], STDIN_FILENO);
  if (!directory.empty()) posix_spawn_file_actions_addchdir_np(&files, directory.c_str());
  const int flags = O_WRONLY | O_CREAT | O_TRUNC;
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, folder_.path("out").c_str(), flags, 0600);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, folder_.path("err").c_str(), flags, 0600);
  CHECK(posix_spawn(&pid_, argv[0], &files, nullptr, argv.data(), environ) == 0);
  posix_spawn_file_actions_destroy(&files);
  close(ends[0]);
}

ReplicaProcess::~ReplicaProcess() { close_input(); }

// The pipe has room for all that a test types; a program that has ended already does not end the test.
void ReplicaProcess::type(const std::string& text) {
  signal(SIGPIPE, SIG_IGN);
  [[maybe_unused]] const ssize_t written = write(input_, text.data(), text.size());
}

void ReplicaProcess::close_input() {
  if (input_ >= 0) close(input_);
  input_ = -1;
}

void ReplicaProcess::send_signal(int signal) { kill(pid_, signal); }

ProcessResult ReplicaProcess::wait() {
  close_input();
  int status = 0;
  CHECK(waitpid(pid_, &status, 0) == pid_);
  const int exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return {exit_status, folder_.read("out"), folder_.read("err")};
}

}  // namespace replica::tools
