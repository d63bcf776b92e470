#include "jit/passes/passes.h"

namespace replica::ir {
namespace {

// True if the instruction that begins at `marker` is a branch on condition to an address that is known.
bool is_branch_on_cc(const Block& block, Ref marker) {
  for (Ref at = marker + 1; at < block.operations.size(); ++at) {
    const Operation& operation = block.operations[at];
    if (operation.code == Code::branch_if) return block.operations[operation.operands[0]].code == Code::cc_in;
    if (operation.code != Code::word && operation.code != Code::cc_in) return false;
  }
  return false;
}

}  // namespace

void fuse_branches(Block& block) {
  for (Ref marker = 1; marker < block.operations.size(); ++marker) {
    if (block.operations[marker].code != Code::instruction) continue;
    Operation& last = block.operations[marker - 1];  // of the instruction before
    // A branch that is not taken leaves the condition code to the next.
    if (last.info().only_sets_cc || last.code == Code::branch_if) last.is_branched_on = is_branch_on_cc(block, marker);
  }
}

}  // namespace replica::ir
