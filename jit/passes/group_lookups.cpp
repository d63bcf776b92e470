#include <algorithm>
#include <optional>

#include "jit/passes/passes.h"
#include "jit/scratch.h"

namespace replica::ir {
namespace {

// Areas that are longer would too often lie in two blocks.
constexpr u32 kLongestArea = 512;

// An access off a base register.
struct BasedAccess {
  u8 base;
  u32 displacement;
  u32 length;
  bool is_store;
};

constexpr bool is_area(Code code) { return code == Code::fetch_area || code == Code::store_area; }

// The bytes of an access to a word or the like.
constexpr u8 length_of(Code code) {
  switch (code) {
    case Code::load8:
    case Code::store8: return 1;
    case Code::load16:
    case Code::store16: return 2;
    case Code::load32:
    case Code::store32: return 4;
    case Code::load64:
    case Code::store64: return 8;
    default: return 0;
  }
}

constexpr bool is_store(Code code) {
  switch (code) {
    case Code::store8:
    case Code::store16:
    case Code::store32:
    case Code::store64:
    case Code::store_area: return true;
    default: return false;
  }
}

// True if the operation needs all registers there are, or calls.
constexpr bool interrupts_groups(Code code) {
  switch (code) {
    case Code::move:
    case Code::combine:
    case Code::compare:
    case Code::require:
    case Code::float_long:
    case Code::float_short:
    case Code::cc_float_compare_long:
    case Code::cc_float_compare_short: return true;
    default: return info_of(code).kind == Kind::whole;
  }
}

constexpr auto kLengths = table_of(length_of);
constexpr auto kInterruptsGroups = table_of(interrupts_groups);

class Grouper {
 public:
  explicit Grouper(Block& block)
      : block_(block),
        uses_(scratch_.vector<u32>(block.operations.size())),
        interrupts_(scratch_.vector<u8>(block.instructions.size())),
        members_(scratch_.vector<Ref>()) {
    u32 number = 0;
    for (const Operation& operation : block_.operations) {
      if (operation.code == Code::instruction) number = operation.imm;
      if (kInterruptsGroups[operation.code]) interrupts_[number] = true;
      for (const Ref operand : operation.places()) {
        if (operand != kNoRef) ++uses_[operand];
      }
    }
  }

  void run() {
    u32 number = 0;
    for (Ref at = 0; at < block_.operations.size(); ++at) {
      if (block_.operations[at].code == Code::instruction) number = block_.operations[at].imm;
      // One group at a time, and none begins in the instruction in which another ends.
      if (!block_.groups.empty() && number <= block_.groups.back().last) continue;
      if (interrupts_[number]) continue;
      if (const auto access = based_access(at)) try_group(at, number, *access);
      if (block_.groups.size() == Operation::kNoGroup) return;
    }
  }

 private:
  std::optional<BasedAccess> based_access(Ref at) const {
    const Operation& operation = block_.operations[at];
    const u32 length = is_area(operation.code) ? operation.n : kLengths[operation.code];
    if (length == 0) return std::nullopt;
    const Ref address = operation.operands[0];
    const Operation& sum = block_.operations[address];
    const bool has_base_only = sum.code == Code::address && (sum.operands[0] == kNoRef) != (sum.operands[1] == kNoRef);
    if (!has_base_only || uses_[address] != 1) return std::nullopt;
    const Operation& base = block_.operations[sum.operands[0] == kNoRef ? sum.operands[1] : sum.operands[0]];
    if (base.code != Code::get_gr) return std::nullopt;
    return BasedAccess{base.n, sum.imm, length, is_store(operation.code)};
  }

  // Makes a group of the access and those that follow, if there are some.
  void try_group(Ref leader, u32 number, const BasedAccess& first) {
    LookUpGroup group{.base = first.base,
                      .stores = first.is_store,
                      .displacement = first.displacement,
                      .length = first.length,
                      .first = number,
                      .last = number};
    members_.assign(1, leader);
    for (Ref at = leader + 1; at < block_.operations.size(); ++at) {
      const Operation& operation = block_.operations[at];
      if (operation.code == Code::instruction) number = operation.imm;
      if (interrupts_[number]) break;
      if (operation.code == Code::set_gr && operation.n == group.base) break;
      const auto access = based_access(at);
      if (!access || access->base != group.base) continue;
      const u32 begin = std::min(group.displacement, access->displacement);
      const u32 end = std::max(group.displacement + group.length, access->displacement + access->length);
      if (end - begin > kLongestArea) continue;
      group.displacement = begin;
      group.length = end - begin;
      group.stores |= access->is_store;
      group.last = number;
      members_.push_back(at);
    }
    if (members_.size() < 2) return;
    for (const Ref member : members_) {
      Operation& access = block_.operations[member];
      access.group = block_.operations[access.operands[0]].group = static_cast<u8>(block_.groups.size());
    }
    block_.groups.push_back(group);
  }

  Block& block_;
  Scratch scratch_;
  std::pmr::vector<u32> uses_;
  std::pmr::vector<u8> interrupts_;  // by instruction
  std::pmr::vector<Ref> members_;    // of the group that is tried
};

}  // namespace

void group_lookups(Block& block) { Grouper(block).run(); }

}  // namespace replica::ir
