#include <array>
#include <optional>

#include "jit/passes/passes.h"

namespace replica::ir {
namespace {

class Folder {
 public:
  explicit Folder(Block& block) : block_(block) {}

  void run() {
    for (Ref at = 0; at < block_.operations.size(); ++at) visit(block_.operations[at]);
  }

 private:
  std::optional<u32> constant(Ref ref) const {
    if (ref == kNoRef || block_.operations[ref].code != Code::word) return std::nullopt;
    return block_.operations[ref].imm;
  }

  void visit(Operation& operation) {
    switch (operation.code) {
      case Code::assume_gr: known_[operation.n] = operation.imm; return;
      case Code::set_gr: known_[operation.n] = constant(operation.operands[0]); return;
      case Code::get_gr:
        if (known_[operation.n]) become(operation, *known_[operation.n]);
        return;
      case Code::address: return fold_address(operation);
      default:
        if (operation.info().kind == Kind::whole) known_.fill(std::nullopt);
        if (const auto value = value_of(operation)) become(operation, *value);
    }
  }

  static void become(Operation& operation, u32 value) { operation = {.code = Code::word, .imm = value}; }

  // Constants go into the displacement.
  void fold_address(Operation& operation) {
    for (Ref& operand : operation.operands) {
      const auto value = constant(operand);
      if (!value) continue;
      operation.imm += *value;
      operand = kNoRef;
    }
    if (operation.operands[0] == kNoRef && operation.operands[1] == kNoRef) {
      become(operation, operation.imm & kAddressMask);
    }
  }

  // The word that an operation on constants gives. Only those that instructions make of their own fields.
  std::optional<u32> value_of(const Operation& operation) const {
    const auto b = constant(operation.operands[1]);  // more often missing
    if (!b) return std::nullopt;
    const auto a = constant(operation.operands[0]);
    if (!a) return std::nullopt;
    switch (operation.code) {
      case Code::add: return *a + *b;
      case Code::sub: return *a - *b;
      case Code::and_: return *a & *b;
      case Code::or_: return *a | *b;
      case Code::xor_: return *a ^ *b;
      default: return std::nullopt;
    }
  }

  Block& block_;
  std::array<std::optional<u32>, 16> known_{};
};

}  // namespace

void fold_constants(Block& block) { Folder(block).run(); }

}  // namespace replica::ir
