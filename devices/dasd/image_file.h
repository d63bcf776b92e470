// A file of the host that holds an image: opened, locked against a second opener, read and written at offsets. Every error
// names the file, the offset and what the host said.
#pragma once

#include <filesystem>
#include <span>

#include "base/result.h"
#include "base/types.h"
#include "devices/host_file.h"

namespace replica {

class ImageFile {
 public:
  enum class Access : u8 { read, write };

  // Takes a lock that many readers or one writer can hold; fails if another opener, here or in another process, forbids.
  static Result<ImageFile> open(const std::filesystem::path& path, Access access);

  ImageFile(ImageFile&&) = default;
  ImageFile& operator=(ImageFile&& other) noexcept;
  // Removes a new file that has not got its name.
  ~ImageFile();

  // A new file, opened for writing, which gets its name by publish(): until then it is PATH.new, so that no half-made
  // image ever has the name. Fails if there is a file with that name, unless it `replaces` one.
  static Result<ImageFile> create(const std::filesystem::path& path, bool replaces = false);
  // All that was written is on the host's disk before the name is given.
  Status publish();
  // For writing; made if there is none.
  static Result<ImageFile> open_or_create(const std::filesystem::path& path);

  // Of a file that was opened for reading. It stays open for that if it cannot be written.
  Status make_writable();

  const std::filesystem::path& path() const { return path_; }
  bool writable() const { return writable_; }

  Result<u64> size() const;
  // All of `bytes`, or an error.
  Status read(u64 offset, std::span<u8> bytes) const;
  Status write(u64 offset, std::span<const u8> bytes);
  Status resize(u64 size);
  // Until the host's disk has it.
  Status sync();

 private:
  static Result<ImageFile> open_with(const std::filesystem::path& path, int flags);

  ImageFile(std::filesystem::path path, FileHandle handle, bool writable)
      : path_(std::move(path)), handle_(std::move(handle)), writable_(writable) {}

  std::filesystem::path path_;
  FileHandle handle_;
  bool writable_;
  bool replaces_ = false;
  bool unnamed_ = false;  // new, not yet published
};

}  // namespace replica
