// A folder for temporary files, removed with all that is in it.
#pragma once

#include <filesystem>
#include <memory>

#include "base/result.h"

namespace replica::overhead {

class RunFolder {
 public:
  // Errors: the host has no room for it.
  static Result<std::unique_ptr<RunFolder>> make();
  ~RunFolder();
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  explicit RunFolder(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

}  // namespace replica::overhead
