#include "jit/passes/passes.h"
#include "jit/scratch.h"

namespace replica::ir {
namespace {

// True if nothing is left of the operation when nobody uses its result.
bool only_gives_result(const Operation& operation) {
  return operation.info().kind == Kind::pure || operation.info().kind == Kind::get;
}

std::pmr::vector<u8> find_needed(const Block& block, Scratch& scratch) {
  auto needed = scratch.vector<u8>(block.operations.size());
  for (Ref at = static_cast<Ref>(block.operations.size()); at-- > 0;) {
    const Operation& operation = block.operations[at];
    const bool may_raise = may_overflow(operation) && block.mode.fixed_point_overflow;
    const bool is_dead = operation.info().only_sets_cc && operation.has_dead_cc && !may_raise;
    if (!only_gives_result(operation) && !is_dead) needed[at] = true;
    if (!needed[at]) continue;
    for (const Ref operand : operation.places()) {
      if (operand != kNoRef) needed[operand] = true;
    }
  }
  return needed;
}

}  // namespace

void remove_dead_code(Block& block) {
  Scratch scratch;
  const auto needed = find_needed(block, scratch);
  auto place = scratch.vector<Ref>(block.operations.size());
  Ref end = 0;
  for (Ref at = 0; at < block.operations.size(); ++at) {
    if (!needed[at]) continue;
    Operation operation = block.operations[at];
    for (Ref& operand : operation.places()) {
      if (operand != kNoRef) operand = place[operand];
    }
    place[at] = end;
    block.operations[end++] = operation;
  }
  block.operations.resize(end);
}

}  // namespace replica::ir
