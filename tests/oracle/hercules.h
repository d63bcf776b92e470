// Runs a storage image on Hercules.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/types.h"

namespace replica::oracle {

// A directory that is removed with everything in it.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Loads `image` at location 0 of a System/370 with `storage_bytes` (a multiple of 1 MB), presses restart, waits for the
// disabled wait state and returns all of storage. `program` is the hercules executable; an error has the end of its log.
Result<std::vector<u8>> run_hercules(const std::string& program, std::span<const u8> image, u32 storage_bytes,
                                     int seconds);

// Whether `program` can be started at all.
bool hercules_exists(const std::string& program);

}  // namespace replica::oracle
