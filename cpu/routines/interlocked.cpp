// TEST AND SET, COMPARE AND SWAP. With one CPU, an instruction is interlocked by being one.
// GA22-7000 "General Instructions".
#include "cpu/routines.h"

namespace replica::routines {

// CC is the leftmost bit of the byte, which becomes X'FF'.
void TS(Cpu& cpu, const Insn& i) {
  u8* byte = cpu.store_area(second_address(cpu, i), 1).first;
  cpu.psw.cc = *byte >> 7;
  *byte = 0xFF;
}

// CC 0 equal, and R3 stored; 1 unequal, and R1 loaded. Access for storing is checked in both cases.
void CS(Cpu& cpu, const Insn& i) {
  const u32 address = second_address(cpu, i);
  require_alignment(cpu, address, 4);
  cpu.check_store(address, 4);
  const u32 second = cpu.load32(address);
  cpu.psw.cc = second != cpu.gr[i.r1];
  if (cpu.psw.cc == 0) {
    cpu.store32(address, cpu.gr[i.r3]);
  } else {
    cpu.set_gr(i.r1, second);
  }
}

void CDS(Cpu& cpu, const Insn& i) {
  require_specification(cpu, ((i.r1 | i.r3) & 1) == 0);
  const u32 address = second_address(cpu, i);
  require_alignment(cpu, address, 8);
  cpu.check_store(address, 8);
  const u64 second = cpu.load64(address);
  const auto pair = [&](unsigned n) { return u64{cpu.gr[n]} << 32 | cpu.gr[n + 1]; };
  cpu.psw.cc = second != pair(i.r1);
  if (cpu.psw.cc == 0) {
    cpu.store64(address, pair(i.r3));
  } else {
    cpu.set_gr(i.r1, static_cast<u32>(second >> 32));
    cpu.set_gr(i.r1 + 1u, static_cast<u32>(second));
  }
}

}  // namespace replica::routines
