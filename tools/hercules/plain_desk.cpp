#include "tools/hercules/plain_desk.h"

#include <cstdio>

namespace replica::tools {

bool PlainDesk::write_line(const std::string& line) {
  return std::fwrite(line.data(), 1, line.size(), stdout) == line.size() && std::fputc('\n', stdout) != EOF &&
         std::fflush(stdout) == 0;
}

}  // namespace replica::tools
