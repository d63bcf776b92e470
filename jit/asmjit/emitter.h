// A piece of code under construction: the assembler, and the way of its output into the code memory.
#pragma once

#include <cstring>

#include "base/check.h"
#include "cpu/cpu.h"
#include "jit/asmjit/assembler.h"
#include "jit/asmjit/code_memory.h"
#include "jit/asmjit/registers.h"

namespace replica {

class Emitter {
 public:
  explicit Emitter(CodeMemory& memory) : memory_(memory) {
    CHECK(code_.init(asmjit::Environment::host()) == asmjit::kErrorOk);
    CHECK(code_.attach(&assembler_) == asmjit::kErrorOk);
    begin();
  }

  // Begins a new piece, at what is then the rest of the memory.
  void begin() {
    place_ = memory_.rest();
    assembler_.begin(place_.executable);
  }

  Assembler& assembler() { return assembler_; }

  // Where what stands at an offset of the piece will run.
  const u8* address_of(u32 offset) const { return place_.executable + offset; }
  const u8* address_of(const Label& label) const { return address_of(assembler_.offset_of(label)); }

  // Writes the code to its place. False if the memory has no room for it.
  bool finish() {
    CHECK(assembler_.open_jumps() == 0);
    const std::size_t size = assembler_.offset();
    if (size > memory_.free_bytes()) return false;
    std::memcpy(place_.writable, assembler_.bufferData(), size);
    memory_.take(size);
    return true;
  }

 private:
  CodeMemory& memory_;
  CodeMemory::Piece place_;
  asmjit::CodeHolder code_;
  Assembler assembler_;
};

// Operands in the CPU's state and in the access map.
template <typename Member>
host::Mem in_cpu(Member CpuState::*member, u32 bytes, i32 offset = 0) {
  static CpuState state;
  const auto distance = reinterpret_cast<const u8*>(&(state.*member)) - reinterpret_cast<const u8*>(&state);
  host::Mem operand = host::ptr(kCpuRegister, static_cast<i32>(distance) + offset);
  operand.setSize(bytes);
  return operand;
}
inline host::Mem gr_operand(unsigned n) { return in_cpu(&CpuState::gr, 4, static_cast<i32>(4 * n)); }
inline host::Mem fpr_operand(unsigned n) { return in_cpu(&CpuState::fpr, 8, static_cast<i32>(8 * n)); }
inline host::Mem short_fpr_operand(unsigned n) { return in_cpu(&CpuState::fpr, 4, static_cast<i32>(8 * n + 4)); }
inline host::Mem psw_address() { return in_cpu(&CpuState::psw, 4, offsetof(Psw, address)); }
inline host::Mem psw_cc() { return in_cpu(&CpuState::psw, 1, offsetof(Psw, cc)); }
inline host::Mem psw_program_mask() { return in_cpu(&CpuState::psw, 1, offsetof(Psw, program_mask)); }
inline host::Mem budget_operand() { return in_cpu(&CpuState::budget, 8); }
inline host::Mem cc_kind_operand() { return in_cpu(&CpuState::engine, 4, offsetof(EngineState, cc_kind)); }
inline host::Mem cc_a_operand(u32 bytes) { return in_cpu(&CpuState::engine, bytes, offsetof(EngineState, cc_a)); }
inline host::Mem cc_b_operand(u32 bytes) { return in_cpu(&CpuState::engine, bytes, offsetof(EngineState, cc_b)); }
inline host::Mem link_operand() { return in_cpu(&CpuState::engine, 8, offsetof(EngineState, link)); }
inline host::Mem assumption_failed_operand() {
  return in_cpu(&CpuState::engine, 1, offsetof(EngineState, assumption_failed));
}
inline host::Mem not_entered_operand() { return in_cpu(&CpuState::engine, 1, offsetof(EngineState, not_entered)); }

// The bits of an instruction address that pick the entry point, of which there is one for each halfword of the 2K block.
inline constexpr u32 kEntryPointMask = kBlockSize - 2;

// Jumps to the code of the instruction address in eax, by way of the access map; to `leave_to_address` if it is odd.
template <typename Target>
void emit_lookup_of_code(Assembler& a, const Target& leave_to_address) {
  static_assert(sizeof(void*) == 8);
  const Label odd = a.new_label();
  a.test(host::al, 1);
  a.jnz(odd);
  a.mov(host::ecx, host::eax);
  a.shr(host::ecx, kBlockShift);
  a.mov(host::rcx, host::qword_ptr(kMapRegister, host::rcx, 3, static_cast<i32>(offsetof(AccessMap, code))));
  a.mov(host::edx, host::eax);
  a.and_(host::edx, kEntryPointMask);
  a.jmp(host::qword_ptr(host::rcx, host::rdx, 2));
  a.bind(odd);
  a.jmp(leave_to_address);
}

}  // namespace replica
