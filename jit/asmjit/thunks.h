// The pieces of generated code that all blocks share: the way in, the ways out, and the calls of C++.
#pragma once

#include "cpu/cpu.h"
#include "jit/asmjit/code_memory.h"

namespace replica {

struct Thunks {
  // Enters generated code at `code` and comes back when that leaves. The CPU's map must be selected.
  using Enter = void(CpuState* cpu, const void* code);

  Enter* enter = nullptr;
  const u8* leave = nullptr;             // the whole state is to be stored; the PSW's address has been
  const u8* leave_to_address = nullptr;  // the address to go on at is in eax
  const u8* leave_by_link =
      nullptr;  // a jump that may be linked: the Link is in rax, the PSW's address has been stored
  const u8* call_instruction = nullptr;       // the CallSite is in rax; returns unless control must leave
  const u8* call_last_instruction = nullptr;  // the CallSite is in rax; jumped to
  const u8* materialize_cc = nullptr;         // preserves all registers but the flags
};

// Emits them into the memory.
Thunks emit_thunks(CodeMemory& memory);

}  // namespace replica
