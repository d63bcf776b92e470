#include "tests/oracle/program.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/big_endian.h"
#include "base/check.h"
#include "tests/oracle/values.h"

namespace replica::oracle {
namespace {

constexpr std::size_t kRoles = 7;  // roles_[0]: code base; [1]-[4]: pointers; [5]: real block; [6]: index

}  // namespace

Program::Program(Random& random, Overlay& overlay, const Space& space, Case& c)
    : random_(random), overlay_(overlay), space_(space), case_(c) {
  choose_code_address();
  choose_roles();
}

void Program::choose_code_address() {
  // Anywhere in the first code page, so that the program may run over its end.
  base_ = space_.code();
  if (space_.page_tables().empty()) base_ += kBlockBytes * random_.below(10);
  base_ += 2 * random_.below(space_.page_bytes() / 2 - 1);
  for (u32 i = 0; i < kProgramBytes; ++i)
    if (auto offset = space_.region_offset(base_ + i)) overlay_.reserve(*offset);
}

void Program::choose_roles() {
  std::iota(roles_.begin(), roles_.end(), u8{1});
  for (u32 i = 14; i > 0; --i) std::swap(roles_[i], roles_[random_.below(i + 1)]);
  for (u32& gr : case_.gr) gr = word_value(random_);
  const auto with_junk = [&](u32 address) { return random_.chance(25) ? address | random_.bits32() << 24 : address; };
  case_.gr[roles_[0]] = with_junk(base_);
  for (u32 i = 1; i <= 4; ++i) case_.gr[roles_[i]] = with_junk(pointer_value());
  case_.gr[roles_[5]] = kMainStart + 2048 * random_.below(kMainBytes / 2048);
  case_.gr[roles_[6]] = random_.below(33);
}

// An address a little in front of a place worth reaching: a page, block or storage boundary, or just somewhere.
u32 Program::pointer_value() {
  const u32 before = random_.below(160);
  if (random_.chance(4)) return 0x1F0 - random_.below(16);  // the end of low-address protection
  if (random_.chance(4)) return 0x200 + random_.below(0x500);
  if (random_.chance(3)) return 0xFFFFFF - random_.below(300);
  if (!space_.page_tables().empty() && random_.chance(4)) return random_.bits32() & 0xFFFFFF;
  const Page& page = space_.pages()[random_.below(static_cast<u32>(space_.pages().size()))];
  if (page.logical == 0 && space_.page_tables().empty()) return kMainStart;
  switch (random_.below(4)) {
    case 0: return (page.logical - before) & 0xFFFFFF;
    case 1: return (page.logical + space_.page_bytes() - before) & 0xFFFFFF;
    case 2: return page.logical;
    default: return page.logical + 4 * random_.below(space_.page_bytes() / 4);
  }
}

u8 Program::destination() {
  while (true) {
    u8 reg = 0;
    const u32 roll = random_.below(100);
    if (roll < 95)
      reg = roll < 10 ? u8{0} : roles_[kRoles + random_.below(15 - kRoles)];
    else
      reg = static_cast<u8>(random_.below(16));
    if (reg == code_base() && !random_.chance(5)) continue;
    if (reg != kept_ || kept_ == 0) return reg;
  }
}

u8 Program::source() { return static_cast<u8>(random_.below(16)); }

u8 Program::even_register() {
  const auto has_role = [&](u8 reg) {
    return std::ranges::find(roles_, reg) - roles_.begin() < std::ptrdiff_t{kRoles};
  };
  const bool spare_roles = random_.chance(90);
  for (u32 attempt = 0;; ++attempt) {
    const u8 reg = static_cast<u8>(random_.chance(95) ? 2 * random_.below(8) : random_.below(16));
    const u8 even = reg & 14, odd = reg | 1;
    if (code_base() == even || code_base() == odd || (kept_ != 0 && (kept_ == even || kept_ == odd))) continue;
    if (spare_roles && attempt < 30 && (has_role(even) || has_role(odd))) continue;
    return reg;
  }
}

u8 Program::float_register() { return static_cast<u8>(random_.chance(97) ? 2 * random_.below(4) : random_.below(16)); }

u8 Program::extended_register() {
  return static_cast<u8>(random_.chance(96) ? 4 * random_.below(2) : random_.below(16));
}

void Program::begin(const char* mnemonic) {
  if (in_target_) return;
  starts_.push_back(static_cast<u32>(code_.size()));
  names_.push_back(mnemonic);
  begins_group_.push_back(std::exchange(group_begins_, false));
}

void Program::emit16(u32 halfword) {
  std::vector<u8>& out = in_target_ ? target_ : code_;
  out.push_back(static_cast<u8>(halfword >> 8));
  out.push_back(static_cast<u8>(halfword));
}

void Program::emit_rx(u8 op, u8 r1, const Operand& operand) {
  emit16(u32{op} << 8 | u32{r1} << 4);
  emit16(operand.field());
}

std::optional<u32> Program::end_target() {
  in_target_ = false;
  const auto displacement = constant(target_, 2);
  if (displacement && target_fixup_)
    fixups_.push_back(
        {Fixup::Kind::displacement_in_constants, *displacement - kCodeBytes + *target_fixup_, starts_.size() + 1});
  target_fixup_.reset();
  target_.clear();
  return displacement;
}

Operand Program::operand(u32 bytes) {
  const u8 base = roles_[random_.between(1, 4)];
  const u32 value = case_.gr[base] & 0xFFFFFF;
  u32 displacement = random_.below(224);
  if (random_.chance(6)) displacement = random_.below(4096);
  const u32 unit = bytes & -bytes;  // the largest power of two that divides the length
  if (unit > 1 && random_.chance(65)) displacement += (unit - (value + displacement) % unit) % unit;
  displacement = std::min(displacement, u32{4095});
  return {base, static_cast<u16>(displacement), (value + displacement) & 0xFFFFFF};
}

Operand Program::aligned(u32 bytes, u32 unit) {
  Operand operand = this->operand(bytes);
  if (random_.chance(3)) return operand;
  while (operand.address % unit) {
    operand.displacement = static_cast<u16>(operand.displacement ? operand.displacement - 1 : unit - 1);
    operand.address = (case_.gr[operand.base] + operand.displacement) & 0xFFFFFF;
  }
  return operand;
}

void Program::plant(u32 address, std::span<const u8> bytes) {
  for (u32 i = 0; i < bytes.size(); ++i) {
    const auto offset = space_.region_offset(address + i);
    // Assigned storage locations are the monitor's: only X'100' up is free.
    if (offset && *offset >= 0x100 && !overlay_.is_reserved(*offset)) overlay_.put(*offset, bytes[i]);
  }
}

std::optional<u32> Program::constant(std::span<const u8> bytes, u32 unit) {
  // The unit counts from the real address, which the code base may not be aligned to.
  while ((base_ + kCodeBytes + constants_.size()) % unit) constants_.push_back(0);
  if (kCodeBytes + constants_.size() + bytes.size() > kProgramBytes) return std::nullopt;
  const u32 displacement = static_cast<u32>(kCodeBytes + constants_.size());
  constants_.insert(constants_.end(), bytes.begin(), bytes.end());
  return displacement;
}

Operand Program::at_code(u32 displacement) const {
  return {code_base(), static_cast<u16>(displacement), (base_ + displacement) & 0xFFFFFF};
}

bool Program::load_constant(u8 reg, u32 value) {
  const auto displacement = constant(word_bytes(value));
  if (!displacement) return false;
  begin("L");
  emit_rx(0x58, reg, at_code(*displacement));
  return true;
}

void Program::branch_operand() {
  if (in_target_)
    target_fixup_ = static_cast<u32>(target_.size());
  else
    fixups_.push_back({Fixup::Kind::displacement_in_code, static_cast<u32>(code_.size()), starts_.size()});
  emit16(at_code(0).field());
}

void Program::emit_branch_back(std::size_t to) { emit16(at_code(starts_[to]).field()); }

bool Program::load_later_address(u8 reg, u8 high) {
  const auto displacement = constant(word_bytes(u32{high} << 24));
  if (!displacement) return false;
  fixups_.push_back({Fixup::Kind::address_in_constants, *displacement + 1 - kCodeBytes, starts_.size() + 2});
  begin("L");
  emit_rx(0x58, reg, at_code(*displacement));
  return true;
}

std::optional<u32> Program::later_psw(u64 psw) {
  const auto displacement = constant(doubleword_bytes(psw), 8);
  if (displacement)
    fixups_.push_back({Fixup::Kind::address_in_constants, *displacement + 5 - kCodeBytes, starts_.size() + 1});
  return displacement;
}

// The start of one of the next few instructions behind number `after`, or of the final SVC.
u32 Program::later_start(std::size_t after) {
  const std::size_t choice = after + random_.below(4);
  return choice < starts_.size() ? starts_[choice] : starts_.back();
}

void Program::resolve(const Fixup& fixup) {
  u32 start = later_start(fixup.after);
  if (fixup.kind == Fixup::Kind::address_in_constants) {
    const u32 address = (base_ + start) & 0xFFFFFF;
    for (u32 i = 0; i < 3; ++i) constants_[fixup.place + i] = static_cast<u8>(address >> (16 - 8 * i));
    return;
  }
  start += random_.below(200) == 0;
  std::vector<u8>& bytes = fixup.kind == Fixup::Kind::displacement_in_code ? code_ : constants_;
  bytes[fixup.place] = static_cast<u8>(bytes[fixup.place] | start >> 8);
  bytes[fixup.place + 1] = static_cast<u8>(start);
}

void Program::choose_landings() {
  std::vector<u32> groups;
  for (std::size_t i = 1; i < case_.program.size(); ++i)
    if (begins_group_[i]) groups.push_back(case_.program[i].logical);
  const std::size_t step = (groups.size() + kLandings - 1) / kLandings;
  for (std::size_t i = 0; i < groups.size(); i += step) case_.landings.push_back(groups[i]);
}

void Program::finish() {
  CHECK(!in_target_);
  begin_group();
  begin("(end)");
  emit16(kEnd[0] << 8 | kEnd[1]);
  for (const Fixup& fixup : fixups_) resolve(fixup);
  lay_down(0, code_);
  lay_down(kCodeBytes, constants_);
  for (std::size_t i = 0; i < starts_.size(); ++i) {
    const u32 end = i + 1 < starts_.size() ? starts_[i + 1] : static_cast<u32>(code_.size());
    const u32 logical = (base_ + starts_[i]) & 0xFFFFFF;
    case_.program.push_back({logical,
                             static_cast<u16>(space_.region_offset(logical).value_or(0)),
                             names_[i],
                             {code_.begin() + starts_[i], code_.begin() + end}});
  }
  choose_landings();
}

void Program::lay_down(u32 displacement, std::span<const u8> bytes) {
  for (u32 i = 0; i < bytes.size(); ++i) {
    const auto offset = space_.region_offset(base_ + displacement + i);
    CHECK(offset);
    overlay_.put(*offset, bytes[i]);
  }
}

}  // namespace replica::oracle
