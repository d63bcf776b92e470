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

struct HerculesRun {
  std::vector<u8> storage;  // all of it; empty if the CPU could not even be stopped, inside of an instruction
  u32 watched = 0;          // then the word at the watched location
  bool crashed = false;     // Hercules check-stopped itself for a "host error", or its CPU could not be stopped
};

// Loads `image` at location 0 of a System/370 with `storage_bytes` (a multiple of 1 MB), presses restart and waits for the
// disabled wait state; but not for ever, if the CPU loops or dies. `program` is the hercules executable. An error has the
// end of its log.
Result<HerculesRun> run_hercules(const std::string& program, std::span<const u8> image, u32 storage_bytes, u32 watch);

// Whether `program` can be started at all.
bool hercules_exists(const std::string& program);

}  // namespace replica::oracle
