// The handlers of all instructions, made from the opcode table. Instantiated once for each kind, in handlers_*.cpp.
#pragma once

#include <array>
#include <cstring>
#include <iterator>

#include "base/part_clock.h"
#include "cpu/executor.h"
#include "cpu/interpreter.h"
#include "frontend/semantics/all.h"

namespace replica {

namespace handlers {

// Takes a program interruption for the instruction itself, without the cost of a throw.
[[gnu::cold, gnu::noinline]] inline u32 refuse(Cpu& cpu, ProgramCode code, u32 next, u8 ilc) {
  cpu.psw.address = next;
  cpu.program_interruption(code, ilc);
  return cpu.psw.address;
}

// The same for a privileged instruction in problem state.
[[gnu::cold, gnu::noinline]] inline u32 refuse_privileged(Cpu& cpu, const u8* bytes, u32 address, u32 next, u8 ilc) {
  if (cpu.interceptor && cpu.interceptor->carry_out(cpu, bytes, address)) return next;
  return refuse(cpu, ProgramCode::privileged_operation, next, ilc);
}

template <Opcode opcode, bool Watched>
[[gnu::always_inline]] inline u32 execute(Cpu& cpu, const u8* bytes, u32 address, u8 ilc, u32 next) {
  Executor<Watched> executor(cpu, next);
  semantics::Meaning<opcode, Executor<Watched>>::run(executor, decode<info_of(opcode).format>(bytes, address, ilc));
  return executor.next();
}

// Flattened, so that the decoded instruction and the executor never exist in memory.
template <Opcode opcode, bool Watched, bool UnderExecute>
[[gnu::flatten]] u32 instruction(Cpu& cpu, const u8* bytes, u32 address) {
  constexpr InstructionInfo info = info_of(opcode);
  constexpr u8 ilc = UnderExecute ? 2 : instruction_length(info.first_byte()) / 2;
  const u32 next = (address + 2 * ilc) & kAddressMask;
  if constexpr (!is_installed(info)) {
    return refuse(cpu, ProgramCode::operation, next, ilc);
  } else {
    if constexpr (info.privilege == Privilege::privileged) {
      if (cpu.psw.problem) [[unlikely]]
        return refuse_privileged(cpu, bytes, address, next, ilc);
    }
    if constexpr (info.privilege == Privilege::privileged) {
      const PartScope scope(
          part::of_instruction(info.first_byte(), info.is_two_byte() ? static_cast<u8>(info.code) : u8{0}));
      return execute<opcode, Watched>(cpu, bytes, address, ilc, next);
    } else {
      return execute<opcode, Watched>(cpu, bytes, address, ilc, next);
    }
  }
}

// An opcode that no instruction has.
template <bool UnderExecute>
u32 unassigned(Cpu& cpu, const u8* bytes, u32 address) {
  const u8 ilc = UnderExecute ? 2 : static_cast<u8>(instruction_length(bytes[0]) / 2);
  return refuse(cpu, ProgramCode::operation, (address + 2 * ilc) & kAddressMask, ilc);
}

// By row of the opcode table.
template <bool Watched, bool UnderExecute>
inline constexpr Handler* kByOpcode[std::size(kInstructionTable)] = {
#define INSTRUCTION(code, mnemonic, ...) instruction<Opcode::mnemonic, Watched, UnderExecute>,
#include "frontend/instructions.def"
#undef INSTRUCTION
};

// Opcodes of which the second byte decides.
template <bool Watched, bool UnderExecute>
u32 by_second_byte(Cpu& cpu, const u8* bytes, u32 address) {
  const InstructionInfo* info = find_instruction(bytes[0], bytes[1]);
  if (!info) return unassigned<UnderExecute>(cpu, bytes, address);
  return kByOpcode<Watched, UnderExecute>[static_cast<u8>(info->opcode)](cpu, bytes, address);
}

template <bool Watched, bool UnderExecute>
constexpr std::array<Handler*, 256> by_first_byte() {
  std::array<Handler*, 256> handlers{};
  handlers.fill(unassigned<UnderExecute>);
  for (const InstructionInfo& info : kInstructionTable) {
    Handler*& handler = handlers[info.first_byte()];
    handler = info.is_two_byte() ? by_second_byte<Watched, UnderExecute>
                                 : kByOpcode<Watched, UnderExecute>[static_cast<u8>(info.opcode)];
  }
  return handlers;
}

}  // namespace handlers

template <bool Watched>
void Executor<Watched>::execute(Word target, const Insn& i) {
  u8 bytes[6];
  const u8* found = cpu_.fetch_instruction(target, bytes);
  const u32 length = instruction_length(found[0]);
  if constexpr (Watched) cpu_.note_instruction_fetched(target);
  if (found[0] == info_of(Opcode::EX).first_byte()) cpu_.throw_program(ProgramCode::execute);
  if (found != bytes) std::memcpy(bytes, found, length);
  if (i.r1 != 0) bytes[1] |= static_cast<u8>(cpu_.gr[i.r1]);
  const HandlerTable& handlers = Watched ? kWatchedExecuteHandlers : kPlainExecuteHandlers;
  next_ = handlers[bytes[0]](cpu_, bytes, i.address);
}

}  // namespace replica
