// PSW, control registers, prefix, CPU identity and signalling. GA22-7000 "Control Instructions".
// That a privileged instruction is executed in supervisor state has been checked before.
#include "base/bits.h"
#include "cpu/routines.h"

namespace replica::routines {
namespace {

constexpr u32 kSsmSuppression = ibm_mask<u32>(1);  // CR0

// Bit n of the 16 monitor masks in CR8.
bool monitor_class_enabled(const Cpu& cpu, unsigned n) { return ibm_bit(cpu.cr[8], 16 + n); }

// SIGNAL PROCESSOR: order codes, and the status bits that this CPU can have.
enum class Order : u8 {
  sense = 0x01,
  external_call = 0x02,
  emergency_signal = 0x03,
  start = 0x04,
  stop = 0x05,
  restart = 0x06,
  initial_program_reset = 0x07,
  program_reset = 0x08,
  stop_and_store_status = 0x09,
  initial_cpu_reset = 0x0B,
  cpu_reset = 0x0C,
};
constexpr u32 kExternalCallPending = ibm_mask<u32>(24);
constexpr u32 kInvalidOrder = ibm_mask<u32>(30);

void stop(Cpu& cpu) {
  cpu.stopped = true;
  cpu.leave();
}

// Performs an order that the CPU has given itself and returns the status; zero for accepted.
u32 signal_self(Cpu& cpu, Order order) {
  switch (order) {
    case Order::sense: return cpu.external_call_pending() ? kExternalCallPending : 0;
    case Order::external_call: return cpu.request_external_call() ? 0 : kExternalCallPending;
    case Order::emergency_signal: cpu.request_emergency_signal(); return 0;
    case Order::start: return 0;
    case Order::stop: stop(cpu); return 0;
    case Order::stop_and_store_status:
      stop(cpu);
      cpu.store_status();
      return 0;
    case Order::restart: cpu.restart_interruption(); return 0;
    case Order::initial_program_reset:
      cpu.channels().reset();
      cpu.initial_reset();
      return 0;
    case Order::program_reset:
      cpu.channels().reset();
      cpu.reset();
      return 0;
    case Order::initial_cpu_reset: cpu.initial_reset(); return 0;
    case Order::cpu_reset: cpu.reset(); return 0;
  }
  return kInvalidOrder;
}

}  // namespace

void SVC(Cpu& cpu, const Insn& i) { cpu.supervisor_call_interruption(i.i2, i.ilc); }

void MC(Cpu& cpu, const Insn& i) {
  require_specification(cpu, i.i2 < 16);
  if (!monitor_class_enabled(cpu, i.i2)) return;
  cpu.details.monitor_class = i.i2;
  cpu.details.monitor_code = first_address(cpu, i);
  cpu.throw_program(ProgramCode::monitor_event);
}

void LPSW(Cpu& cpu, const Insn& i) {
  const u32 address = second_address(cpu, i);
  require_alignment(cpu, address, 8);
  cpu.load_psw(cpu.load64(address));
}

void SSM(Cpu& cpu, const Insn& i) {
  if (cpu.cr[0] & kSsmSuppression) cpu.throw_program(ProgramCode::special_operation);
  cpu.psw.system_mask = cpu.load8(second_address(cpu, i));
  cpu.system_mask_changed();
}

void STNSM(Cpu& cpu, const Insn& i) {
  cpu.store8(first_address(cpu, i), cpu.psw.system_mask);
  cpu.psw.system_mask &= i.i2;
  cpu.system_mask_changed();
}

void STOSM(Cpu& cpu, const Insn& i) {
  cpu.store8(first_address(cpu, i), cpu.psw.system_mask);
  cpu.psw.system_mask |= i.i2;
  cpu.system_mask_changed();
}

void LCTL(Cpu& cpu, const Insn& i) {
  const u32 address = second_address(cpu, i);
  require_alignment(cpu, address, 4);
  const unsigned count = ((i.r3 - i.r1) & 15) + 1u;
  u8 words[64];
  copy_from(cpu.fetch_area(address, 4 * count), 4 * count, words);
  for (unsigned n = 0; n < count; ++n) cpu.cr[(i.r1 + n) & 15] = load_be32(words + 4 * n);
  cpu.control_register_changed();
}

void STCTL(Cpu& cpu, const Insn& i) {
  const u32 address = second_address(cpu, i);
  require_alignment(cpu, address, 4);
  const unsigned count = ((i.r3 - i.r1) & 15) + 1u;
  u8 words[64];
  for (unsigned n = 0; n < count; ++n) store_be32(words + 4 * n, cpu.cr[(i.r1 + n) & 15]);
  copy_to(cpu.store_area(address, 4 * count), 4 * count, words);
}

// The key is bits 24-27 of the address.
void SPKA(Cpu& cpu, const Insn& i) {
  cpu.psw.key = second_address(cpu, i) >> 4 & 15;
  cpu.psw_changed();
}

void IPK(Cpu& cpu, const Insn&) { cpu.set_gr(2, (cpu.gr[2] & 0xFFFFFF00) | u32{cpu.psw.key} << 4); }

void SPX(Cpu& cpu, const Insn& i) {
  const u32 address = second_address(cpu, i);
  require_alignment(cpu, address, 4);
  const u32 prefix = cpu.load32(address) & 0x00FFF000;
  if (!cpu.storage().contains(prefix)) cpu.throw_program(ProgramCode::addressing);
  cpu.prefix = prefix;
  cpu.maps().purge_translations();
  cpu.context_changed();
  cpu.leave();
}

void STPX(Cpu& cpu, const Insn& i) {
  const u32 address = second_address(cpu, i);
  require_alignment(cpu, address, 4);
  cpu.store32(address, cpu.prefix);
}

// There is one CPU, and its address is zero.
void STAP(Cpu& cpu, const Insn& i) {
  const u32 address = second_address(cpu, i);
  require_alignment(cpu, address, 2);
  cpu.store16(address, 0);
}

// Version code, serial number, model; the length of the machine-check extended logout is zero.
void STIDP(Cpu& cpu, const Insn& i) {
  const u32 address = second_address(cpu, i);
  require_alignment(cpu, address, 8);
  const Cpu::Identity& id = cpu.identity;
  cpu.store64(address, u64{id.version} << 56 | u64{id.serial & 0xFFFFFF} << 32 | u64{id.model} << 16);
}

// CC 0 accepted, 1 status stored in R1, 3 no such CPU.
void SIGP(Cpu& cpu, const Insn& i) {
  const Order order = static_cast<Order>(second_address(cpu, i) & 0xFF);
  if ((cpu.gr[i.r3] & 0xFFFF) != 0) {
    cpu.psw.cc = 3;
    return;
  }
  cpu.psw.cc = 0;
  if (const u32 status = signal_self(cpu, order)) {
    cpu.set_gr(i.r1, status);
    cpu.psw.cc = 1;
  }
}

// This model has no diagnose functions; a VMM gives DIAGNOSE its own meaning.
void DIAGNOSE(Cpu& cpu, const Insn& i) {
  if (!cpu.diagnose) cpu.throw_program(ProgramCode::specification);
  cpu.diagnose(cpu, i);
}

}  // namespace replica::routines
