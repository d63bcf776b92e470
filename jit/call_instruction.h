// One instruction, done by the interpreter's handler on behalf of generated code: those that have no code of their own, and
// all others when an access of theirs is not in the access map.
#pragma once

#include "cpu/interpreter.h"
#include "jit/condition_code.h"

namespace replica {

// An instruction in a block, as call_instruction() needs to know it.
struct CallSite {
  Handler* handler;
  std::array<u8, 6> bytes;
  u8 ilc;
  bool sets_cc;
  bool asks_for_cc;  // or may exchange PSWs
  u8 observed;       // of EXECUTE, as in ir::GuestInstruction
  CcKind cc_before;  // how the code before it has left the condition code; unknown: as EngineState tells
  CcKind cc_after;   // how the code behind it expects the condition code; if it sets one
  u32 address;
  u32 next;
  u32 left;               // instructions of the block behind it
  bool is_cold = false;   // it has code, and an access of it is not in the access map
  mutable u32 calls = 0;  // by call_last_instruction()
};

enum class CallOutcome : u8 {
  next,       // control goes on behind the instruction
  leave,      // it must leave translated code: the budget is spent
  elsewhere,  // it goes on at the PSW's address
};

// Runs the instruction, with the registers in the CPU's state. Unless control goes on behind it, all is then as an engine
// leaves it: PSW, condition code, budget; another access map may have been selected.
CallOutcome call_instruction(Cpu& cpu, const CallSite& site);

// The same for the last instruction of a block, behind which control never simply goes on.
CallOutcome call_last_instruction(Cpu& cpu, const CallSite& site);

}  // namespace replica
