// One random guest on two machines, side by side: an engine, by default the plain interpreter, and the watched interpreter
// with paranoid mode, which also divides its runs otherwise. After each slice of instructions the two must be alike in every register, key and byte.
#pragma once

#include <bitset>
#include <functional>
#include <memory>
#include <string>

#include "base/types.h"
#include "cpu/interfaces.h"
#include "frontend/instruction_table.h"

namespace replica {

// random_guest.h, loop_guest.h
enum class GuestKind : u8 { bytes, loops, privileged };

// Whether the first machine is a virtual one, and at which assist level.
enum class VirtualMachineKind : u8 { bare, none, vma };

struct LockstepOptions {
  u64 seed = 0;
  GuestKind guests = GuestKind::bytes;
  VirtualMachineKind virtual_machine = VirtualMachineKind::bare;
  // Whether translations are remembered between a change of the tables and the purge. A virtual machine may remember others
  // than the bare one.
  bool remember_translations = true;
  unsigned slices = 40;
  bool trace = false;  // print each instruction of the watched machine
  // Makes the engine of the first machine; empty: that is interpreted.
  std::function<std::unique_ptr<Engine>(Cpu&)> engine = {};
  // The most instructions that the first machine is given at once; 0: as many as a slice has.
  u32 largest_budget = 0;
};

struct LockstepOutcome {
  u64 instructions = 0;
  std::string difference;  // empty if the machines never differed
};

// Which instructions have been executed, by row of the opcode table.
using Coverage = std::bitset<std::size(kInstructionTable)>;

LockstepOutcome run_lockstep(const LockstepOptions& options, Coverage* coverage = nullptr);

}  // namespace replica
