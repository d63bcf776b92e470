// What a sub-command prints on standard output.
#pragma once

#include <string_view>

#include "tools/exit_status.h"

namespace replica::tools {

// Prints all of `text`, or tells the user on stderr why not, with kFailure.
ExitStatus print(std::string_view text);

}  // namespace replica::tools
