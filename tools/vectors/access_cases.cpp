#include "tools/vectors/access_cases.h"

#include "base/big_endian.h"
#include "base/check.h"
#include "tools/vectors/items.h"

namespace replica::vectors {
namespace {

// Storage of the cases is 64 KB. Where the operand is put, and the first block boundary behind it:
constexpr u32 kPlace = 0x3000, kBlockEnd = 0x3800, kPageEnd = 0x4000;
// With DAT on, segment 0 is mapped on itself and holds the other operands; page 0 of segment 2 is real page 0, for the
// code; and the operand is in page 3 of segment 1, which is real page 3. So no table entry serves two of them.
constexpr u32 kVirtualPlace = 0x13000, kVirtualCode = 0x20400, kCode = 0x400;
constexpr std::string_view kTranslation =
    "ec sysmask=04 at=20400 code=400 c0=008000E0 c1=0000E000 "
    "E000:F000E100_F000E140_F000E180,00000001*D "
    "E100:0000_0010_0020_0030_0040_0050_0060_0070_0080_0090_00A0_00B0_00C0_00D0_00E0_00F0 "
    "E140:0008*3,0030_0040,0008*B E180:0000,0008*F";
static_assert(kVirtualPlace % 0x10000 == kPlace && kVirtualCode % 0x10000 == kCode);

// One way for an access to be refused. `items` are added to the state before.
struct Refusal {
  std::string_view name;
  std::string_view items;
  u32 place;  // of the operand
  std::string_view outcome;
  bool only_stores = false;
};

// Blocks have key 5 and so has the PSW, but for the operand's block.
constexpr std::string_view kKeys = "key=5 k0=50 k800=50 k1000=50 k1800=50 k2000=50 k2800=50";

constexpr Refusal kReal[] = {
    {"addressing", "", 0x20000, "pgm=05"},
    {"low-address protection", "c0=100000E0", 0x100, "pgm=04", true},
};
constexpr Refusal kTranslated[] = {
    {"segment invalid", "E004:F000E141", kVirtualPlace, "pgm=10 tea=00013???"},
    {"segment-table length", "", 0x103000, "pgm=10 tea=00103???"},
    {"page invalid", "E146:0038", kVirtualPlace, "pgm=11 tea=00013???"},
    {"page-table length", "E004:2000E140", kVirtualPlace, "pgm=11 tea=00013???"},
    {"segment-table entry's reserved bits", "E004:F100E140", kVirtualPlace, "pgm=12"},
    {"page-table entry's reserved bits", "E146:0034", kVirtualPlace, "pgm=12"},
    {"page table outside of storage", "E004:F0FFE140", kVirtualPlace, "pgm=05"},
    {"frame outside of storage", "E146:0FF0", kVirtualPlace, "pgm=05"},
    {"segment protection", "E004:F000E144", kVirtualPlace, "pgm=04", true},
};

// True if the operand may stand at any address, so that it can cross a boundary, and is processed as a whole.
bool may_cross(const AccessPattern& pattern) {
  const InstructionInfo& info = *pattern.base.subject();
  const bool interruptible = info.exceptions.find("II") != std::string_view::npos;
  const bool aligned =
      (info.format == Format::S || info.format == Format::RS) && info.exceptions.find("SP") != std::string_view::npos;
  return pattern.length > 1 && !interruptible && !aligned;
}

void add_items(std::string_view text, Side side, std::vector<Item>& items) {
  while (!text.empty()) {
    const std::size_t blank = std::min(text.find(' '), text.size());
    auto item = parse_item(text.substr(0, blank), side);
    CHECK(item.has_value());
    items.push_back(std::move(*item));
    text.remove_prefix(std::min(blank + 1, text.size()));
  }
}

Case make(const AccessPattern& pattern, std::string_view name, std::string_view before, u32 place,
          std::string_view after) {
  Case c = pattern.base;
  c.source += fmt::format("; {} of the {}", name,
                          pattern.access == OperandAccess::fetch   ? "operand fetched"
                          : pattern.access == OperandAccess::store ? "operand stored"
                                                                   : "operand updated");
  for (const unsigned n : pattern.placed)
    c.before.push_back({.field = Field::general_register, .index = n, .value = place});
  add_items(before, Side::before, c.before);
  add_items(after, Side::after, c.after);
  return c;
}

std::string keys_with(u32 block, bool fetch) {
  std::string keys(kKeys);
  for (u32 other = kPlace; other < 0x10000; other += 0x800) {
    keys += fmt::format(" k{:X}={}", other, other != block ? "50" : fetch ? "18" : "10");
  }
  return keys;
}

}  // namespace

std::vector<Case> access_cases(const AccessPattern& pattern) {
  const bool fetch = pattern.access == OperandAccess::fetch;
  std::vector<Case> cases;
  cases.push_back(make(pattern, "key-controlled protection", keys_with(kPlace, fetch), kPlace, "pgm=04"));
  for (const Refusal& refusal : kReal) {
    if (fetch && refusal.only_stores) continue;
    cases.push_back(make(pattern, refusal.name, refusal.items, refusal.place, refusal.outcome));
  }
  for (const Refusal& refusal : kTranslated) {
    if (fetch && refusal.only_stores) continue;
    const std::string items = fmt::format("{}{}{}", kTranslation, refusal.items.empty() ? "" : " ", refusal.items);
    cases.push_back(make(pattern, refusal.name, items, refusal.place, refusal.outcome));
  }
  if (!may_cross(pattern)) return cases;
  cases.push_back(make(pattern, "key-controlled protection of the second part", keys_with(kBlockEnd, fetch),
                       kBlockEnd - 1, "pgm=04"));
  cases.push_back(make(pattern, "page invalid for the second part", fmt::format("{} E148:0008", kTranslation),
                       kVirtualPlace - kPlace + kPageEnd - 1, "pgm=11 tea=00014???"));
  cases.push_back(make(pattern, "addressing of the second part", "", 0x10000 - 1, "pgm=05"));
  return cases;
}

}  // namespace replica::vectors
