#include <algorithm>
#include <deque>
#include <map>

#include "frontend/semantics/floating_point.h"
#include "jit/regions/foresight.h"
#include "jit/regions/region.h"
#include "jit/regions/region_code.h"
#include "jit/translate.h"

namespace replica {
namespace {

using ir::Code;

bool is_branch(Code code) { return code == Code::branch || code == Code::branch_if; }

// The operation that makes the branch address of an instruction; nullptr if it does not branch.
const ir::Operation* target_operation(const ir::Block& code) {
  for (const ir::Operation& o : code.operations) {
    if (o.code == Code::branch) return &code.operations[o.operands[0]];
    if (o.code == Code::branch_if) return &code.operations[o.operands[1]];
  }
  return nullptr;
}

bool leaves_its_address(const ir::Block& code) {
  const Opcode opcode = code.instructions.front().opcode;
  return opcode == Opcode::BAL || opcode == Opcode::BALR || opcode == Opcode::BAS || opcode == Opcode::BASR;
}

// How an instruction is called when an access of it is not in the access map; control then goes on outside of the region.
CallSite call_site_of(const ir::GuestInstruction& i) {
  return {.handler = kPlainHandlers[i.bytes[0]],
          .bytes = i.bytes,
          .ilc = i.insn.ilc,
          .sets_cc = true,
          .asks_for_cc = true,
          .observed = 0,
          .cc_before = CcKind::unknown,
          .cc_after = CcKind::in_psw,
          .address = i.insn.address,
          .next = i.insn.next(),
          .left = 0,
          .is_cold = true};
}

u32 bytes_stored_by(const ir::Operation& o) {
  switch (o.code) {
    case Code::store8: return 1;
    case Code::store16: return 2;
    case Code::store32: return 4;
    case Code::store64: return 8;
    case Code::store_area: return o.n;
    case Code::move:
    case Code::combine: return o.n + 1u;
    default: return 0;
  }
}

class Finder {
 public:
  Finder(Cpu& cpu, u32 address, ir::Mode mode, const RegionLimits& limits) : cpu_(cpu), limits_(limits) {
    region_.address = address;
    region_.mode = mode;
  }

  Region find() {
    explore();
    if (limits_.must_loop) keep_what_loops();
    if (!found_.contains(region_.address)) return {};
    collect();
    expect_bases();
    note_targets();
    note_entries();
    note_stores();
    region_.usual_entry = usual_entry();
    return std::move(region_);
  }

 private:
  struct Path {
    u32 address;
    Foresight foresight;
  };

  void explore() {
    std::deque<Path> paths = {{region_.address, Foresight(as_array(cpu_.gr))}};
    while (!paths.empty() && found_.size() < limits_.instructions) {
      Path path = paths.front();
      paths.pop_front();
      while (found_.size() < limits_.instructions && !found_.contains(path.address)) {
        const auto instruction = instruction_at(path.address);
        if (!instruction) break;
        RegionInstruction& found = found_.emplace(path.address, *instruction).first->second;
        path.foresight.pass(found.code);
        if (found.branch != BranchKind::none) {
          found.target = path.foresight.target();
          if (found.target) paths.push_back({*found.target, path.foresight});
        }
        if (leaves_its_address(found.code) && found.branch != BranchKind::none) {
          return_points_.push_back(found.next());
          paths.push_back({found.next(), path.foresight});
        }
        if (!found.falls_through) break;
        path.address = found.next();
      }
    }
  }

  static std::array<u32, 16> as_array(const u32 (&gr)[16]) {
    std::array<u32, 16> array;
    std::copy(std::begin(gr), std::end(gr), array.begin());
    return array;
  }

  std::optional<RegionInstruction> instruction_at(u32 address) {
    const auto page = page_of(address);
    if (!page) return std::nullopt;
    RegionInstruction instruction;
    const u8* bytes = reinterpret_cast<const u8*>(region_.pages[*page].entry + region_.pages[*page].address);
    instruction.code = translate(bytes, address, region_.mode, {.instructions = 1});
    if (instruction.code.instructions.empty() || !has_region_code(instruction.code)) return std::nullopt;
    instruction.page = static_cast<u32>(*page);
    if (const ir::Operation* target = target_operation(instruction.code)) {
      const bool is_register = target->code == Code::and_;
      instruction.branch = is_register ? BranchKind::dynamic : BranchKind::known;
      instruction.falls_through = instruction.code.operations.back().code != Code::branch;
    }
    return instruction;
  }

  // The index of the address's page, if the CPU may fetch there, and there is room for one more.
  std::optional<std::size_t> page_of(u32 address) {
    if (address & 1) return std::nullopt;
    const u32 virtual_page = address & ~(kBlockSize - 1);
    for (std::size_t n = 0; n < region_.pages.size(); ++n) {
      if (region_.pages[n].address == virtual_page) return n;
    }
    const i64 entry = cpu_.map->instruction[address >> kBlockShift];
    if (entry < 0 || region_.pages.size() == limits_.pages) return std::nullopt;
    const u8* host = reinterpret_cast<const u8*>(entry + virtual_page);
    const u32 block = static_cast<u32>(static_cast<u64>(host - cpu_.storage().data()) >> kBlockShift);
    region_.pages.push_back({virtual_page, block, entry});
    return region_.pages.size() - 1;
  }

  template <typename Action>
  void for_each_successor(const RegionInstruction& from, Action action) const {
    if (from.falls_through) action(from.next());
    if (from.branch == BranchKind::none) return;
    if (from.target) action(*from.target);
    if (from.branch == BranchKind::dynamic) {
      for (const u32 point : return_points_) action(point);
    }
  }

