#include "jit/passes/passes.h"

namespace replica::ir {
namespace {

// True if the condition code from before the operation can be seen there: it asks for it, or may leave the block.
bool shows_cc(const Operation& operation, bool sets_it) {
  switch (operation.info().kind) {
    case Kind::access:
    case Kind::whole: return true;
    case Kind::flow: return operation.code != Code::instruction;
    case Kind::check: return !sets_it;  // the exceptions of the others show the new one
    default: return operation.code == Code::cc_in || operation.code == Code::link_information;
  }
}

}  // namespace

void eliminate_condition_codes(Block& block) {
  bool is_seen = true;
  for (auto operation = block.operations.rbegin(); operation != block.operations.rend(); ++operation) {
    const bool sets_it = sets_cc(*operation);
    if (sets_it) {
      operation->has_dead_cc = !is_seen;
      is_seen = false;
    }
    if (shows_cc(*operation, sets_it)) is_seen = true;
  }
}

}  // namespace replica::ir
