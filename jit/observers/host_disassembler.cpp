#include "jit/observers/host_disassembler.h"

#include <capstone/capstone.h>
#include <fmt/format.h>

#include "base/check.h"

namespace replica {
namespace {

// A handle of capstone, and room for one instruction.
class Capstone {
 public:
  Capstone() {
    CHECK(cs_open(CS_ARCH_X86, CS_MODE_64, &handle_) == CS_ERR_OK);
    cs_option(handle_, CS_OPT_DETAIL, CS_OPT_ON);
    cs_option(handle_, CS_OPT_SKIPDATA, CS_OPT_ON);
    instruction_ = cs_malloc(handle_);
  }
  ~Capstone() {
    cs_free(instruction_, 1);
    cs_close(&handle_);
  }
  Capstone(const Capstone&) = delete;
  Capstone& operator=(const Capstone&) = delete;

  // The next instruction of the code, from which it is taken; nullptr at the end.
  const cs_insn* next(std::span<const u8>& code, u64& address) {
    const u8* bytes = code.data();
    std::size_t size = code.size();
    if (!cs_disasm_iter(handle_, &bytes, &size, &address, instruction_)) return nullptr;
    code = code.last(size);
    return instruction_;
  }

  // True if the instruction jumps to, or calls, a known address.
  bool has_target(const cs_insn& instruction) const {
    if (instruction.id == 0) return false;  // data
    const bool goes =
        cs_insn_group(handle_, &instruction, CS_GRP_JUMP) || cs_insn_group(handle_, &instruction, CS_GRP_CALL);
    const cs_x86& details = instruction.detail->x86;
    return goes && details.op_count == 1 && details.operands[0].type == X86_OP_IMM;
  }

 private:
  csh handle_ = 0;
  cs_insn* instruction_ = nullptr;
};

}  // namespace

std::vector<HostInstruction> disassemble_host(std::span<const u8> code, u64 address, const NameOfTarget& name) {
  Capstone capstone;
  std::vector<HostInstruction> instructions;
  u64 at = address;
  const auto target = [&](u64 to) {
    if (to - address < code.size()) return fmt::format("+{:03X}", to - address);
    return name ? name(to) : "";
  };
  for (std::span<const u8> rest = code; const cs_insn* instruction = capstone.next(rest, at);) {
    std::string operands =
        capstone.has_target(*instruction) ? target(static_cast<u64>(instruction->detail->x86.operands[0].imm)) : "";
    if (operands.empty()) operands = instruction->op_str;
    instructions.push_back(
        {.offset = static_cast<u32>(instruction->address - address),
         .length = instruction->size,
         .text = fmt::format("{}{}{}", instruction->mnemonic, operands.empty() ? "" : " ", operands)});
  }
  return instructions;
}

}  // namespace replica
