#include "jit/regions/foresight.h"

#include <vector>

#include "jit/regions/region_code.h"

namespace replica {
namespace {

using ir::Code;
using Guess = std::optional<u32>;

Guess sum_of(const ir::Operation& o, const Guess& a, const Guess& b) {
  const bool has_a = o.operands[0] != ir::kNoRef, has_b = o.operands[1] != ir::kNoRef;
  if ((has_a && !a) || (has_b && !b)) return std::nullopt;
  return ((has_a ? *a : 0) + (has_b ? *b : 0) + o.imm) & kAddressMask;
}

Guess value_of(const ir::Operation& o, const Guess& a, const Guess& b) {
  switch (o.code) {
    case Code::word: return o.imm;
    case Code::link_information: return o.imm & kAddressMask;
    case Code::address: return sum_of(o, a, b);
    default: break;
  }
  if (!a || !b) return std::nullopt;
  switch (o.code) {
    case Code::add: return *a + *b;
    case Code::sub: return *a - *b;
    case Code::and_: return *a & *b;
    case Code::or_: return *a | *b;
    default: return std::nullopt;
  }
}

bool is_loaded(Code code) { return code == Code::load32 || code == Code::area_load32; }

}  // namespace

void Foresight::forget(u32 registers) {
  for (unsigned n = 0; n < 16; ++n) {
    if (registers >> n & 1) gr_[n] = std::nullopt;
  }
}

void Foresight::pass(const ir::Block& instruction) {
  std::vector<Guess> values(instruction.operations.size());
  target_ = std::nullopt;
  for (ir::Ref at = 0; at < values.size(); ++at) {
    const ir::Operation& o = instruction.operations[at];
    const auto operand = [&](unsigned n) { return o.operands[n] == ir::kNoRef ? Guess{} : values[o.operands[n]]; };
    switch (o.code) {
      case Code::get_gr: values[at] = gr_[o.n]; break;
      case Code::set_gr:
        if (!is_loaded(instruction.operations[o.operands[0]].code)) gr_[o.n] = operand(0);
        break;
      case Code::routine: forget(registers_set_by_routine(instruction)); break;
      case Code::branch: target_ = operand(0); break;
      case Code::branch_if: target_ = operand(1); break;
      default: values[at] = value_of(o, operand(0), operand(1));
    }
  }
}

}  // namespace replica
