// The file of a directory source: read as a whole, replaced as a whole.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace replica::vmm {

// Errors: it cannot be read, is a directory, or is larger than 4 MB.
Result<std::string> read_source(const std::string& path);

// Writes a new file beside the old one and renames it, so that at any time, and after a crash, there is either the old
// or the new text. Mode and, if the user may set it, owner stay; a symbolic link stays and its target is replaced. After an
// error the old file is as it was.
Status replace_source(const std::string& path, std::string_view text);

}  // namespace replica::vmm
