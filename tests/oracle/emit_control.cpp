// The control instructions of the generator: PSW, control registers, keys, translation.
#include "tests/oracle/emit.h"
#include "tests/oracle/values.h"

namespace replica::oracle {

u64 random_psw(Random& random, bool dat) {
  const u64 key = random.chance(35) ? 0 : random.below(16);
  const u64 problem = random.chance(40);
  const u64 machine_check = random.below(2);
  const u64 cc = random.below(4);
  const u64 program_mask = random.below(16);
  const u64 state = key << 52 | machine_check << 50 | problem << 48;
  if (random.chance(35)) {
    const u64 masks = random.chance(30) ? random.byte() : random.byte() & 0xFE;
    const u64 ignored = random.chance(30) ? u64{random.bits32() >> 16} << 32 | u64{random.below(4)} << 30 : 0;
    return masks << 56 | state | ignored | cc << 28 | program_mask << 24;
  }
  u64 psw = kPswExtendedControl | state | cc << 44 | program_mask << 40;
  if (random.chance(12)) psw |= kPswPer;
  if (dat && random.chance(60)) psw |= kPswDat;
  if (random.chance(50)) psw |= u64{1} << (63 - 6);
  if (random.chance(30)) psw |= u64{1} << (63 - 7);
  return psw;
}

u32 control_register(Random& random, u32 number, const Space& tables) {
  switch (number) {
    case 0: {
      u32 value = tables.cr0() | (random.bits32() & 0xA000FE60);  // block multiplexing, TOD synchrony, external masks
      if (random.chance(96)) value &= ~u32{0x00000C00};           // clock comparator and CPU timer masks
      if (random.chance(5)) value |= 0x40000000;                  // SSM suppression
      if (random.chance(12)) value |= 0x10000000;                 // low-address protection
      if (random.chance(3)) value ^= u32{1} << random.between(31 - 12, 31 - 8);
      return value;
    }
    case 1: return tables.cr1() | (random.chance(20) ? random.bits32() & 0x3E : 0);
    case 3:
    case 4:
    case 5:
    case 7: return 0;  // dual address space
    case 8: return random.chance(50) ? random.bits32() : random.bits32() & random.bits32();
    case 9: {
      // General-register alteration seldom: Hercules does not know it.
      u32 value = (random.bits32() & random.bits32() & 0xE0000000) | (random.bits32() & 0xFFFF);
      if (random.chance(3)) value |= 0x10000000;
      return value;
    }
    case 10:
    case 11: return (kMainStart + random.below(kMainBytes)) | (random.chance(20) ? random.bits32() << 24 : 0);
    case 14: return random.bits32() & 0xCFC00000;
    case 15: return random.bits32() & 0x00FFFFF8;
    default: return random.chance(50) ? 0xFFFFFFFF : random.bits32();
  }
}

void Emitter::emit_control(const Row& row) {
  switch (row.shape) {
    case Shape::key_rr: return emit_key_rr(row);
    case Shape::lpsw: return emit_lpsw(row);
    case Shape::ssm:
    case Shape::system_mask: return emit_system_mask(row);
    case Shape::lctl: return emit_lctl(row);
    case Shape::stctl: {
      const Operand operand = p_.aligned(4, 4);
      p_.begin(row.mnemonic);
      p_.emit16(0xB600u | random_.below(256));
      return p_.emit16(operand.field());
    }
    case Shape::lra: {
      const Page* page = tables_.pages().empty() ? nullptr : &random_.pick(std::span<const Page>(tables_.pages()));
      const u32 address =
          page && random_.chance(70) ? page->logical + random_.below(2048) : random_.bits32() & 0x1FFFFF;
      const u8 base = p_.destination();
      if (p_.in_target() || base == 0 || !p_.load_constant(base, address)) return;
      p_.begin(row.mnemonic);
      p_.emit16(0xB100u | u32{p_.destination()} << 4);
      return p_.emit16(u32{base} << 12 | random_.below(256));
    }
    case Shape::rre_extended:
    case Shape::frame_key:
    case Shape::ipte:
    case Shape::test_block: return emit_rre(row);
    default: return emit_s(row);
  }
}

void Emitter::emit_key_rr(const Row& row) {
  u8 block = p_.real_pointer();
  if (random_.chance(50) && !p_.in_target()) {
    block = p_.destination();
    u32 address = kMainStart + kBlockBytes * random_.below(16);
    if (random_.chance(15)) address += 16 * random_.below(128);
    if (random_.chance(10) && p_.target().storage_bytes < (16 << 20))
      address = 0x800000 | (random_.bits32() & 0x7FFFF0);
    if (random_.chance(3)) address += random_.below(16);
    if (!p_.load_constant(block, address | (random_.chance(15) ? random_.bits32() << 24 : 0)))
      block = p_.real_pointer();
  }
  p_.begin(row.mnemonic);
  p_.emit16(u32{row.op} << 8 | u32{p_.destination()} << 4 | block);
}

void Emitter::emit_lpsw(const Row& row) {
  u64 psw = random_psw(random_, may_switch_dat_);
  const bool extended = psw & kPswExtendedControl;
  if (!may_switch_dat_) psw = (psw & ~kPswDat) | (extended && has_dat(p_.target().psw) ? kPswDat : 0);
  if (extended && random_.chance(10)) {
    static constexpr u8 kInvalid[] = {0, 2, 3, 4, 17, 24, 25, 28, 31, 32, 35, 39};
    psw |= u64{1} << (63 - random_.pick(kInvalid));
  }
  const auto place = p_.later_psw(psw);
  if (!place) return;
  // A BC-mode PSW turns DAT off: the code must be where it is.
  if (!extended && !may_switch_dat_ && has_dat(p_.target().psw)) return;
  p_.begin(row.mnemonic);
  p_.emit16(0x8200u | (random_.chance(20) ? random_.byte() : 0u));
  p_.emit16(p_.at_code(*place + (random_.chance(3) ? 4u : 0u)).field());
}

// A system mask for the initial mode; other modes may find it invalid.
u8 Emitter::mask_byte() {
  const u64 psw = p_.target().psw;
  u8 mask = random_.byte();
  if (psw & kPswExtendedControl && !random_.chance(5)) mask &= 0x47;
  if (!(random_.chance(20))) mask &= 0xBF;  // PER
  if (!may_switch_dat_) mask = static_cast<u8>((mask & ~4) | (has_dat(psw) ? 4 : 0));
  return mask;
}

void Emitter::emit_system_mask(const Row& row) {
  const Operand operand = p_.operand(1);
  u32 immediate = mask_byte();
  if (row.op == 0x80) p_.plant(operand.address, std::vector<u8>{mask_byte()});
  if (row.op == 0xAC) immediate |= random_.below(256) | (may_switch_dat_ ? 0 : 4);
  if (row.op == 0xAD && !has_dat(p_.target().psw) && !may_switch_dat_) immediate &= ~u32{4};
  p_.begin(row.mnemonic);
  p_.emit16(u32{row.op} << 8 | immediate);
  p_.emit16(operand.field());
}

void Emitter::emit_lctl(const Row& row) {
  static constexpr u8 kFirst[] = {0, 1, 2, 6, 8, 8, 9, 10, 12, 14, 15};
  const u32 first = random_.pick(kFirst);
  const u32 count = random_.below(4);
  std::vector<u8> values;
  for (u32 i = 0; i <= count; ++i) {
    const u32 number = (first + i) & 15;
    u32 value = control_register(random_, number, tables_);
    if (number <= 1 && random_.chance(80)) value = p_.target().cr[number];
    for (u8 byte : word_bytes(value)) values.push_back(byte);
  }
  const auto place = p_.constant(values);
  if (!place) return;
  p_.begin(row.mnemonic);
  p_.emit16(0xB700u | first << 4 | ((first + count) & 15));
  p_.emit16(p_.at_code(*place + (random_.chance(3) ? 2u : 0u)).field());
}

void Emitter::emit_s(const Row& row) {
  Operand operand{};
  u32 second = 0;
  switch (row.shape) {
    case Shape::spka:
      operand = p_.absolute(random_.below(256));
      if (random_.chance(30)) operand.base = p_.source();
      break;
    case Shape::s_plain: operand = p_.absolute(random_.chance(80) ? 0 : random_.below(4096)); break;
    case Shape::io: operand = p_.absolute(0x100 + random_.below(0x400)); break;
    case Shape::rrb: operand = {p_.real_pointer(), static_cast<u16>(random_.below(4096)), 0}; break;
    case Shape::s_store: operand = p_.aligned(row.bytes, row.bytes); break;
    case Shape::spx:
      operand = p_.aligned(4, 4);
      p_.plant(operand.address, word_bytes(random_.bits32() & 0x00000FFF));
      break;
    case Shape::clock:
      operand = p_.aligned(8, 8);
      p_.plant(operand.address, doubleword_bytes(row.op == 0xB208     ? ~u64{0} >> 1
                                                 : random_.chance(80) ? kNeverReached
                                                                      : 0));
      break;
    case Shape::tprot:
      operand = p_.operand(1);
      second = p_.absolute(random_.below(16) << 4 | random_.below(16)).field();
      break;
    default: break;
  }
  p_.begin(row.mnemonic);
  const bool one_byte = row.op < 0x100;
  p_.emit16(one_byte ? u32{row.op} << 8 | (random_.chance(30) ? random_.below(256) & 0xFE : 0u) : row.op);
  p_.emit16(operand.field());
  if (row.shape == Shape::tprot) p_.emit16(second);
}

void Emitter::emit_rre(const Row& row) {
  u32 r1 = p_.source();
  u32 r2 = p_.real_pointer();
  if (row.shape == Shape::rre_extended) r1 = p_.extended_register(), r2 = p_.extended_register();
  if (row.shape == Shape::ipte && !p_.in_target() && !tables_.page_tables().empty()) {
    const Page& page = random_.pick(std::span<const Page>(tables_.pages()));
    r1 = p_.destination();
    r2 = p_.destination();
    const u32 origin = random_.pick(std::span<const u32>(tables_.page_tables()));
    if (!p_.load_constant(static_cast<u8>(r1), origin | (random_.chance(20) ? random_.bits32() << 28 : 0))) return;
    if (!p_.load_constant(static_cast<u8>(r2), page.logical | (random_.chance(20) ? random_.bits32() << 24 : 0)))
      return;
  } else if (row.shape == Shape::ipte) {
    return;  // random operands would write anywhere
  }
  p_.begin(row.mnemonic);
  p_.emit16(row.op);
  p_.emit16((random_.chance(10) ? random_.bits32() & 0xFF00 : 0) | r1 << 4 | r2);
}

}  // namespace replica::oracle
