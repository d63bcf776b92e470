#include "tests/oracle/finding.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/big_endian.h"
#include "base/check.h"
#include "tests/oracle/instruction_filter.h"

namespace replica::oracle {
namespace {

using Field = Difference::Field;

u32 length_of(u8 first) { return first < 0x40 ? 2 : first < 0xC0 ? 4 : 6; }

std::string hex(std::span<const u8> bytes) {
  std::string text;
  for (u8 byte : bytes) text += fmt::format("{:02X}", byte);
  return text;
}

}  // namespace

Finding::Finding(const Case& subject, std::size_t guilty, const Record& before, const Record& ours,
                 const Record& theirs)
    : subject_(subject),
      guilty_(guilty),
      before_(before),
      our_record_(ours),
      their_record_(theirs),
      differences_(compare(subject, ours, theirs)),
      ours_(first_differing(differences_, our_record_)),
      theirs_(first_differing(differences_, their_record_)),
      access_(subject, our_record_, ours_->old_psw),
      access_before_(subject, before.interruptions.empty() ? our_record_ : before_, ours_->old_psw) {
  CHECK(ours_ && theirs_);
  identify();
}

void Finding::identify() {
  const Placed& place = subject_.program[guilty_];
  const bool per_alone = interruption_code(ours()) == code::kPer && !extended();  // BC mode stores no address
  address_ = per_alone ? place.logical : interrupted_address(ours());
  bytes_ = instruction_at(address_);
  if (std::equal(kEnd.begin(), kEnd.end(), bytes_.begin())) {
    interrupted_ = false;
    address_ = place.logical;
    bytes_ = instruction_at(address_);
  }
  const bool as_before = address_ == place.logical && !before_.interruptions.empty();
  gr_ = as_before ? before_.interruptions.back().gr : ours().gr;
  target_ = find_target();
  op_ = operation_code(target_.data());
}

std::vector<u8> Finding::instruction_at(u32 logical) const {
  const Placed& guilty = subject_.program[guilty_];
  if (logical == guilty.logical) {
    // Storage as it was before the instruction, which may have overwritten itself; but there the shorter program had its
    // end, perhaps changed by then.
    std::vector<u8> region = before_.interruptions.empty() ? initial_region(subject_) : final_region(subject_, before_);
    if (region[guilty.offset] == kEnd[0]) region = final_region(subject_, our_record_);
    std::vector<u8> bytes{region[guilty.offset]};
    while (bytes.size() < length_of(bytes[0])) {
      const u32 offset = static_cast<u32>(guilty.offset + bytes.size());
      const bool same_block = offset % kBlockBytes > guilty.offset % kBlockBytes;
      const u32 next = logical + static_cast<u32>(bytes.size());
      bytes.push_back(same_block ? region[offset] : access_before_.byte(next).value_or(0));
    }
    return bytes;
  }
  std::vector<u8> bytes{access_.byte(logical).value_or(0)};
  while (bytes.size() < length_of(bytes[0]))
    bytes.push_back(access_.byte(logical + static_cast<u32>(bytes.size())).value_or(0));
  return bytes;
}

std::vector<u8> Finding::find_target() const {
  if (bytes_[0] != 0x44) return bytes_;
  const u32 index = bytes_[1] & 15, base = bytes_[2] >> 4;
  u32 address = load_be16(&bytes_[2]) & 0xFFF;
  if (index) address += gr_[index];
  if (base) address += gr_[base];
  std::vector<u8> target = instruction_at(address & 0xFFFFFF);
  if (bytes_[1] >> 4) target[1] = static_cast<u8>(target[1] | gr_[bytes_[1] >> 4]);
  return target;
}

u16 Finding::program_code(const Interruption& entry) {
  if (entry.cls != static_cast<u32>(InterruptionClass::program)) return 0;
  return interruption_code(entry) & 0x7F;
}

bool Finding::has_per(const Interruption& entry) {
  return entry.cls == static_cast<u32>(InterruptionClass::program) && (interruption_code(entry) & code::kPer);
}

bool Finding::psw_differs_in_cc_alone() const {
  const bool executed = bytes_[0] == 0x44 && !extended();
  const u64 mask = extended() ? u64{3} << 44 : executed ? u64{15} << 28 : u64{3} << 28;
  return ((ours().old_psw ^ theirs().old_psw) & ~mask) == 0;
}

bool Finding::is_one_of(std::initializer_list<u16> ops) const { return std::ranges::find(ops, op_) != ops.end(); }

bool Finding::is_decimal() const { return op_ == 0xDE || op_ == 0xDF || op_ == 0xF0 || (op_ >= 0xF8 && op_ <= 0xFD); }

u32 Finding::effective_address(std::size_t place) const {
  if (target_.size() < place + 2) return 0;
  const u32 word = load_be16(&target_[place]);
  return ((word >> 12 ? gr_[word >> 12] : 0) + (word & 0xFFF)) & 0xFFFFFF;
}

std::vector<OperandRange> Finding::operands() const {
  const u32 first = effective_address(2), second = effective_address(4);
  const u32 length = target_[1] + 1u, length1 = (target_[1] >> 4) + 1u, length2 = (target_[1] & 15) + 1u;
  if (is_one_of({0x0E, 0x0F})) {
    const u32 r1 = target_[1] >> 4, r2 = target_[1] & 15;
    const auto length_in = [&](u32 r) { return std::clamp<u32>(gr_[(r + 1) & 15] & 0xFFFFFF, 1, 4096); };
    return {{gr_[r1] & 0xFFFFFF, length_in(r1), op_ == 0x0E, false}, {gr_[r2] & 0xFFFFFF, length_in(r2), false, false}};
  }
  if (is_one_of({0xD5, 0xDD}))
    return {{first, length, false, false}, {second, op_ == 0xDD ? 256 : length, false, false}};
  if (op_ == 0xDC) return {{first, length, true, false}, {first, length, false, false}, {second, 256, false, false}};
  if (op_ == 0xE8) return {{first, length, true, false}, {second - length + 1, length, false, false}};
  if (is_one_of({0xDE, 0xDF}))
    return {{first, length, true, false}, {first, length, false, false}, {second, length, false, true}};
  if (op_ >= 0xD1 && op_ <= 0xD7)
    return {{first, length, true, false}, {first, length, false, false}, {second, length, false, false}};
  if (op_ == 0xF0) return {{first, length1, true, true}, {first, length1, false, true}};
  const bool packed = is_decimal();
  if (op_ == 0xF9) return {{first, length1, false, true}, {second, length2, false, true}};
  if (op_ >= 0xF1)
    return {{first, length1, true, packed && op_ != 0xF8},
            {first, length1, false, packed && op_ != 0xF8},
            {second, length2, false, packed}};
  if (target_.size() != 4) return {};
  const u32 index = target_[0] < 0x80 ? target_[1] & 15u : 0;
  const u32 address = (first + (index ? gr_[index] : 0)) & 0xFFFFFF;
  const u32 registers = (((target_[1] & 15u) - (target_[1] >> 4)) & 15) + 1;
  const u32 bytes = is_one_of({0x90, 0x98, 0xB6, 0xB7}) ? 4 * registers : 8;
  return {{address, bytes, true, op_ == 0x4F}, {address, bytes, false, op_ == 0x4F}};
}

bool Finding::has_invalid_decimal(const OperandRange& operand) const {
  const bool edit = is_one_of({0xDE, 0xDF});
  const bool product = op_ == 0xFC;  // which also wants leading zeros
  for (u32 i = 0; i < operand.length; ++i) {
    const auto byte = access_before_.byte(operand.address + i);
    if (!byte && access_before_.real(operand.address + i)) return true;  // outside of the region: anything
    if (!byte) continue;
    const bool last = i + 1 == operand.length;
    if (*byte >> 4 > 9 || (product && i < 8 && *byte != 0)) return true;
    if (edit || !last ? (*byte & 15) > 9 : (*byte & 15) < 10) return true;
  }
  return false;
}

bool Finding::can_be_due(u16 code) const {
  if (code == code::kDecimalDivide) return op_ == 0xFD;
  if (code == code::kData && op_ == 0xF0 && (target_[1] & 15) > 9) return true;
  return std::ranges::any_of(operands(), [&](const OperandRange& operand) {
    if (code == code::kData) return operand.packed && has_invalid_decimal(operand);
    return access_.can_cause(code, operand.address, operand.length, operand.store);
  });
}

bool Finding::is_table(u32 block) const {
  const u32 real = real_of_offset(block * kBlockBytes, subject_.storage_bytes);
  return has_dat(ours().old_psw) && real >= kTablesStart && real < kTablesEnd;
}

bool Finding::refers_to(u32 block) const {
  const auto covers = [&](u32 logical, u32 length) {
    for (u32 i = 0; i < length; ++i) {
      const auto to = access_.real(logical + i);
      const auto offset = to ? offset_of_real(*to, subject_.storage_bytes) : std::nullopt;
      if (offset && *offset / kBlockBytes == block) return true;
    }
    return false;
  };
  if (bytes_[0] == 0x44) {  // the target of the EXECUTE
    const u32 index = bytes_[1] & 15, base = bytes_[2] >> 4;
    const u32 target = (index ? gr_[index] : 0) + (base ? gr_[base] : 0) + (load_be16(&bytes_[2]) & 0xFFF);
    if (covers(target & 0xFFFFFF, 6)) return true;
  }
  return is_table(block) || covers(address_, 6) || covers(effective_address(2), target_.size() == 4 ? 64 : 1) ||
         std::ranges::any_of(operands(), [&](const OperandRange& o) { return covers(o.address, o.length); });
}

bool Finding::operands_share_real_storage() const {
  const std::vector<OperandRange> all = operands();
  if (all.size() < 2) return false;
  const OperandRange &first = all.front(), &second = all.back();
  for (u32 i = 0; i < first.length; ++i) {
    const auto real = access_.real(first.address + i);
    for (u32 j = 0; real && j < second.length; ++j) {
      const bool same_logical = ((first.address + i - second.address - j) & 0xFFFFFF) == 0;
      if (!same_logical && access_.real(second.address + j) == real) return true;
    }
  }
  return false;
}

bool Finding::fetching_can_cause(u16 code, u32 address) const { return access_.can_cause(code, address, 6, false); }

bool Finding::only_in(std::initializer_list<Field> fields) const {
  return std::ranges::all_of(differences_,
                             [&](const Difference& d) { return std::ranges::find(fields, d.field) != fields.end(); });
}

bool Finding::keys_differ_in(u8 bits) const {
  return std::ranges::all_of(differences_, [bits](const Difference& d) {
    return d.field != Field::key || ((d.ours ^ d.theirs) & ~u64{bits}) == 0;
  });
}

bool Finding::storage_is_assigned_locations() const {
  return std::ranges::all_of(differences_,
                             [](const Difference& d) { return d.field != Field::storage || d.index < 160; });
}

std::string listing(const Case& c, std::size_t count) {
  std::string text = "program:\n";
  for (const Placed& place : std::span(c.program).first(std::min(c.program.size(), count)))
    text += fmt::format("  {:06X} {:12} {}\n", place.logical, hex(place.bytes), place.label);
  return text;
}

std::string describe(const Finding& f) {
  const Case& c = f.subject();
  std::string text = fmt::format("instruction {} {} {}", f.guilty(), c.program[f.guilty()].label, hex(f.bytes()));
  if (f.address() != c.program[f.guilty()].logical) text += fmt::format(" at {:06X}", f.address());
  if (f.target() != f.bytes()) text += fmt::format(" executes {}", hex(f.target()));
  text += fmt::format("\n  initial PSW {:016X}\n", c.psw);
  for (std::size_t i = 0; i < std::min<std::size_t>(f.differences().size(), 12); ++i)
    text += "  * " + describe(f.differences()[i], c.storage_bytes) + "\n";
  text += listing(c, f.guilty() + 1);
  return text + "before:\n" + describe(f.before()) + "ours:\n" + describe(f.our_record()) + "theirs:\n" +
         describe(f.their_record());
}

}  // namespace replica::oracle
