// Files that are written as a whole or not at all.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace replica::overhead {

// What was there under this name stays until all of `text` has been written. Errors name the file.
Status replace_file(const std::string& path, std::string_view text);

}  // namespace replica::overhead
