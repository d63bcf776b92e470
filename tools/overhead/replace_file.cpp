#include "tools/overhead/replace_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "tools/files.h"

namespace replica::overhead {

Status replace_file(const std::string& path, std::string_view text) {
  const std::string unfinished = path + ".new";
  auto file = tools::create_file(unfinished);
  if (!file) return tl::unexpected(file.error());
  std::fwrite(text.data(), 1, text.size(), file->get());
  Status written = tools::close_file(std::move(*file));
  if (written && std::rename(unfinished.c_str(), path.c_str()) != 0) written = fail("{}", std::strerror(errno));
  if (written) return {};
  std::remove(unfinished.c_str());
  return fail("{}: {}", path, written.error().message);
}

}  // namespace replica::overhead
