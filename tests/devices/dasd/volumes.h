// Volumes for tests, and the programs of Hercules to hold them against.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "devices/dasd/volume_tools.h"
#include "tests/tools/temporary_folder.h"

namespace replica::test {

using tools::TemporaryFolder;

// The value, or the end of the test program with the error's text.
template <typename T>
T value_of(Result<T> result) {
  if (!result) {
    ADD_FAILURE() << result.error().message;
    std::abort();
  }
  return std::move(*result);
}

#define EXPECT_GOOD(expression)                            \
  do {                                                     \
    const auto result_of_ = (expression);                  \
    EXPECT_TRUE(result_of_) << result_of_.error().message; \
  } while (false)

enum class Format : u8 { raw, stored, zlib, bzip2 };

// A volume of empty tracks, but for a label on the first, open for writing.
std::string make_volume(const TemporaryFolder& folder, const std::string& name, std::string_view type, u32 cylinders,
                        Format format);
std::unique_ptr<TrackStore> open_for_test(const std::string& path, bool read_only = false);

// A track with `records` records that differ by `seed`; compressible in part.
Track sample_track(const TrackStore& store, u32 number, u32 seed);

// Moves the first level 2 table of a compressed image behind the image's end, to `offset` within a page.
void move_first_table(const std::string& path, u32 offset);

std::vector<u8> bytes_of(const std::string& path);

// Programs of the host. Exit status (or -1 if it was killed) and what it wrote.
struct HostRun {
  int status;
  std::string output;
};
HostRun run_host(const std::string& command);
bool has_program(const std::string& name);

// Skips the test, by the program's name, if it is not installed.
#define NEED_PROGRAM(name) \
  if (!::replica::test::has_program(name)) GTEST_SKIP() << "needs " name " of Hercules"

// Whether cckdcdsk finds nothing to complain about; after a crash it may renew the list of free space. Level 3 reads all
// tracks; it takes no stored track as short as R0 alone, which only dasdinit makes, so that level 2 (headers of tracks) is for
// its files.
::testing::AssertionResult accepted_by_cckdcdsk(const std::string& path, bool after_crash = false, int level = 3);

}  // namespace replica::test
