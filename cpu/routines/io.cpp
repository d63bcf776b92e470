// The I/O instructions, which the channels perform. The I/O address is bits 16-31 of the second-operand address.
// GA22-7000 "Input/Output Instructions".
#include "cpu/routines.h"

namespace replica::routines {
namespace {

void perform(Cpu& cpu, const Insn& i, IoInstruction instruction) {
  const u16 address = static_cast<u16>(second_address(cpu, i));
  cpu.psw.cc = cpu.channels().instruction(cpu.io_context(), instruction, address);
  cpu.clock_changed();
}

}  // namespace

void SIO(Cpu& cpu, const Insn& i) { perform(cpu, i, IoInstruction::start_io); }
void SIOF(Cpu& cpu, const Insn& i) { perform(cpu, i, IoInstruction::start_io_fast_release); }
void TIO(Cpu& cpu, const Insn& i) {
  perform(cpu, i, IoInstruction::test_io);
  cpu.polling.asked(i.address, cpu.psw.cc);
}
void CLRIO(Cpu& cpu, const Insn& i) { perform(cpu, i, IoInstruction::clear_io); }
void HIO(Cpu& cpu, const Insn& i) { perform(cpu, i, IoInstruction::halt_io); }
void HDV(Cpu& cpu, const Insn& i) { perform(cpu, i, IoInstruction::halt_device); }
void TCH(Cpu& cpu, const Insn& i) { perform(cpu, i, IoInstruction::test_channel); }
void CLRCH(Cpu& cpu, const Insn& i) { perform(cpu, i, IoInstruction::clear_channel); }
void STIDC(Cpu& cpu, const Insn& i) { perform(cpu, i, IoInstruction::store_channel_id); }

}  // namespace replica::routines
