#include "tools/hercules/line_source.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

namespace replica::tools {

LineSource::LineSource(int descriptor) : descriptor_(descriptor), thread_([this] { read(); }) {}

LineSource::~LineSource() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  room_.notify_all();
  stop_bell_.ring();
  thread_.join();
}

void LineSource::on_line(std::function<void()> notify) {
  const std::lock_guard lock(notify_mutex_);
  notify_ = std::move(notify);
}

std::optional<std::string> LineSource::take() {
  const std::lock_guard lock(mutex_);
  if (lines_.empty()) return std::nullopt;
  std::string line = std::move(lines_.front());
  lines_.pop_front();
  room_.notify_all();
  return line;
}

bool LineSource::is_open() const {
  const std::lock_guard lock(mutex_);
  return !ended_ || !lines_.empty();
}

// False at the end of the program.
bool LineSource::wait_for_bytes() {
  pollfd events[] = {{.fd = descriptor_, .events = POLLIN, .revents = 0},
                     {.fd = stop_bell_.descriptor(), .events = POLLIN, .revents = 0}};
  while (poll(events, 2, -1) < 0) {
    if (errno != EINTR) return false;
  }
  return events[1].revents == 0;
}

void LineSource::read() {
  char buffer[4096];
  while (wait_for_bytes()) {
    const ssize_t count = ::read(descriptor_, buffer, sizeof buffer);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count <= 0) break;
    add(buffer, static_cast<std::size_t>(count));
  }
  if (!line_.empty()) add_line();
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  const std::lock_guard lock(notify_mutex_);
  if (notify_) notify_();
}

void LineSource::add(const char* bytes, std::size_t count) {
  for (std::size_t n = 0; n < count; ++n) {
    if (bytes[n] == '\n') {
      add_line();
    } else if (line_.size() < kLongestLine && bytes[n] != '\0') {
      line_ += bytes[n];
    }
  }
}

void LineSource::add_line() {
  {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [this] { return lines_.size() < kMostLines || stopping_; });
    lines_.push_back(std::move(line_));
    line_.clear();
  }
  const std::lock_guard lock(notify_mutex_);
  if (notify_) notify_();
}

}  // namespace replica::tools
