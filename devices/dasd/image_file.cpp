#include "devices/dasd/image_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace replica {
namespace {

constexpr const char* kUnfinished = ".new";

// Regular files only: a pipe or a device could block, or have no size.
Status require_regular(const std::filesystem::path& path, int descriptor) {
  struct stat status;
  if (fstat(descriptor, &status) != 0) return fail("{}: {}", path.string(), std::strerror(errno));
  if (!S_ISREG(status.st_mode)) return fail("{}: not a regular file", path.string());
  return {};
}

Status lock(const std::filesystem::path& path, int descriptor, ImageFile::Access access) {
  const int kind = access == ImageFile::Access::write ? LOCK_EX : LOCK_SH;
  if (flock(descriptor, kind | LOCK_NB) == 0) return {};
  if (errno == EWOULDBLOCK) return fail("{}: in use by another device or program", path.string());
  return fail("{}: cannot be locked: {}", path.string(), std::strerror(errno));
}

}  // namespace

ImageFile& ImageFile::operator=(ImageFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(handle_, other.handle_);
  std::swap(writable_, other.writable_);
  std::swap(replaces_, other.replaces_);
  std::swap(unnamed_, other.unnamed_);
  return *this;
}

ImageFile::~ImageFile() {
  if (unnamed_ && handle_.is_open()) unlink((path_.string() + kUnfinished).c_str());
}

Result<ImageFile> ImageFile::open_with(const std::filesystem::path& path, int flags) {
  FileHandle handle(::open(path.c_str(), flags | O_CLOEXEC | O_NONBLOCK, 0666));
  if (!handle.is_open()) return fail("{}: {}", path.string(), std::strerror(errno));
  const Access access = (flags & O_ACCMODE) == O_RDONLY ? Access::read : Access::write;
  if (auto regular = require_regular(path, handle.get()); !regular) return tl::unexpected(regular.error());
  if (auto locked = lock(path, handle.get(), access); !locked) return tl::unexpected(locked.error());
  return ImageFile(path, std::move(handle), access == Access::write);
}

Result<ImageFile> ImageFile::open(const std::filesystem::path& path, Access access) {
  return open_with(path, access == Access::write ? O_RDWR : O_RDONLY);
}

Result<ImageFile> ImageFile::open_or_create(const std::filesystem::path& path) {
  return open_with(path, O_RDWR | O_CREAT);
}

Result<ImageFile> ImageFile::create(const std::filesystem::path& path, bool replaces) {
  if (!replaces && std::filesystem::exists(path)) return fail("{}: there is such a file already", path.string());
  auto file = open_or_create(path.string() + kUnfinished);
  if (!file) return file;
  if (auto emptied = file->resize(0); !emptied) return tl::unexpected(emptied.error());
  file->path_ = path;
  file->replaces_ = replaces;
  file->unnamed_ = true;
  return file;
}

Status ImageFile::make_writable() {
  if (writable_) return {};
  // The lock of the old descriptor would keep out the new one.
  flock(handle_.get(), LOCK_UN);
  auto opened = open(path_, Access::write);
  if (!opened) {
    static_cast<void>(lock(path_, handle_.get(), Access::read));
    return tl::unexpected(opened.error());
  }
  *this = std::move(*opened);
  return {};
}

Status ImageFile::publish() {
  const std::string unfinished = path_.string() + kUnfinished;
  if (auto status = sync(); !status) return status;
  const unsigned flags = replaces_ ? 0 : RENAME_NOREPLACE;
  if (renameat2(AT_FDCWD, unfinished.c_str(), AT_FDCWD, path_.c_str(), flags) == 0) {
    unnamed_ = false;
    return {};
  }
  return fail("{}: cannot be renamed to {}: {}", unfinished, path_.string(), std::strerror(errno));
}

Result<u64> ImageFile::size() const {
  struct stat status;
  if (fstat(handle_.get(), &status) != 0) return fail("{}: {}", path_.string(), std::strerror(errno));
  return static_cast<u64>(status.st_size);
}

Status ImageFile::read(u64 offset, std::span<u8> bytes) const {
  while (!bytes.empty()) {
    const ssize_t count = pread(handle_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail("{}: offset 0x{:X}: {}", path_.string(), offset, std::strerror(errno));
    if (count == 0)
      return fail("{}: the file ends at offset 0x{:X}, {} bytes too early", path_.string(), offset, bytes.size());
    bytes = bytes.subspan(static_cast<size_t>(count));
    offset += static_cast<u64>(count);
  }
  return {};
}

Status ImageFile::write(u64 offset, std::span<const u8> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = pwrite(handle_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail("{}: offset 0x{:X}: {}", path_.string(), offset, std::strerror(errno));
    bytes = bytes.subspan(static_cast<size_t>(count));
    offset += static_cast<u64>(count);
  }
  return {};
}

Status ImageFile::resize(u64 size) {
  if (ftruncate(handle_.get(), static_cast<off_t>(size)) == 0) return {};
  return fail("{}: cannot be made {} bytes long: {}", path_.string(), size, std::strerror(errno));
}

Status ImageFile::sync() {
  struct stat status;
  if (fdatasync(handle_.get()) != 0 || fstat(handle_.get(), &status) != 0) {
    return fail("{}: {}", path_.string(), std::strerror(errno));
  }
  if (status.st_nlink == 0)
    return fail("{}: the file has been removed; what was written to it is lost", path_.string());
  return {};
}

}  // namespace replica
