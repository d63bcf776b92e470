// One instruction in the assembler's notation, for cases: "AP 800(4),900(4,5)". All numbers are hexadecimal, register
// numbers and lengths too; a length is that of the operand in bytes.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/types.h"

namespace replica::vectors {

// The bytes of the instruction, or what is wrong with it.
Result<std::vector<u8>> assemble(std::string_view text);

}  // namespace replica::vectors
