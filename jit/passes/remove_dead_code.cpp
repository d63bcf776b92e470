#include "jit/passes/passes.h"
#include "jit/scratch.h"

namespace replica::ir {
namespace {

// True if nothing is left of the operation when nobody uses its result.
constexpr bool only_gives_result(Code code) {
  return info_of(code).kind == Kind::pure || info_of(code).kind == Kind::get;
}

// True if the condition code from before the operation can be seen there: it asks for it, or may leave the block. The
// exceptions of operations that set it show the new one.
constexpr bool shows_cc(Code code) {
  switch (info_of(code).kind) {
    case Kind::access:
    case Kind::whole: return true;
    case Kind::flow: return code != Code::instruction;
    case Kind::check: return !info_of(code).may_set_cc;
    default: return code == Code::cc_in || code == Code::link_information;
  }
}

constexpr auto kOnlyGivesResult = table_of(only_gives_result);
constexpr auto kShowsCc = table_of(shows_cc);

// Notes which condition codes nobody sees, and finds which operations are needed.
std::pmr::vector<u8> find_needed(Block& block, Scratch& scratch) {
  auto needed = scratch.vector<u8>(block.operations.size());
  bool is_cc_seen = true;
  for (Ref at = static_cast<Ref>(block.operations.size()); at-- > 0;) {
    Operation& operation = block.operations[at];
    const bool sets_it = sets_cc(operation);
    if (sets_it) {
      operation.has_dead_cc = !is_cc_seen;
      is_cc_seen = false;
    }
    if (kShowsCc[operation.code] || (operation.info().kind == Kind::check && !sets_it)) is_cc_seen = true;

    const bool may_raise = block.mode.fixed_point_overflow && may_overflow(operation);
    const bool is_dead = operation.info().only_sets_cc && operation.has_dead_cc && !may_raise;
    if (!kOnlyGivesResult[operation.code] && !is_dead) needed[at] = true;
    if (!needed[at]) continue;
    for (const Ref operand : operation.places()) {
      if (operand != kNoRef) needed[operand] = true;
    }
  }
  return needed;
}

}  // namespace

void remove_dead_code(Block& block) {
  Scratch scratch;
  const auto needed = find_needed(block, scratch);
  auto place = scratch.vector<Ref>(block.operations.size());
  Ref end = 0;
  for (Ref at = 0; at < block.operations.size(); ++at) {
    if (!needed[at]) continue;
    place[at] = end;
    Operation& operation = block.operations[end++];
    operation = block.operations[at];
    for (Ref& operand : operation.places()) {
      if (operand != kNoRef) operand = place[operand];
    }
  }
  block.operations.resize(end);
}

}  // namespace replica::ir
