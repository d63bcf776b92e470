// The engines by the names that users know them by.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "cpu/cpu.h"

namespace replica::tools {

// "interpreter", "asmjit" (translates what is executed for the first time), "tiered" (translates what is executed often).
// Null for the interpreter, which every machine has. Errors: another name; no memory for code.
Result<std::unique_ptr<Engine>> make_engine(const std::string& name, Cpu& cpu);

}  // namespace replica::tools
