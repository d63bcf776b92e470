#include <array>

#include "jit/passes/passes.h"

namespace replica::ir {

void forward_registers(Block& block) {
  std::array<Ref, 16> known;  // the operation of the present instruction that got the register
  known.fill(kNoRef);
  for (Ref at = 0; at < block.operations.size(); ++at) {
    Operation& operation = block.operations[at];
    for (Ref& operand : operation.operands) {
      if (operand == kNoRef || block.operations[operand].code != Code::get_gr) continue;
      const Ref first = known[block.operations[operand].n];
      if (first != kNoRef && first < operand) operand = first;
    }
    switch (operation.code) {
      case Code::instruction: known.fill(kNoRef); break;
      case Code::get_gr:
        if (known[operation.n] == kNoRef) known[operation.n] = at;
        break;
      case Code::set_gr: known[operation.n] = kNoRef; break;
      default: break;
    }
  }
}

}  // namespace replica::ir
