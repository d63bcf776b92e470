// What the translating engine counts while it runs, and the report of it for people. All of it is counted where control is
// in C++ anyway: generated code counts nothing but the budget.
#pragma once

#include <array>
#include <string>

#include "base/types.h"

namespace replica {

// Why control came back from translated code to the engine.
enum class ExitCause : u8 {
  budget_spent,       // or too small for the next block
  left_by_call,       // an instruction that was called wants the machine to look at time and interruptions
  not_linked,         // a jump within the 2K block, to where there may be code in the meantime
  no_code,            // an address without code: of another 2K block, or known only at execution
  code_changed,       // the same, behind a store into translated code
  assumption_failed,  // the block is made for another value of a register
};
inline constexpr std::size_t kExitCauses = 6;

struct TranslatingCounters {
  u64 blocks = 0;        // translated
  u64 instructions = 0;  // in them
  u64 bytes = 0;         // of host code
  u64 nanoseconds = 0;   // spent translating
  u64 refused = 0;       // blocks that the generator cannot do

  u64 executed = 0;     // instructions, by whatever means
  u64 interpreted = 0;  // of these by the interpreter
  u64 interpreter_runs = 0;
  // Of these by call_instruction(), from translated code.
  u64 cold_calls = 0;   // an access was not in the access map
  u64 whole_calls = 0;  // the instruction has no code
  // Of these by translated code.
  u64 translated() const { return executed - interpreted - cold_calls - whole_calls; }

  u64 entries = 0;  // from the engine into code
  std::array<u64, kExitCauses> exits{};
  u64& exits_by(ExitCause cause) { return exits[static_cast<std::size_t>(cause)]; }
  u64 exits_by(ExitCause cause) const { return exits[static_cast<std::size_t>(cause)]; }

  u64 links = 0;          // jumps that were led to their target
  u64 invalidations = 0;  // stores into translated code
  u64 flushes = 0;        // of the whole cache
};

// Some lines: who executed the instructions, what was translated and what it cost, why code was left.
std::string report(const TranslatingCounters& counters);

}  // namespace replica
