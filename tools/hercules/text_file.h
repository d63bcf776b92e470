// Text files that the user writes by hand: configurations, includes, scripts of commands.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace replica::tools {

// The lines of a file, without their ends (LF or CR LF). Errors: it cannot be read, is a directory, is larger than 1 MB, or
// has bytes that no text has.
Result<std::vector<std::string>> read_lines(const std::string& path);

// The text as lines, likewise. `name` is for messages.
Result<std::vector<std::string>> split_lines(const std::string& text, const std::string& name);

// The words between blanks.
std::vector<std::string> split_words(const std::string& line);

// Without blanks at both ends.
std::string trimmed(const std::string& text);

// Small letters as capitals.
std::string upper_case(std::string text);

}  // namespace replica::tools
