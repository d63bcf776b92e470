#include "tools/output.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace replica::tools {

ExitStatus print(std::string_view text) {
  const std::size_t written = std::fwrite(text.data(), 1, text.size(), stdout);
  if (written == text.size() && std::fflush(stdout) == 0) return kSuccess;
  fmt::print(stderr, "replica: standard output: {}; expected to write {} bytes\n", std::strerror(errno), text.size());
  return kFailure;
}

}  // namespace replica::tools
