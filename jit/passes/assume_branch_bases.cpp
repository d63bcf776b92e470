#include <bitset>

#include "jit/passes/passes.h"

namespace replica::ir {
namespace {

using Registers = std::bitset<16>;

// The registers, as they are when the block is entered, from which the address at `target` is made.
void note_bases(const Block& block, Ref target, Registers changed, Registers& bases) {
  const Operation& address = block.operations[target];
  if (address.code != Code::address) return;
  for (const Ref operand : address.places()) {
    if (operand == kNoRef) continue;
    const Operation& base = block.operations[operand];
    // An index is a variable, as a rule: a branch table.
    if (base.code != Code::get_gr || address.operands[1] != kNoRef || changed[base.n]) return;
    bases.set(base.n);
  }
}

Registers branch_bases(const Block& block) {
  Registers bases, changed;
  for (const Operation& operation : block.operations) {
    if (operation.code == Code::branch) note_bases(block, operation.operands[0], changed, bases);
    if (operation.code == Code::branch_if) note_bases(block, operation.operands[1], changed, bases);
    if (operation.code == Code::set_gr) changed.set(operation.n);
    if (operation.info().kind == Kind::whole) changed.set();
  }
  return bases;
}

}  // namespace

void assume_branch_bases(Block& block, std::span<const u32, 16> gr) {
  const Registers bases = branch_bases(block);
  const u32 added = static_cast<u32>(bases.count());
  if (added == 0) return;
  for (Operation& operation : block.operations) {
    for (Ref& operand : operation.places()) {
      if (operand != kNoRef) operand += added;
    }
  }
  auto assumption = block.operations.insert(block.operations.begin(), added, Operation{.code = Code::assume_gr});
  for (u8 n = 0; n < 16; ++n) {
    if (!bases[n]) continue;
    assumption->n = n;
    assumption->imm = gr[n];
    ++assumption;
  }
}

}  // namespace replica::ir
