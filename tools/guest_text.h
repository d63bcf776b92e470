// The report area of the programs in guests/: what they print, in storage. A word with the length in bytes stands at its
// address, and the EBCDIC text follows.
#pragma once

#include <string>

#include "base/result.h"
#include "cpu/cpu.h"

namespace replica::tools {

// The text of the area at the real address `area`, as UTF-8. Errors: the area does not end within storage.
Result<std::string> read_guest_text(const Cpu& cpu, Storage& storage, u32 area);

}  // namespace replica::tools
