#include <array>

#include "jit/passes/passes.h"
#include "jit/scratch.h"

namespace replica::ir {

void forward_registers(Block& block) {
  std::array<Ref, 16> known;  // the operation of the present instruction that got the register
  known.fill(kNoRef);
  Scratch scratch;
  auto same_as = scratch.vector<Ref>(block.operations.size());
  for (Ref at = 0; at < block.operations.size(); ++at) {
    Operation& operation = block.operations[at];
    for (Ref& operand : operation.places()) {
      if (operand != kNoRef) operand = same_as[operand];
    }
    same_as[at] = at;
    switch (operation.code) {
      case Code::instruction: known.fill(kNoRef); break;
      case Code::get_gr:
        if (known[operation.n] == kNoRef) known[operation.n] = at;
        same_as[at] = known[operation.n];
        break;
      case Code::set_gr: known[operation.n] = kNoRef; break;
      default: break;
    }
  }
}

}  // namespace replica::ir
