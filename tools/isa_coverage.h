// What the behaviour cases (tests/vectors) prove of each instruction: `replica isa --coverage tests/vectors`.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace replica::tools {

// A line for each installed instruction: which of its condition codes and exceptions have a case, and which lack one; then
// the totals. Errors: a case file that cannot be read or parsed, with its line.
Result<std::string> isa_coverage(const std::filesystem::path& folder);

}  // namespace replica::tools
