#include "cpu/interpreter.h"

#include <bit>

namespace replica {
namespace {

u8 ilc_of(u8 first_byte) { return static_cast<u8>(instruction_length(first_byte) / 2); }

// Adds what the instruction has done to the events, and keeps those that `cr9` asks for: event masks are its bits 0-3,
// general registers its bits 16-31.
void collect_events(Cpu& cpu, u32 cr9) {
  if (cpu.registers_changed & cr9) cpu.per.events |= PerEvents::kRegister;
  cpu.per.events &= static_cast<u8>(cr9 >> 24);
}

}  // namespace

u32 end_by_exception(Cpu& cpu, ProgramCode code, u32 address, u8 ilc) {
  cpu.psw.address = is_nullifying(code) ? address : (address + 2 * ilc) & kAddressMask;
  cpu.program_interruption(code, ilc);
  return cpu.psw.address;
}

void Interpreter::run(Cpu& cpu) {
  if (cpu.is_watched()) {
    run_watched(cpu);
  } else {
    run_plain(cpu, 0);
  }
}

template <bool ToBranch>
void Interpreter::run_until(Cpu& cpu, i64 rest) {
  u32 address = cpu.psw.address;
  u8 first = 0;
  u8 buffer[6];
  while (cpu.budget > rest) {
    try {
      do {
        --cpu.budget;
        const u8* bytes;
        const i64 entry = cpu.map->instruction[address >> kBlockShift];
        // Rotating moves an odd address out of range too.
        const u32 halfword = std::rotr(address & (kBlockSize - 1), 1);
        if (entry >= 0 && halfword <= (kBlockSize - 6) / 2) [[likely]] {
          bytes = reinterpret_cast<const u8*>(entry + address);
        } else {
          first = 0;
          bytes = cpu.fetch_instruction(address, buffer);
        }
        first = bytes[0];
        const u32 next = kPlainHandlers[first](cpu, bytes, address);
        const bool branched = ToBranch && next != address + instruction_length(first);
        address = next;
        if (branched) break;
      } while (cpu.budget > rest);
    } catch (const ProgramException& exception) {
      address = end_by_exception(cpu, exception.code, address, ilc_of(first));
    }
    if (ToBranch) break;
  }
  cpu.psw.address = address;
}

void Interpreter::run_plain(Cpu& cpu, i64 rest) { run_until<false>(cpu, rest); }
void Interpreter::run_to_branch(Cpu& cpu) { run_until<true>(cpu, 0); }

void Interpreter::run_watched(Cpu& cpu) {
  u8 buffer[6];
  while (cpu.budget > 0) {
    const u32 address = cpu.psw.address;
    if (cpu.holds_before && cpu.holds_before(cpu, address)) return cpu.leave();
    --cpu.budget;
    // An instruction that changes PSW or control registers is recorded as these were when it began.
    const u32 cr9 = cpu.per_active() ? cpu.cr[9] : 0;
    cpu.per = {.address = address};
    cpu.registers_changed = 0;
    u8 first = 0;
    try {
      const u8* bytes = cpu.fetch_instruction(address, buffer);
      first = bytes[0];
      if (cr9 != 0) cpu.note_instruction_fetched(address);
      if (cpu.trace) cpu.trace(cpu, address, bytes);
      cpu.psw.address = kWatchedHandlers[first](cpu, bytes, address);
      collect_events(cpu, cr9);
    } catch (const ProgramException& exception) {
      collect_events(cpu, cr9);
      cpu.psw.address = end_by_exception(cpu, exception.code, address, ilc_of(first));
    }
    if (cpu.per.events == 0) continue;
    if (cpu.has_early_exception()) {
      cpu.take_pending_interruption();
    } else {
      cpu.program_interruption(ProgramCode::per_event, ilc_of(first));
    }
  }
}

}  // namespace replica
