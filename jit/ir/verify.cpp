#include "jit/ir/verify.h"

#include <fmt/format.h>

#include <cctype>

#include "jit/ir/print.h"

namespace replica::ir {
namespace {

Type type_of(char letter) {
  switch (std::toupper(static_cast<unsigned char>(letter))) {
    case 'W': return Type::word;
    case 'L': return Type::long_word;
    case 'F': return Type::flag;
    case 'A': return Type::area;
    default: return Type::none;
  }
}

// What is wrong with the operands of operation `at`.
std::string check_operands(const Block& block, Ref at) {
  const Operation& operation = block.operations[at];
  const std::string_view expected = operation.info().operands;
  for (std::size_t n = 0; n < operation.operands.size(); ++n) {
    const Ref ref = operation.operands[n];
    const bool may_miss = n >= expected.size() || std::islower(static_cast<unsigned char>(expected[n]));
    if (ref == kNoRef && may_miss) continue;
    if (ref == kNoRef) return fmt::format("operand {} is missing", n + 1);
    if (n >= expected.size()) return fmt::format("expected {} operands", expected.size());
    if (ref >= at) return fmt::format("operand {} is not an earlier operation", n + 1);
    if (block.operations[ref].info().result != type_of(expected[n])) {
      return fmt::format("operand {} has another type", n + 1);
    }
  }
  return {};
}

bool always_leaves(const Operation& operation) {
  return operation.code == Code::raise || operation.code == Code::branch;
}

// What is wrong with the operation's place: `instructions` markers have gone before.
std::string check_place(const Block& block, Ref at, u32 instructions) {
  const Operation& operation = block.operations[at];
  if (at > 0 && always_leaves(block.operations[at - 1])) return "nothing can come to it";
  if (operation.code == Code::instruction) {
    return operation.imm == instructions ? "" : fmt::format("expected the marker of instruction {}", instructions);
  }
  const bool is_assumption = operation.code == Code::assume_gr;
  if (is_assumption && instructions > 0) return "expected no instruction marker in front of it";
  return instructions > 0 || is_assumption ? "" : "expected an instruction marker in front of it";
}

}  // namespace

std::string verify(const Block& block) {
  u32 instructions = 0;
  for (Ref at = 0; at < block.operations.size(); ++at) {
    std::string wrong = check_place(block, at, instructions);
    if (wrong.empty()) wrong = check_operands(block, at);
    if (!wrong.empty()) return fmt::format("{}: {}", print(block, at), wrong);
    if (block.operations[at].code == Code::instruction) ++instructions;
  }
  if (instructions != block.instructions.size()) {
    return fmt::format("expected {} instruction markers, found {}", block.instructions.size(), instructions);
  }
  return {};
}

}  // namespace replica::ir
