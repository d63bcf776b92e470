#include "devices/host_file.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <thread>
#include <utility>

namespace replica {
namespace {

constexpr std::size_t kChunk = 65536;
constexpr std::chrono::seconds kPatience{10};  // with the program at the end of a pipe

tl::unexpected<Error> host_error(std::string_view action, std::string_view name, int error) {
  return fail("cannot {} {}: {}", action, name, std::strerror(error));
}

// While it exists, writing to a pipe that nobody reads gives EPIPE and does not raise SIGPIPE in this thread.
class NoBrokenPipeSignal {
 public:
  NoBrokenPipeSignal() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~NoBrokenPipeSignal() {
    const timespec now{};
    if (!was_pending_) sigtimedwait(&pipe_, nullptr, &now);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  NoBrokenPipeSignal(const NoBrokenPipeSignal&) = delete;
  NoBrokenPipeSignal& operator=(const NoBrokenPipeSignal&) = delete;

 private:
  sigset_t pipe_;
  sigset_t before_;
  bool was_pending_;
};

// How many bytes went out; errno tells why if it is not all.
std::size_t write_all(int descriptor, std::string_view bytes) {
  std::size_t done = 0;
  errno = 0;
  while (done < bytes.size()) {
    const ssize_t count = ::write(descriptor, bytes.data() + done, bytes.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    done += static_cast<std::size_t>(count);
  }
  return done;
}

// Starts the shell with `input` as its standard input; 0 or the error.
int spawn_shell(const std::string& command, const std::filesystem::path& directory, int input, pid_t& process) {
  std::string shell = "/bin/sh", flag = "-c", text = command;
  char* const arguments[] = {shell.data(), flag.data(), text.data(), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  if (!directory.empty()) posix_spawn_file_actions_addchdir_np(&actions, directory.c_str());
  const int error = posix_spawn(&process, shell.c_str(), &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

}  // namespace

FileHandle& FileHandle::operator=(FileHandle&& other) noexcept {
  if (this != &other) {
    if (is_open()) ::close(descriptor_);
    descriptor_ = other.release();
  }
  return *this;
}

FileHandle::~FileHandle() {
  if (is_open()) ::close(descriptor_);
}

int FileHandle::release() { return std::exchange(descriptor_, -1); }

Result<InputFile> InputFile::open(const std::filesystem::path& path) {
  InputFile file;
  file.path_ = path;
  file.file_ = FileHandle(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.file_.is_open()) return host_error("open", path.string(), errno);
  struct stat status;
  if (fstat(file.file_.get(), &status) == 0 && S_ISDIR(status.st_mode))
    return host_error("read", path.string(), EISDIR);
  return file;
}

Result<int> InputFile::get() {
  if (available() == 0) {
    if (Status status = fill(1); !status) return tl::unexpected(status.error());
    if (available() == 0) return kEnd;
  }
  return buffer_[position_++];
}

Result<u32> InputFile::read(std::span<u8> bytes) {
  if (Status status = fill(bytes.size()); !status) return tl::unexpected(status.error());
  const std::size_t count = std::min(bytes.size(), available());
  std::copy_n(buffer_.begin() + static_cast<std::ptrdiff_t>(position_), count, bytes.begin());
  position_ += count;
  return static_cast<u32>(count);
}

Result<std::span<const u8>> InputFile::peek(u32 count) {
  if (Status status = fill(count); !status) return tl::unexpected(status.error());
  return std::span<const u8>(buffer_).subspan(position_, std::min<std::size_t>(count, available()));
}

// Makes `wanted` bytes available if the file has them.
Status InputFile::fill(std::size_t wanted) {
  while (!ended_ && available() < wanted) {
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(position_));
    position_ = 0;
    const std::size_t old = buffer_.size();
    buffer_.resize(old + kChunk);
    const ssize_t count = ::read(file_.get(), buffer_.data() + old, kChunk);
    const int error = errno;
    buffer_.resize(old + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    if (count < 0 && error != EINTR) return host_error("read", path_.string(), error);
    ended_ = count == 0;
  }
  return {};
}

Result<OutputFile> OutputFile::open(const std::filesystem::path& path, Existing existing) {
  OutputFile file;
  file.name_ = path.string();
  const int flags = existing == Existing::append ? O_APPEND : O_TRUNC;
  file.file_ = FileHandle(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0640));
  if (!file.is_open()) return host_error("open", file.name_, errno);
  struct stat status;
  file.regular_ = fstat(file.file_.get(), &status) == 0 && S_ISREG(status.st_mode);
  return file;
}

Result<OutputFile> OutputFile::open_pipe(const std::string& command, const std::filesystem::path& directory) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return host_error("make a pipe to", command, errno);
  const FileHandle input(ends[0]);
  OutputFile file;
  file.name_ = "|" + command;
  file.file_ = FileHandle(ends[1]);
  if (const int error = spawn_shell(command, directory, input.get(), file.process_); error != 0) {
    file.process_ = 0;
    return host_error("run", command, error);
  }
  return file;
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : name_(std::move(other.name_)),
      file_(std::move(other.file_)),
      process_(std::exchange(other.process_, 0)),
      regular_(other.regular_) {}

OutputFile& OutputFile::operator=(OutputFile&& other) noexcept {
  if (this != &other) {
    (void)close();
    name_ = std::move(other.name_);
    file_ = std::move(other.file_);
    process_ = std::exchange(other.process_, 0);
    regular_ = other.regular_;
  }
  return *this;
}

OutputFile::~OutputFile() { (void)close(); }

Status OutputFile::write(std::string_view bytes) {
  const NoBrokenPipeSignal quiet;
  const std::size_t written = write_all(file_.get(), bytes);
  if (written == bytes.size()) return {};
  const int error = errno;
  struct stat status;
  if (regular_ && written > 0 && fstat(file_.get(), &status) == 0) {
    const off_t before = status.st_size - static_cast<off_t>(written);
    if (ftruncate(file_.get(), before) == 0) lseek(file_.get(), before, SEEK_SET);
  }
  if (error == 0) return fail("cannot write to {}: only {} of {} bytes went out", name_, written, bytes.size());
  return host_error("write to", name_, error);
}

Status OutputFile::close() {
  if (!file_.is_open()) return {};
  if (::close(file_.release()) != 0) return host_error("close", name_, errno);
  if (process_ == 0) return {};
  const pid_t process = std::exchange(process_, 0);
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  int status = 0;
  while (waitpid(process, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > deadline) return fail("{} still runs and is left alone", name_);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return fail("{} ended with {} {}", name_, WIFEXITED(status) ? "exit code" : "signal",
              WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
}

}  // namespace replica
