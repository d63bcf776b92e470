#include "vmm/directory/source_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <span>
#include <system_error>

#include "devices/host_file.h"

namespace replica::vmm {
namespace {

constexpr std::size_t kLargestFile = 4 << 20;

tl::unexpected<Error> host_error(std::string_view action, const std::string& path) {
  return fail("cannot {} {}: {}", action, path, std::strerror(errno));
}

Status write_all(int descriptor, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return host_error("write", path);
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

// Everything that can fail is done to the new file, before it takes the old one's name.
Status write_beside(int descriptor, std::string_view text, const struct stat& old, const std::string& path) {
  if (Status status = write_all(descriptor, text, path); !status) return status;
  // Who may not give files away keeps what is written; then its group must not read it by the old mode.
  const bool same_owner = ::fchown(descriptor, old.st_uid, old.st_gid) == 0;
  const mode_t mode = old.st_mode & (same_owner ? 07777 : 0700);
  if (::fchmod(descriptor, mode) != 0) return host_error("set the mode of", path);
  if (::fsync(descriptor) != 0) return host_error("write", path);
  return {};
}

}  // namespace

Result<std::string> read_source(const std::string& path) {
  auto file = InputFile::open(path);
  if (!file) return tl::unexpected(file.error());
  std::string text(kLargestFile + 1, '\0');
  const auto size = file->read(std::span(reinterpret_cast<u8*>(text.data()), text.size()));
  if (!size) return tl::unexpected(size.error());
  if (*size > kLargestFile) return fail("{}: has more than {} bytes, expected a directory", path, kLargestFile);
  text.resize(*size);
  return text;
}

Status replace_source(const std::string& path, std::string_view text) {
  std::error_code error;
  const std::string old_path = std::filesystem::canonical(path, error).string();
  if (error) return fail("cannot open {}: {}", path, error.message());
  struct stat old {};
  if (::stat(old_path.c_str(), &old) != 0) return host_error("open", path);
  if (!S_ISREG(old.st_mode)) return fail("{}: is not a regular file, expected one that can be replaced", path);

  std::string new_path = old_path + ".XXXXXX";
  const FileHandle file(::mkostemp(new_path.data(), O_CLOEXEC));
  if (!file.is_open()) return host_error("create", new_path);
  Status status = write_beside(file.get(), text, old, new_path);
  if (status && ::rename(new_path.c_str(), old_path.c_str()) != 0) status = host_error("replace", path);
  if (!status) {
    ::unlink(new_path.c_str());
    return status;
  }
  // The rename itself reaches the disk with its folder. If it does not, the old text is there after a crash.
  const std::string folder = std::filesystem::path(old_path).parent_path().string();
  const FileHandle handle(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (handle.is_open()) ::fsync(handle.get());
  return {};
}

}  // namespace replica::vmm
