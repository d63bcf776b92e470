// Instructions as text, in the assembler's syntax, from the opcode table:
//
//   L     1,16(2,3)          RX: displacement decimal, then (index,base)
//   L     1,16(,3)           no index;  16(2,0) no base;  16 neither
//   STM   14,12,12(13)       (base), and nothing if it is 0
//   MVC   0(8,1),4(2)        (length,base): the length in bytes, one more than its code in storage
//   TM    5(1),X'80'         immediate bytes in hexadecimal
//   DC    X'0000'            what is not an instruction, by the halfword
//
// Masks are numbers, without extended mnemonics: `BC    8,...` and not BE. The System/370 has no relative operands, so
// the text does not depend on where the instruction stands.
#pragma once

#include <cstddef>
#include <string>

#include "base/types.h"

namespace replica {

// The instruction at `bytes`, of which `available` may be read. Facilities that are not installed are no hindrance. An
// unassigned opcode, or an instruction of which not everything is available, becomes the DC of its first halfword, or of a
// byte if there is no more; no bytes at all become an empty text.
std::string disassemble(const u8* bytes, std::size_t available);

// How many bytes that text stands for: 2, 4 or 6; 1 or 0 if there are no more. The next instruction follows there.
std::size_t disassembled_length(const u8* bytes, std::size_t available);

}  // namespace replica
