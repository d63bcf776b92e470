#include "jit/translate.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "cpu/routines.h"
#include "jit/recorder.h"
#include "mmu/storage.h"

namespace replica {
namespace {

// Decodes one instruction and records its meaning.
using Translator = Insn(Recorder& recorder, const u8* bytes, u32 address);

template <Opcode opcode>
Insn translate_instruction(Recorder& recorder, const u8* bytes, u32 address) {
  constexpr InstructionInfo info = info_of(opcode);
  const Insn insn = decode<info.format>(bytes, address, instruction_length(info.first_byte()) / 2);
  if constexpr (!is_installed(info)) {
    recorder.operation_exception();
  } else {
    semantics::Meaning<opcode, Recorder>::run(recorder, insn);
  }
  return insn;
}

constexpr Translator* kTranslators[std::size(kInstructionTable)] = {
#define INSTRUCTION(code, mnemonic, ...) translate_instruction<Opcode::mnemonic>,
#include "frontend/instructions.def"
#undef INSTRUCTION
};

// True if control never goes on behind the operation.
bool ends_block(const ir::Operation& operation) {
  return operation.code == ir::Code::branch || operation.code == ir::Code::raise;
}

// The first byte of what EXECUTE would execute now, unless that would end a block.
u8 observe_target(const Cpu& cpu, const Insn& execute) {
  const u32 target = routines::second_address(cpu, execute);
  const i64 entry = cpu.map->instruction[target >> kBlockShift];
  if (entry < 0 || (target & 1)) return 0;
  const u8 first = *reinterpret_cast<const u8*>(entry + target);
  const InstructionInfo* info = find_instruction(first, 0);
  return info && !info->is_two_byte() && !ir::changes_context(info->opcode) ? first : 0;
}

}  // namespace

ir::Block translate(const u8* page, u32 address, ir::Mode mode, const TranslateOptions& options, ir::Block recycled) {
  ir::Block block = std::move(recycled);
  block.clear();
  block.address = address;
  block.mode = mode;
  if (address & 1) return block;
  Recorder recorder(block);
  u32 offset = address & (kBlockSize - 1);
  while (block.instructions.size() < options.instructions && offset < kBlockSize) {
    const u8* bytes = page + offset;
    const u32 length = instruction_length(bytes[0]);
    if (offset + length > kBlockSize) break;
    const InstructionInfo* info = find_instruction(bytes[0], bytes[1]);
    if (!info) break;

    recorder.begin_instruction(static_cast<u32>(block.instructions.size()));
    ir::GuestInstruction instruction{.opcode = info->opcode, .insn = {}, .bytes = {}};
    std::copy(bytes, bytes + length, instruction.bytes.begin());
    const u32 at = (address & ~(kBlockSize - 1)) | offset;
    instruction.insn = kTranslators[static_cast<u8>(info->opcode)](recorder, bytes, at);
    if (info->opcode == Opcode::EX && options.cpu)
      instruction.observed = observe_target(*options.cpu, instruction.insn);
    block.instructions.push_back(instruction);
    offset += length;
    if (ends_block(block.operations.back()) || instruction.may_change_context()) break;
  }
  return block;
}

}  // namespace replica
