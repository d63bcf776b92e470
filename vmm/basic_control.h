// A virtual machine without OPTION ECMODE: a System/370 without the extended facility, and so in BC mode only. It has control
// register 0 alone, no translation, CPU timer or clock comparator, and their instructions are operation exceptions. VM/370
// Planning and System Generation Guide (GC20-1801), "OPTION".
#pragma once

#include "cpu/cpu.h"

namespace replica::vmm {

// Carries out a privileged instruction, or an EXECUTE of one, on the virtual CPU of such a machine: gives the address of the
// next instruction, or throws ProgramException, as the handlers of the interpreter do.
u32 execute_in_basic_control(Cpu& cpu, const u8* bytes, u32 address);

}  // namespace replica::vmm
