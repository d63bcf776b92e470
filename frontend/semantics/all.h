// Every instruction's meaning. A builder's user includes this.
#pragma once

#include "frontend/semantics/branch.h"
#include "frontend/semantics/fixed_point.h"
#include "frontend/semantics/floating_point.h"
#include "frontend/semantics/not_installed.h"
#include "frontend/semantics/routines.h"
#include "frontend/semantics/shift.h"
#include "frontend/semantics/storage_to_storage.h"

namespace replica::semantics {

// The meaning of each instruction, by opcode.
template <Opcode opcode, typename B>
struct Meaning;
#define INSTRUCTION(code, mnemonic, ...)                                \
  template <typename B>                                                 \
  struct Meaning<Opcode::mnemonic, B> {                                 \
    static void run(B& b, const Insn& i) { semantics::mnemonic(b, i); } \
  };
#include "frontend/instructions.def"
#undef INSTRUCTION

}  // namespace replica::semantics
