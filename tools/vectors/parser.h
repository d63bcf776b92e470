// Reads case files. tests/vectors/README.md describes the language.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/result.h"
#include "tools/vectors/case.h"

namespace replica::vectors {

// Errors read "FILE:LINE: what was found, and what was expected".
Result<VectorFile> parse_text(std::string_view text, const std::string& name);
Result<VectorFile> parse_file(const std::filesystem::path& path);

// All *.vec files of a folder, by name.
Result<std::vector<VectorFile>> parse_folder(const std::filesystem::path& folder);

}  // namespace replica::vectors
