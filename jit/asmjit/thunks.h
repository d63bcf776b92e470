// The pieces of generated code that all blocks share: the way in, the ways out, and the calls of C++.
#pragma once

#include "cpu/cpu.h"
#include "jit/asmjit/code_memory.h"

namespace replica {

struct Thunks {
  // Enters generated code at `code` and comes back when that leaves. The CPU's map must be selected.
  using Enter = void(CpuState* cpu, const void* code);

  Enter* enter = nullptr;
  const u8* leave = nullptr;                  // the whole state is to be stored; the PSW's address has been
  const u8* leave_to_address = nullptr;       // the address to go on at is in eax
  const u8* leave_by_link = nullptr;          // a jump that may be linked: the Link is in rax
  const u8* call_instruction = nullptr;       // the CallSite is in rax; returns unless control must leave
  const u8* call_last_instruction = nullptr;  // the CallSite is in rax; jumped to
  // The address of a block that is not entered is in eax: the budget is too small, or an assumption does not hold.
  const u8* not_entered = nullptr;
  const u8* assumption_failed = nullptr;
  // The host address of a byte of storage is on the stack, above the return address: carry if its line holds code. Preserves
  // all registers.
  const u8* test_line = nullptr;
  const u8* materialize_cc = nullptr;  // preserves all registers but the flags
  // Runs the region whose function is in rax, and goes where that says: see RegionExit.
  const u8* enter_region = nullptr;
  const u8* go_to_address = nullptr;  // that is in eax: to the code there
  // SUPERVISOR CALL and LOAD PSW, with their call site in rax, and in ecx the address of the operand.
  const u8* supervisor_call = nullptr;
  const u8* load_psw = nullptr;
  const u8* region_not_entered = nullptr;  // as not_entered, within a region: EngineState::link is not null then
};

// Emits them into the memory, for code of a CPU that has this storage.
Thunks emit_thunks(CodeMemory& memory, const Storage& storage);

}  // namespace replica
