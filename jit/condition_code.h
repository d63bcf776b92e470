// The deferred condition code of generated code: how it was last set, and from which operands. It becomes a number only
// where somebody asks.
#pragma once

#include "cpu/cpu.h"

namespace replica {

enum class CcKind : u32 {
  in_psw,           // it is a number, in the PSW
  sign_word,        // of a
  sign_long,        // of a, 64 bits
  nonzero,          // whether a is
  add_signed,       // of the sum of a and b
  subtract_signed,  // of their difference
  add_logical,
  subtract_logical,
  compare_signed,
  compare_logical,
  compare_logical_long,  // of 64 bits
  test_mask,             // of the selected bits a and the mask b
  unknown,               // to the translator: as the block was entered; never in EngineState
};

// The number that operands make; `in_psw` if it is one already.
u32 number_of_cc(u32 kind, u64 a, u64 b, u32 in_psw);

// Puts the deferred condition code into the PSW.
void put_deferred_cc(CpuState& cpu);
inline void materialize_cc(CpuState& cpu) {
  if (cpu.engine.cc_kind != static_cast<u32>(CcKind::in_psw)) put_deferred_cc(cpu);
}

// Gives EngineState operands of which `kind` makes the condition code that is in the PSW.
void defer_cc(Cpu& cpu, CcKind kind);

}  // namespace replica
