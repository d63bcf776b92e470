#include "jit/regions/region_code.h"

#include "frontend/semantics/floating_point.h"

namespace replica {
namespace {

using ir::Code;

// Longer operands are compared and combined by the handler.
constexpr u32 kLongestPieces = 64;

bool is_unnormalized(const ir::Operation& o) {
  const auto operation = static_cast<FloatOperation>(o.n);
  return operation == FloatOperation::add_unnormalized || operation == FloatOperation::subtract_unnormalized;
}

// Decimal instructions have code where their operands fit words.
bool has_routine_code(const ir::GuestInstruction& i) {
  constexpr u32 kWord = 8;
  const u32 length1 = i.insn.l1 + 1u, length2 = i.insn.l2 + 1u;
  switch (i.opcode) {
    case Opcode::ZAP:
    case Opcode::AP:
    case Opcode::SP:
    case Opcode::CP:
    case Opcode::MVO: return length1 <= kWord && length2 <= kWord;
    case Opcode::MP:
    case Opcode::DP: return length1 <= kWord && length2 < length1;
    case Opcode::SRP:
    case Opcode::PACK: return length1 <= kWord;
    case Opcode::UNPK: return length2 <= kWord;
    case Opcode::CVB:
    case Opcode::CVD:
    case Opcode::ED: return true;
    default: return false;
  }
}

bool routine_sets_cc(const ir::GuestInstruction& i) {
  switch (i.opcode) {
    case Opcode::ZAP:
    case Opcode::AP:
    case Opcode::SP:
    case Opcode::CP:
    case Opcode::SRP:
    case Opcode::ED: return true;
    default: return false;
  }
}

bool has_code(const ir::Block& instruction, const ir::Operation& o) {
  switch (o.code) {
    case Code::routine: return has_routine_code(instruction.instructions.front());
    case Code::raise:
    case Code::set_program_mask: return false;
    case Code::compare:
    case Code::combine: return o.n < kLongestPieces;
    case Code::float_long: return !is_unnormalized(o) && static_cast<FloatOperation>(o.n) != FloatOperation::divide;
    case Code::float_short: return !is_unnormalized(o);
    default: return true;
  }
}

// True if the first operand is known to begin within the second, behind its first byte: the idiom that clears an area. Its
// bytes go one by one, which the handler does.
bool spreads_bytes(const ir::Block& instruction, const ir::Operation& o) {
  if (o.code != Code::move && o.code != Code::combine) return false;
  const ir::Operation& to = instruction.operations[o.operands[0]];
  const ir::Operation& from = instruction.operations[o.operands[1]];
  const auto base_of = [&](const ir::Operation& address) -> std::optional<u8> {
    if (address.code != Code::address || address.operands[1] != ir::kNoRef) return std::nullopt;
    if (address.operands[0] == ir::kNoRef) return 0;
    return instruction.operations[address.operands[0]].n;
  };
  const auto base = base_of(to);
  return base && base == base_of(from) && to.imm - from.imm - 1 < o.n;
}

}  // namespace

bool has_region_code(const ir::Block& instruction) {
  for (const ir::Operation& o : instruction.operations) {
    if (!has_code(instruction, o) || spreads_bytes(instruction, o)) return false;
  }
  return !instruction.instructions.front().may_change_context();
}

u32 registers_set_by_routine(const ir::Block& instruction) {
  const ir::GuestInstruction& i = instruction.instructions.front();
  return i.opcode == Opcode::CVB ? 1u << i.insn.r1 : 0;
}

std::optional<CcKind> cc_kind_of(const ir::Block& instruction, const ir::Operation& o) {
  switch (o.code) {
    case Code::routine:
      return routine_sets_cc(instruction.instructions.front()) ? std::optional(CcKind::in_psw) : std::nullopt;
    case Code::set_cc: return CcKind::in_psw;
    case Code::cc_sign:
    case Code::cc_float_sign_short:
    case Code::cc_float_compare_long:
    case Code::cc_float_compare_short: return CcKind::sign_word;
    case Code::cc_sign_long:
    case Code::cc_float_sign_long:
    case Code::cc_sign_or_overflow: return CcKind::sign_long;
    case Code::cc_nonzero:
    case Code::combine: return CcKind::nonzero;
    case Code::compare: return CcKind::compare_logical_long;
    case Code::cc_test_mask: return CcKind::test_mask;
    case Code::cc_add_logical: return CcKind::add_logical;
    case Code::cc_subtract_logical: return CcKind::subtract_logical;
    case Code::cc_compare_signed: return CcKind::compare_signed;
    case Code::cc_compare_logical: return CcKind::compare_logical;
    case Code::cc_add_signed: return CcKind::add_signed;
    case Code::cc_subtract_signed: return CcKind::subtract_signed;
    case Code::float_long: return ir::sets_cc(o) ? std::optional(CcKind::sign_long) : std::nullopt;
    case Code::float_short: return ir::sets_cc(o) ? std::optional(CcKind::sign_word) : std::nullopt;
    default: return std::nullopt;
  }
}

}  // namespace replica
