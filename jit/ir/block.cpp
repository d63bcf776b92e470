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

bool only_sets_cc(const Operation& operation) {
  return operation.code == Code::set_cc || (operation.info().name.starts_with("cc_") && operation.code != Code::cc_in);
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
    default: return only_sets_cc(operation);
  }
}

bool may_overflow(const Operation& operation) {
  return operation.code == Code::cc_add_signed || operation.code == Code::cc_subtract_signed ||
         operation.code == Code::cc_sign_or_overflow;
}

}  // namespace replica::ir
