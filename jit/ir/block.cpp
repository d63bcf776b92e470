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

bool sets_cc(const Operation& operation) {
  switch (operation.code) {
    case Code::combine:
    case Code::compare: return true;
    case Code::float_long:
    case Code::float_short: {
      const auto what = static_cast<FloatOperation>(operation.n);
      return what != FloatOperation::multiply && what != FloatOperation::divide && what != FloatOperation::halve;
    }
    default: return operation.info().only_sets_cc;
  }
}

}  // namespace replica::ir
