#include "tools/files.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/check.h"
#include "tools/parse.h"

namespace replica::tools {

Result<File> create_file(const std::string& path) {
  File file(std::fopen(path.c_str(), "w"), std::fclose);
  if (!file) return fail("{}: {}; expected a file that can be written", path, std::strerror(errno));
  return file;
}

Status close_file(File file) {
  const bool written = !std::ferror(file.get());
  if (std::fclose(file.release()) != 0) return fail("{}", std::strerror(errno));
  if (!written) return fail("a part could not be written");
  return {};
}

Result<std::vector<u8>> read_file(const std::string& path, const SizeLimit& limit) {
  const File file(std::fopen(path.c_str(), "rb"), std::fclose);
  if (!file) return fail("{}: {}; expected a file that can be read", path, std::strerror(errno));
  struct stat status {};
  if (fstat(fileno(file.get()), &status) != 0) return fail("{}: {}", path, std::strerror(errno));
  if (S_ISDIR(status.st_mode)) return fail("{}: is a directory; expected a file", path);
  // One byte more than allowed shows that there is too much; a device may have no end.
  std::vector<u8> bytes(limit.bytes + 1);
  bytes.resize(std::fread(bytes.data(), 1, bytes.size(), file.get()));
  if (std::ferror(file.get())) return fail("{}: {}; expected a file that can be read", path, std::strerror(errno));
  if (bytes.empty()) return fail("{}: is empty; expected at least one byte", path);
  if (bytes.size() > limit.bytes) {
    const std::string found = S_ISREG(status.st_mode) ? fmt::format("has {} bytes", status.st_size) : "has more";
    return fail("{}: {}; expected at most {} bytes, {}", path, found, limit.bytes, limit.reason);
  }
  return bytes;
}

Result<Core> read_core(std::string_view argument, u32 storage_bytes) {
  Core core;
  const std::size_t at = argument.rfind('@');
  core.path = argument.substr(0, at);
  if (core.path.empty()) return fail("--core {}: expected FILE or FILE@ADDRESS", argument);
  if (at != std::string_view::npos) {
    const auto address = parse_address(argument.substr(at + 1));
    if (!address) return fail("--core {}: after '@', {}", argument, address.error().message);
    core.address = *address;
  }
  if (core.address >= storage_bytes) {
    return fail("--core {}: address {:06X} is outside of storage; expected one below {:X}", argument, core.address,
                storage_bytes);
  }
  const std::string room = fmt::format("from address {:06X} to the end of storage", core.address);
  auto bytes = read_file(core.path, {storage_bytes - core.address, room});
  if (!bytes) return fail("--core {}", bytes.error().message);
  core.bytes = std::move(*bytes);
  return core;
}

void load_core(const Core& core, Storage& storage) {
  CHECK(core.address + core.bytes.size() <= storage.size());
  std::copy(core.bytes.begin(), core.bytes.end(), storage.data() + core.address);
  storage.note_change(core.address, static_cast<u32>(core.bytes.size()));
}

}  // namespace replica::tools
