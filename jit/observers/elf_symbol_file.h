// The smallest ELF file that tells a debugger the name of a piece of code.
#pragma once

#include <string>

#include "jit/code_observer.h"

namespace replica {

// The bytes of an ELF64 file with one section, which stands for the code and has none of its bytes, and one symbol, a
// function that is all of it.
std::string elf_symbol_file(const NamedCode& code);

}  // namespace replica
