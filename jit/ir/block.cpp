#include "jit/ir/block.h"

#include "frontend/semantics/floating_point.h"

namespace replica::ir {
namespace {

constexpr Type kN = Type::none, kW = Type::word, kL = Type::long_word, kF = Type::flag, kA = Type::area;

constexpr OperationInfo kOperations[] = {
#define OPERATION(name, result, operands, kind) {#name, k##result, operands, Kind::kind},
#include "jit/ir/operations.def"
#undef OPERATION
};

}  // namespace

const OperationInfo& info_of(Code code) { return kOperations[static_cast<u8>(code)]; }

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

bool is_float_sum(const Operation& operation) {
  if (operation.code != Code::float_long && operation.code != Code::float_short) return false;
  const auto what = static_cast<FloatOperation>(operation.n);
  return what != FloatOperation::multiply && what != FloatOperation::divide && what != FloatOperation::halve;
}

}  // namespace replica::ir
