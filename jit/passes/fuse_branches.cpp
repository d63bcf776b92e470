#include "jit/passes/passes.h"

namespace replica::ir {
namespace {

// True if the instruction behind the operation, its last, is a branch on condition to an address that is known.
bool precedes_branch(const Block& block, Ref at) {
  const Ref end = static_cast<Ref>(block.operations.size());
  if (at + 1 == end || block.operations[at + 1].code != Code::instruction) return false;
  for (Ref next = at + 2; next < end; ++next) {
    const Operation& operation = block.operations[next];
    if (operation.code == Code::branch_if) return block.operations[operation.operands[0]].code == Code::cc_in;
    if (operation.code != Code::word && operation.code != Code::cc_in) return false;
  }
  return false;
}

}  // namespace

void fuse_branches(Block& block) {
  for (Ref at = 0; at < block.operations.size(); ++at) {
    Operation& operation = block.operations[at];
    // A branch that is not taken leaves the condition code to the next.
    if (operation.info().only_sets_cc || operation.code == Code::branch_if)
      operation.is_branched_on = precedes_branch(block, at);
  }
}

}  // namespace replica::ir
