#include "jit/ir/block.h"

#include "frontend/semantics/floating_point.h"

namespace replica::ir {

bool changes_context(Opcode opcode) {
  switch (opcode) {
    case Opcode::SVC:
    case Opcode::MC:
    case Opcode::MVCL:  // stays at the instruction while there is more to do
    case Opcode::CLCL:
    case Opcode::STCK:  // looks at the time, which is exact behind the last instruction only
    case Opcode::SPM:   // changes the mode
    case Opcode::EX: return true;
    default: return info_of(opcode).privilege != Privilege::problem;
  }
}

bool sets_cc_as_well(const Operation& operation) {
  if (operation.code == Code::combine || operation.code == Code::compare) return true;
  const auto what = static_cast<FloatOperation>(operation.n);
  return what != FloatOperation::multiply && what != FloatOperation::divide && what != FloatOperation::halve;
}

}  // namespace replica::ir
