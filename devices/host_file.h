// Files of the host that card and print devices read and write. Nothing is buffered on the way out: when write() returns,
// the host has the bytes.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/types.h"

namespace replica {

// An open file of the host, closed in the end.
class FileHandle {
 public:
  FileHandle() = default;
  explicit FileHandle(int descriptor) : descriptor_(descriptor) {}
  FileHandle(FileHandle&& other) noexcept : descriptor_(other.release()) {}
  FileHandle& operator=(FileHandle&& other) noexcept;
  ~FileHandle();

  int get() const { return descriptor_; }
  bool is_open() const { return descriptor_ >= 0; }
  int release();

 private:
  int descriptor_ = -1;
};

class InputFile {
 public:
  // A directory cannot be opened.
  static Result<InputFile> open(const std::filesystem::path& path);

  // The next byte, or kEnd.
  static constexpr int kEnd = -1;
  Result<int> get();
  // Fills `bytes` as far as the file reaches and says how far.
  Result<u32> read(std::span<u8> bytes);
  // The next bytes, up to `count`, which stay to be read. Valid until the next call.
  Result<std::span<const u8>> peek(u32 count);

 private:
  Status fill(std::size_t wanted);
  std::size_t available() const { return buffer_.size() - position_; }

  std::filesystem::path path_;
  FileHandle file_;
  std::vector<u8> buffer_;
  std::size_t position_ = 0;
  bool ended_ = false;
};

class OutputFile {
 public:
  enum class Existing : u8 { replace, append };

  static Result<OutputFile> open(const std::filesystem::path& path, Existing existing);
  // Runs `command` by the shell, in `directory` unless that is empty; what is written is its standard input.
  static Result<OutputFile> open_pipe(const std::string& command, const std::filesystem::path& directory);

  OutputFile() = default;
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&& other) noexcept;
  ~OutputFile();

  bool is_open() const { return file_.is_open(); }
  // Writes all of `bytes`. If that fails, a regular file is left as it was, so that the same bytes can be written again.
  Status write(std::string_view bytes);
  // Closes the file. Waits some seconds for the program at the end of a pipe; the error says if it failed.
  Status close();

 private:
  std::string name_;
  FileHandle file_;
  int process_ = 0;  // at the end of a pipe, otherwise 0
  bool regular_ = false;
};

}  // namespace replica
