// Instructions as the commands `u` and `t` of Hercules 3.13 print them: mnemonic, operands with every field, and a name.
//
//   LA    1,15(0,0)              load_address
//   MVC   772(4,0),768(0)        move
//   ????? ,                      ?
//
// The name is the title of the instruction in the manual; Hercules has the names of its own functions there.
#pragma once

#include <string>

#include "base/types.h"

namespace replica::tools {

// `bytes` has the instruction's length, by its first byte.
std::string instruction_text(const u8* bytes);

// Its bytes in hexadecimal, padded, and the text: "4110000F     LA    1,15(0,0) ...".
std::string instruction_bytes_and_text(const u8* bytes);

}  // namespace replica::tools
