#include "tests/oracle/hercules.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <optional>
#include <sstream>
#include <string_view>
#include <thread>

namespace replica::oracle {
namespace {

namespace fs = std::filesystem;

// Processor time, so that a busy host does no harm: an image needs a fraction of a second.
constexpr double kProcessorSeconds = 3;
// For a CPU that does nothing at all, and then for saving storage and ending.
constexpr int kIdleSeconds = 120;
constexpr int kGraceSeconds = 20;
constexpr std::string_view kCrash = "due to host error";

void write_file(const fs::path& path, std::span<const u8> bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

void write_text(const fs::path& path, const std::string& text) { std::ofstream(path) << text; }

std::vector<u8> read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<u8> bytes;
  for (char buffer[65536]; file.read(buffer, sizeof buffer), file.gcount() > 0;)
    bytes.insert(bytes.end(), buffer, buffer + file.gcount());
  return bytes;
}

// The CPU has the priority of other processes, so that a busy host does not starve it. Hercules wants at least one device;
// nothing ever starts it. The automatic operator reacts to the message about the
// disabled wait; its thread needs a moment to begin, and the CPU needs one to stop after the message, before which
// savecore is rejected. A second savecore is rejected because the file exists. If the message never comes, start.rc goes
// on when we say so, and saves storage as it is.
void write_scripts(const fs::path& directory, u32 storage_bytes, u32 watch) {
  write_text(directory / "machine.cnf", fmt::format("CPUSERIAL 000370\n"
                                                    "CPUMODEL 3033\n"
                                                    "MAINSIZE {}\n"
                                                    "NUMCPU 1\n"
                                                    "ARCHMODE S/370\n"
                                                    "OSTAILOR QUIET\n"
                                                    "ECPSVM NO\n"
                                                    "DIAG8CMD DISABLE\n"
                                                    "CPUPRIO 0\n"
                                                    "0E0F 1403 printer.txt\n",
                                                    storage_bytes >> 20));
  write_text(directory / "start.rc", fmt::format("hao tgt HHCCP011I\n"
                                                 "hao cmd script finish.rc\n"
                                                 "sh sleep 0.02\n"
                                                 "loadcore image.bin\n"
                                                 "restart\n"
                                                 "sh while test -e machine.cnf -a ! -e give-up; do sleep 0.1; done\n"
                                                 "psw\n"
                                                 "r {:X}.4\n"
                                                 "stop\n"
                                                 "script finish.rc\n",
                                                 watch));
  std::string finish;
  for (const char* delay : {"0.01", "0.05", "0.2", "1", "5"})
    finish +=
        fmt::format("sh test -s storage.bin || sleep {}\nsavecore storage.bin 0 {:X}\n", delay, storage_bytes - 1);
  write_text(directory / "finish.rc", finish + "quit\n");
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

std::string read_text(const fs::path& path) {
  const std::vector<u8> bytes = read_file(path);
  return {bytes.begin(), bytes.end()};
}

// The processor time that a process has used.
double processor_seconds(pid_t process) {
  const std::string stat = read_text(fmt::format("/proc/{}/stat", process));
  std::istringstream fields(stat.substr(std::min(stat.size(), stat.rfind(')') + 1)));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  double user = 0, system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

// Waits for the child, telling it to give up when it has lost its way. False if it had to be killed.
bool wait_for(pid_t child, const fs::path& directory) {
  using Clock = std::chrono::steady_clock;
  const auto begin = Clock::now();
  std::optional<Clock::time_point> given_up;
  for (;; std::this_thread::sleep_for(std::chrono::milliseconds(5))) {
    if (waitpid(child, nullptr, WNOHANG) == child) return true;
    const auto now = Clock::now();
    if (given_up) {
      if (now - *given_up > std::chrono::seconds(kGraceSeconds)) break;
    } else if (now - begin > std::chrono::seconds(kIdleSeconds) || processor_seconds(child) > kProcessorSeconds ||
               read_text(directory / "log").find(kCrash) != std::string::npos) {
      given_up = now;
      write_text(directory / "give-up", "");
    }
  }
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  return false;
}

std::string log_end(const fs::path& directory) {
  const std::string log = read_text(directory / "log");
  return log.substr(log.size() - std::min<std::size_t>(log.size(), 1500));
}

// The word that the "r" command of start.rc has shown.
std::optional<u32> displayed_word(const fs::path& directory, u32 address) {
  const std::string log = read_text(directory / "log");
  const std::size_t line = log.find(fmt::format("R:{:08X}:", address));
  const std::size_t equals = line == std::string::npos ? line : log.find('=', line);
  if (equals == std::string::npos) return std::nullopt;
  return static_cast<u32>(strtoul(log.substr(equals + 1, 8).c_str(), nullptr, 16));
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

Result<HerculesRun> run_hercules(const std::string& program, std::span<const u8> image, u32 storage_bytes, u32 watch) {
  const TemporaryDirectory directory;
  if (directory.path().empty()) return fail("no temporary directory in {}", fs::temp_directory_path().string());
  write_file(directory.path() / "image.bin", image);
  write_scripts(directory.path(), storage_bytes, watch);
  const pid_t child = start(program, directory.path());
  if (child < 0) return fail("cannot fork");
  HerculesRun run;
  if (wait_for(child, directory.path())) {
    run.storage = read_file(directory.path() / "storage.bin");
    run.crashed = read_text(directory.path() / "log").find(kCrash) != std::string::npos;
    if (run.storage.size() == storage_bytes) return run;
    return fail("{} did not save its storage; its log ends:\n{}", program, log_end(directory.path()));
  }
  const auto word = displayed_word(directory.path(), watch);
  if (!word) return fail("{} did not end; its log ends:\n{}", program, log_end(directory.path()));
  run.watched = *word;
  run.crashed = true;
  return run;
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
