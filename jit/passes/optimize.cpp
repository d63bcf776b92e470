#include "base/check.h"
#include "jit/ir/verify.h"
#include "jit/passes/passes.h"

namespace replica::ir {

void optimize(Block& block, std::span<const u32, 16> gr, bool may_assume) {
  if (may_assume) assume_branch_bases(block, gr);
  fold_constants(block);
  remove_dead_code(block);
  fuse_branches(block);
  group_lookups(block);
  DCHECK(verify(block).empty());
}

}  // namespace replica::ir
