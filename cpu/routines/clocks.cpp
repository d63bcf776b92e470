// TOD clock, clock comparator, CPU timer. GA22-7000 "Timing".
#include "cpu/routines.h"

namespace replica::routines {

// CC 0: the clock is always set.
void STCK(Cpu& cpu, const Insn& i) {
  const Area target = cpu.store_area(second_address(cpu, i), 8);
  u8 value[8];
  store_be64(value, cpu.clocks().tod(cpu.now()));
  copy_to(target, 8, value);
  cpu.psw.cc = 0;
}

// CC 0: the operator's TOD-clock key always allows it.
void SCK(Cpu& cpu, const Insn& i) {
  const u32 address = second_address(cpu, i);
  require_alignment(cpu, address, 8);
  cpu.clocks().set_tod(cpu.load64(address), cpu.now());
  cpu.psw.cc = 0;
  cpu.clock_changed();
}

void SCKC(Cpu& cpu, const Insn& i) {
  const u32 address = second_address(cpu, i);
  require_alignment(cpu, address, 8);
  cpu.clocks().set_comparator(cpu.load64(address));
  cpu.clock_changed();
}

void STCKC(Cpu& cpu, const Insn& i) {
  const u32 address = second_address(cpu, i);
  require_alignment(cpu, address, 8);
  cpu.store64(address, cpu.clocks().comparator());
}

void SPT(Cpu& cpu, const Insn& i) {
  const u32 address = second_address(cpu, i);
  require_alignment(cpu, address, 8);
  cpu.clocks().set_cpu_timer(cpu.load64(address), cpu.now());
  cpu.clock_changed();
}

void STPT(Cpu& cpu, const Insn& i) {
  const u32 address = second_address(cpu, i);
  require_alignment(cpu, address, 8);
  cpu.store64(address, cpu.clocks().cpu_timer(cpu.now()));
}

}  // namespace replica::routines