  void keep_what_loops() {
    std::map<u32, std::vector<u32>> predecessors;
    for (const auto& [address, instruction] : found_) {
      for_each_successor(instruction, [&, from = address](u32 to) { predecessors[to].push_back(from); });
    }
    std::map<u32, bool> leads_back;
    std::vector<u32> open = predecessors[region_.address];
    while (!open.empty()) {
      const u32 address = open.back();
      open.pop_back();
      if (std::exchange(leads_back[address], true)) continue;
      const auto& before = predecessors[address];
      open.insert(open.end(), before.begin(), before.end());
    }
    std::erase_if(found_, [&](const auto& found) { return !leads_back[found.first]; });
  }

  void collect() {
    for (auto& [address, instruction] : found_) region_.instructions.push_back(std::move(instruction));
    for (const RegionInstruction& i : region_.instructions) {
      region_.call_sites.push_back(call_site_of(i.code.instructions.front()));
    }
  }

  // A base of branches is expected to stay as it is, if only loads set it: programs restore it.
  void expect_bases() {
    std::bitset<16> bases, changed;
    for (const RegionInstruction& i : region_.instructions) {
      note_bases(i, bases);
      for (const ir::Operation& o : i.code.operations) {
        if (o.code == Code::routine) changed |= std::bitset<16>(registers_set_by_routine(i.code));
        if (o.code != Code::set_gr) continue;
        const Code made_by = i.code.operations[o.operands[0]].code;
        if (made_by != Code::load32 && made_by != Code::area_load32) changed.set(o.n);
      }
    }
    bases &= ~changed;
    for (unsigned n = 0; n < 16; ++n) {
      if (bases[n]) region_.expected[n] = cpu_.gr[n];
    }
  }

  static void note_bases(const RegionInstruction& i, std::bitset<16>& bases) {
    if (i.branch != BranchKind::known) return;
    const ir::Operation& target = *target_operation(i.code);
    if (target.code != Code::address || target.operands[1] != ir::kNoRef) return;
    if (target.operands[0] != ir::kNoRef) bases.set(i.code.operations[target.operands[0]].n);
  }

  // Programs keep their data beside their code, and reach them by the base of the code.
  void note_stores() {
    for (const RegionInstruction& i : region_.instructions) {
      for (const ir::Operation& o : i.code.operations) {
        const u32 length = bytes_stored_by(o);
        if (length == 0) continue;
        const auto address = known_address(i.code, i.code.operations[o.operands[0]]);
        if (!address || (*address & (kBlockSize - 1)) + length > kBlockSize) continue;
        for (RegionPage& page : region_.pages) {
          if (page.address == (*address & ~(kBlockSize - 1))) page.stored_lines |= Storage::lines_of(*address, length);
        }
      }
    }
  }

  std::optional<u32> known_address(const ir::Block& code, const ir::Operation& o) const {
    if (o.code == Code::word) return o.imm & kAddressMask;
    if (o.code != Code::address || o.operands[1] != ir::kNoRef) return std::nullopt;
    if (o.operands[0] == ir::kNoRef) return o.imm & kAddressMask;
    const auto base = region_.expected[code.operations[o.operands[0]].n];
    return base ? std::optional((*base + o.imm) & kAddressMask) : std::nullopt;
  }

  std::optional<i64> usual_entry() const {
    // If most of them are alike, they are like the candidate.
    i64 candidate = AccessMap::kAsk;
    u32 lead = 0, known = 0, same = 0;
    for (const i64 entry : cpu_.map->fetch) {
      if (entry < 0) continue;
      if (lead == 0) candidate = entry;
      lead = entry == candidate ? lead + 1 : lead - 1;
    }
    for (const i64 entry : cpu_.map->fetch) {
      known += entry >= 0;
      same += entry == candidate;
    }
    return known != 0 && same >= known - known / 8 ? std::optional(candidate) : std::nullopt;
  }

  void note_targets() {
    for (RegionInstruction& i : region_.instructions) {
      i.is_return_point = std::find(return_points_.begin(), return_points_.end(), i.address()) != return_points_.end();
      if (i.address() == region_.address || i.is_return_point) i.is_target = true;
    }
    // A guess may lead into the middle of an instruction, and what is found there to the same next one.
    for (std::size_t n = 0; n + 1 < region_.instructions.size(); ++n) {
      const RegionInstruction& i = region_.instructions[n];
      if (!i.falls_through || region_.instructions[n + 1].address() >= i.next()) continue;
      const std::size_t next = region_.index_of(i.next());
      if (next < region_.instructions.size()) region_.instructions[next].is_target = true;
    }
    for (const RegionInstruction& i : region_.instructions) {
      if (!i.target) continue;
      const std::size_t index = region_.index_of(*i.target);
      if (index < region_.instructions.size()) region_.instructions[index].is_target = true;
    }
  }

  // Where a branch leads back to, a loop begins.
  void note_entries() {
    region_.entries = {region_.address};
    for (const RegionInstruction& i : region_.instructions) {
      if (!i.target || *i.target > i.address() || region_.entries.size() == limits_.entries) continue;
      const bool is_in_first_page = (*i.target & ~(kBlockSize - 1)) == region_.pages[0].address;
      const auto same = std::find(region_.entries.begin(), region_.entries.end(), *i.target);
      if (is_in_first_page && region_.has(*i.target) && same == region_.entries.end()) {
        region_.entries.push_back(*i.target);
      }
    }
  }

  Cpu& cpu_;
  RegionLimits limits_;
  Region region_;
  std::map<u32, RegionInstruction> found_;
  std::vector<u32> return_points_;
};

}  // namespace

Region find_region(Cpu& cpu, u32 address, ir::Mode mode, const RegionLimits& limits) {
  return Finder(cpu, address, mode, limits).find();
}

}  // namespace replica
