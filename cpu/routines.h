// The long instructions: one C++ routine each, which every tier calls. They are in cpu/routines, a file for each group.
//
// A routine does the whole instruction or throws ProgramException. One that changes the flow of instructions finds the next
// sequential address in the PSW and leaves there the address to go on at; for all others the PSW's address is not to be
// looked at.
#pragma once

#include "base/big_endian_field.h"
#include "cpu/cpu.h"
#include "frontend/hexadecimal_float.h"
#include "frontend/semantics/routines.h"
#include "frontend/semantics/storage_to_storage.h"

namespace replica::routines {

using Routine = void(Cpu&, const Insn&);

#define ROUTINE(mnemonic) Routine mnemonic;
REPLICA_ROUTINES(ROUTINE)
#undef ROUTINE

// The routine of an opcode.
template <Opcode>
inline constexpr Routine* kRoutine = nullptr;
#define ROUTINE(mnemonic) \
  template <>             \
  inline constexpr Routine* kRoutine<Opcode::mnemonic> = mnemonic;
REPLICA_ROUTINES(ROUTINE)
#undef ROUTINE

// True if the routine may change the PSW's instruction address: those that exchange or load PSWs, and the interruptible
// ones, which stay at the instruction while there is more to do.
constexpr bool changes_flow(Opcode opcode) {
  switch (opcode) {
    case Opcode::SVC:
    case Opcode::LPSW:
    case Opcode::SSM:
    case Opcode::STOSM:
    case Opcode::STNSM:
    case Opcode::SIGP:
    case Opcode::DIAGNOSE:
    case Opcode::MVCL:
    case Opcode::CLCL: return true;
    default: return false;
  }
}

// Moves `length` bytes, 1 to 256, one by one, ascending.
void move(Cpu& cpu, u32 to, u32 from, u32 length);
// The same for a combination of the bytes; returns the condition code.
u8 combine(Cpu& cpu, Combination combination, u32 to, u32 from, u32 length);
// The condition code of a comparison.
u8 compare(Cpu& cpu, u32 first, u32 second, u32 length);

// ---- What routines share ----

inline u32 address_of(const Cpu& cpu, unsigned base, u32 displacement) {
  return (base == 0 ? displacement : cpu.gr[base] + displacement) & kAddressMask;
}
inline u32 first_address(const Cpu& cpu, const Insn& i) { return address_of(cpu, i.b1, i.d1); }
inline u32 second_address(const Cpu& cpu, const Insn& i) {
  return ((i.x2 == 0 ? 0 : cpu.gr[i.x2]) + address_of(cpu, i.b2, i.d2)) & kAddressMask;
}

// Specification exception unless the address is a multiple of `alignment`, a power of two.
inline void require_alignment(const Cpu& cpu, u32 address, u32 alignment) {
  if (address & (alignment - 1)) cpu.throw_program(ProgramCode::specification);
}
inline void require_specification(const Cpu& cpu, bool condition) {
  if (!condition) cpu.throw_program(ProgramCode::specification);
}

inline hfp::Masks float_masks(const Cpu& cpu) {
  return {.underflow = (cpu.psw.program_mask & Psw::kExponentUnderflow) != 0,
          .significance = (cpu.psw.program_mask & Psw::kSignificance) != 0};
}

// ---- Operands in storage ----

// Where an operand is in host memory, or nullptr unless it is in one piece and the access map allows the access already, so
// that nothing is left to check or to record.
inline u8* at_once(const Cpu& cpu, AccessKind kind, u32 address, u32 length) {
  return cpu.paranoid ? nullptr : cpu.mapped(cpu.map->entries(kind), address, length);
}

inline void copy_from(const Area& area, u32 length, u8* to) {
  copy_field(to, area.first, area.split);
  if (!area.is_contiguous(length)) copy_field(to + area.split, area.second, length - area.split);
}
inline void copy_to(const Area& area, u32 length, const u8* from) {
  copy_field(area.first, from, area.split);
  if (!area.is_contiguous(length)) copy_field(area.second, from + area.split, length - area.split);
}

// The bytes of an area side by side: where they are, or in `buffer`.
inline const u8* in_one_piece(const Area& area, u32 length, u8* buffer) {
  if (area.is_contiguous(length)) return area.first;
  copy_from(area, length, buffer);
  return buffer;
}

// The operands of an instruction that stores into the first and fetches from the second. All access is checked before any
// of it is recorded.
struct Operands {
  Area first;
  Area second;
};
inline Operands store_and_fetch(Cpu& cpu, u32 first, u32 length1, u32 second, u32 length2) {
  u8* const to = at_once(cpu, AccessKind::store, first, length1);
  u8* const from = at_once(cpu, AccessKind::fetch, second, length2);
  if (to && from) return {{to, to, length1}, {from, from, length2}};
  cpu.check_store(first, length1);
  const Area source = cpu.fetch_area(second, length2);
  return {cpu.store_area(first, length1), source};
}

}  // namespace replica::routines
