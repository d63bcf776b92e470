// DIAGNOSE as a program in a virtual machine has it: how it calls CP. VM/370 System Programmer's Guide (GC20-1807), "DIAGNOSE
// Instruction in a Virtual Machine". docs/diagnose.md tells what there is.
#pragma once

#include "vmm/cp/control_program.h"

namespace replica::vmm {

// Performs DIAGNOSE for the guest of a session, which is in the supervisor state. Throws ProgramException: specification for a
// function that there is not, or for operands that it cannot have; addressing for storage that there is not.
void diagnose(ControlProgram& cp, Session& session, Cpu& cpu, const Insn& i);

}  // namespace replica::vmm
