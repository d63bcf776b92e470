#include "tools/hercules/wake_up.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>

#include "base/check.h"
#include "base/types.h"

namespace replica::tools {

WakeUp::WakeUp() : descriptor_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) { CHECK(descriptor_ >= 0); }
WakeUp::~WakeUp() { close(descriptor_); }

void WakeUp::ring() const {
  const int saved = errno;  // a signal handler leaves it as it was
  const u64 one = 1;
  // It fails only if it rings already, and often.
  [[maybe_unused]] const ssize_t written = write(descriptor_, &one, sizeof one);
  errno = saved;
}

void WakeUp::wait(std::chrono::milliseconds most) const {
  pollfd bell{.fd = descriptor_, .events = POLLIN, .revents = 0};
  poll(&bell, 1, static_cast<int>(most.count()));
  hear();
}

void WakeUp::hear() const {
  u64 count = 0;
  [[maybe_unused]] const ssize_t taken = read(descriptor_, &count, sizeof count);
}

}  // namespace replica::tools
