#include "tests/oracle/hercules.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <thread>

namespace replica::oracle {
namespace {

namespace fs = std::filesystem;

void write_file(const fs::path& path, std::span<const u8> bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

void write_text(const fs::path& path, const std::string& text) { std::ofstream(path) << text; }

std::vector<u8> read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Hercules wants at least one device; nothing ever starts it. The automatic operator waits for the disabled wait.
void write_scripts(const fs::path& directory, u32 storage_bytes) {
  write_text(directory / "machine.cnf", fmt::format("CPUSERIAL 000370\n"
                                                    "CPUMODEL 3033\n"
                                                    "MAINSIZE {}\n"
                                                    "NUMCPU 1\n"
                                                    "ARCHMODE S/370\n"
                                                    "OSTAILOR QUIET\n"
                                                    "ECPSVM NO\n"
                                                    "DIAG8CMD DISABLE\n"
                                                    "0E0F 1403 printer.txt\n",
                                                    storage_bytes >> 20));
  write_text(directory / "start.rc",
             "hao tgt HHCCP011I\n"
             "hao cmd script finish.rc\n"
             "loadcore image.bin\n"
             "restart\n");
  write_text(directory / "finish.rc", fmt::format("savecore storage.bin 0 {:X}\nquit\n", storage_bytes - 1));
}

pid_t start(const std::string& program, const fs::path& directory) {
  const pid_t child = fork();
  if (child != 0) return child;
  const int log = open((directory / "log").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  const int null = open("/dev/null", O_RDONLY);
  dup2(null, 0);
  dup2(log, 1);
  dup2(log, 2);
  setenv("HERCULES_RC", "start.rc", 1);
  if (chdir(directory.c_str()) == 0) execlp(program.c_str(), program.c_str(), "-d", "-f", "machine.cnf", nullptr);
  _exit(127);
}

// Waits for the child; ends it when the time is over. True if it ended by itself.
bool wait_for(pid_t child, int seconds) {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + std::chrono::seconds(seconds);
  while (Clock::now() < deadline) {
    int status = 0;
    if (waitpid(child, &status, WNOHANG) == child) return WIFEXITED(status) && WEXITSTATUS(status) != 127;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  return false;
}

std::string log_end(const fs::path& directory) {
  const std::vector<u8> log = read_file(directory / "log");
  const std::size_t length = std::min<std::size_t>(log.size(), 1500);
  return std::string(log.end() - static_cast<std::ptrdiff_t>(length), log.end());
}

}  // namespace

TemporaryDirectory::TemporaryDirectory() {
  std::string name = (fs::temp_directory_path() / "oracle-XXXXXX").string();
  if (mkdtemp(name.data()) != nullptr) path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

Result<std::vector<u8>> run_hercules(const std::string& program, std::span<const u8> image, u32 storage_bytes,
                                     int seconds) {
  const TemporaryDirectory directory;
  if (directory.path().empty()) return fail("no temporary directory in {}", fs::temp_directory_path().string());
  write_file(directory.path() / "image.bin", image);
  write_scripts(directory.path(), storage_bytes);
  const pid_t child = start(program, directory.path());
  if (child < 0) return fail("cannot fork");
  if (!wait_for(child, seconds))
    return fail("{} did not end within {} s; its log ends:\n{}", program, seconds, log_end(directory.path()));
  std::vector<u8> storage = read_file(directory.path() / "storage.bin");
  if (storage.size() != storage_bytes)
    return fail("{} saved {} bytes of storage, not {}; its log ends:\n{}", program, storage.size(), storage_bytes,
                log_end(directory.path()));
  return storage;
}

bool hercules_exists(const std::string& program) {
  if (program.find('/') != std::string::npos) return access(program.c_str(), X_OK) == 0;
  const char* path = getenv("PATH");
  for (std::string rest = path ? path : ""; !rest.empty();) {
    const std::size_t colon = rest.find(':');
    if (access((rest.substr(0, colon) + "/" + program).c_str(), X_OK) == 0) return true;
    rest = colon == std::string::npos ? "" : rest.substr(colon + 1);
  }
  return false;
}

}  // namespace replica::oracle
