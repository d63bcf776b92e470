#include "jit/ir/print.h"

#include <fmt/format.h>

#include "frontend/disassembler.h"

namespace replica::ir {
namespace {

// Which of its numbers an operation uses.
bool uses_n(Code code) {
  switch (code) {
    case Code::assume_gr:
    case Code::get_gr:
    case Code::set_gr:
    case Code::get_fpr:
    case Code::set_fpr:
    case Code::get_fpr_short:
    case Code::set_fpr_short:
    case Code::fetch_area:
    case Code::store_area:
    case Code::move:
    case Code::combine:
    case Code::compare:
    case Code::area_load8:
    case Code::area_load32:
    case Code::area_store8:
    case Code::area_store32:
    case Code::cc_in:
    case Code::float_long:
    case Code::float_short:
    case Code::raise:
    case Code::require: return true;
    default: return false;
  }
}

bool uses_imm(Code code) {
  switch (code) {
    case Code::instruction:
    case Code::assume_gr:
    case Code::word:
    case Code::link_information:
    case Code::address:
    case Code::float_long:
    case Code::combine:
    case Code::float_short: return true;
    default: return false;
  }
}

}  // namespace

std::string print(const GuestInstruction& instruction) {
  return fmt::format("{:06X}  {}", instruction.insn.address,
                     disassemble(instruction.bytes.data(), instruction.length()));
}

std::string print(const Block& block, Ref at) {
  const Operation& operation = block.operations[at];
  const OperationInfo& info = operation.info();
  std::string text = info.result == Type::none ? "" : fmt::format("%{} = ", at);
  text += info.name;
  const char* separator = " ";
  const auto add = [&](const std::string& item) {
    text += separator + item;
    separator = ", ";
  };
  if (uses_n(operation.code)) add(fmt::format("{}", operation.n));
  for (std::size_t n = 0; n < info.operands.size(); ++n) {
    add(operation.operands[n] == kNoRef ? "-" : fmt::format("%{}", operation.operands[n]));
  }
  if (uses_imm(operation.code)) add(fmt::format("{:X}", operation.imm));
  if (operation.has_dead_cc) text += "  ; nobody sees the condition code";
  if (operation.is_branched_on) text += "  ; the next instruction branches on it";
  if (operation.group != Operation::kNoGroup) text += fmt::format("  ; look-up {}", operation.group + 1);
  return text;
}

std::string print(const Block& block) {
  std::string text;
  for (Ref at = 0; at < block.operations.size(); ++at) {
    const Operation& operation = block.operations[at];
    if (operation.code == Code::instruction && operation.imm < block.instructions.size()) {
      text += print(block.instructions[operation.imm]) + "\n";
    } else {
      text += "    " + print(block, at) + "\n";
    }
  }
  return text;
}

}  // namespace replica::ir
