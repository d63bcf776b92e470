#include "tools/vectors/per_variations.h"

#include <algorithm>

#include "base/bits.h"
#include "frontend/insn.h"

namespace replica::vectors {
namespace {

constexpr u32 kBranching = ibm_mask<u32>(0), kFetching = ibm_mask<u32>(1), kStoring = ibm_mask<u32>(2),
              kRegisters = ibm_mask<u32>(3);

// Events come with a program interruption only if that completes the instruction; of the others, the fetch alone
// counts.
bool completes(u64 program_code) {
  return program_code == 0x08 || (program_code >= 0x0A && program_code <= 0x0E && program_code != 0x0B);
}

bool is_suitable(const Case& c) {
  if (c.instructions.size() != 1 || c.has_before(Field::no_per) || c.has_before(Field::bc_mode)) return false;
  for (const Field field :
       {Field::psw, Field::steps, Field::action, Field::pending_io, Field::supervisor_call_interruption,
        Field::external_interruption, Field::io_interruption, Field::ilc, Field::per_events}) {
    if (c.has_before(field) || c.has_after(field)) return false;
  }
  // Cases that are about PER themselves.
  return std::none_of(c.before.begin(), c.before.end(), [](const Item& item) {
    return item.field == Field::control_register && item.index >= 9 && item.index <= 11;
  });
}

u32 altered_registers(const Case& c) {
  u32 mask = 0;
  for (const Item& item : c.after) {
    if (item.field == Field::general_register) mask |= ibm_mask<u16>(item.index);
  }
  return mask;
}

void add_storage(const Case& c, std::vector<Variation::Per>& list) {
  std::vector<std::pair<u32, u32>> altered;
  for (const Item& item : c.after) {
    if (item.field == Field::storage)
      altered.emplace_back(item.index, item.index + static_cast<u32>(item.bytes.size()) - 1);
  }
  for (const auto& [first, last] : altered) {
    list.push_back({.cr9 = kStoring, .first = first, .last = first, .events = 0x20});
    list.push_back({.cr9 = kStoring, .first = last, .last = last, .events = 0x20});
  }
  if (altered.empty()) list.push_back({.cr9 = kStoring, .first = 0, .last = kAddressMask});
  if (altered.size() == 1) {
    const auto [first, last] = altered.front();
    list.push_back({.cr9 = kStoring, .first = (last + 1) & kAddressMask, .last = (first - 1) & kAddressMask});
  }
}

}  // namespace

std::vector<Variation::Per> per_variations(const Case& c) {
  if (!is_suitable(c)) return {};
  const Item* at = Case::find(c.before, Field::instruction_address);
  const u32 address = at ? static_cast<u32>(at->value) : 0x400;

  std::vector<Variation::Per> list;
  list.push_back({.cr9 = kFetching, .first = address, .last = address, .events = 0x40});
  // The first byte counts; the target of an EXECUTE is fetched too.
  const bool has_target = c.subject() && c.subject()->opcode == Opcode::EX;
  if (!has_target) list.push_back({.cr9 = kFetching, .first = address + 1, .last = (address - 1) & kAddressMask});
  const Item* program = Case::find(c.after, Field::program_interruption);
  if (program && !completes(program->value)) return list;

  const bool branched = c.has_after(Field::instruction_address);
  list.push_back({.cr9 = kBranching, .events = static_cast<u8>(branched ? 0x80 : 0)});
  const u32 registers = altered_registers(c);
  if (registers != 0) list.push_back({.cr9 = kRegisters | registers, .events = 0x10});
  list.push_back({.cr9 = kRegisters | (~registers & 0xFFFF)});

  const Item* system_mask = Case::find(c.before, Field::system_mask);
  const bool dat = system_mask && (system_mask->value & 0x04);
  if (!dat && !c.has_before(Field::prefix) && !c.has_after(Field::prefix)) add_storage(c, list);
  return list;
}

}  // namespace replica::vectors
