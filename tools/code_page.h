// EBCDIC text, code page 037 (USA, Canada; CCSID 37), for terminals and files of the host.
#pragma once

#include <string>

#include "base/types.h"

namespace replica::tools {

// The character as UTF-8. X'15' is the end of a line; what has no graphic is '.'.
std::string from_ebcdic(u8 character);

}  // namespace replica::tools
