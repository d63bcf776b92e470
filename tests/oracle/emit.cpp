#include "tests/oracle/emit.h"

#include <algorithm>

#include "tests/oracle/values.h"

namespace replica::oracle {

const Row& Emitter::choose(bool supervisor) {
  const auto weight = [&](const Row& row) {
    return !row.privileged ? u32{row.weight} : supervisor ? u32{row.weight} : (u32{row.weight} + 9) / 10;
  };
  u32 total = 0;
  for (const Row& row : rows()) total += weight(row);
  u32 roll = random_.below(total);
  for (const Row& row : rows()) {
    if (roll < weight(row)) return row;
    roll -= weight(row);
  }
  return rows().front();
}

void Emitter::emit_random(bool supervisor) { emit(choose(supervisor)); }

void Emitter::emit_loop(bool supervisor) {
  const u8 counter = p_.destination();
  if (counter == 0 || counter == p_.code_base()) return;
  p_.begin("LA");
  p_.emit_rx(0x41, counter, p_.absolute(random_.between(1, 5)));
  p_.keep(counter);
  const std::size_t start = p_.instructions();
  for (u32 i = random_.between(1, 5); i > 0; --i) emit_random(supervisor);
  p_.begin("BCT");
  p_.emit16(0x4600u | u32{counter} << 4);
  p_.emit_branch_back(start);
  p_.keep(0);
}

void Emitter::emit(const Row& row) {
  switch (row.shape) {
    case Shape::rr:
    case Shape::rr_pair:
    case Shape::rr_float:
    case Shape::rr_extended:
    case Shape::extended_from_float:
    case Shape::float_from_extended:
    case Shape::spm:
    case Shape::svc: return emit_rr(row);
    case Shape::branch_rr:
    case Shape::bcr:
    case Shape::branch_rx:
    case Shape::bc: return emit_branch(row);
    case Shape::branch_rs: return emit_bxh(row);
    case Shape::execute: return emit_execute(row);
    case Shape::long_move: return emit_long_move(row);
    case Shape::la:
    case Shape::rx:
    case Shape::rx_pair:
    case Shape::rx_float:
    case Shape::rx_extended: return emit_rx(row);
    case Shape::shift:
    case Shape::shift_pair:
    case Shape::masked: return emit_rs(row);
    case Shape::multiple: return emit_multiple(row);
    case Shape::swap: return emit_swap(row);
    case Shape::si:
    case Shape::monitor_call: return emit_si(row);
    case Shape::ss: return emit_ss(row);
    case Shape::ss_lengths:
    case Shape::ss_product:
    case Shape::edit:
    case Shape::srp: return emit_decimal(row);
    case Shape::invalid: return emit_invalid(row);
    default: return emit_control(row);
  }
}

std::vector<u8> Emitter::planted(Plant plant, u32 bytes) {
  std::vector<u8> out;
  switch (plant) {
    case Plant::none: return {};
    case Plant::word:
      while (out.size() < bytes) std::ranges::copy(word_bytes(word_value(random_)), std::back_inserter(out));
      break;
    case Plant::real: out = doubleword_bytes(float_value(random_)); break;
    case Plant::packed: return packed_value(random_, bytes);
    case Plant::cvb: {
      // Nine digits and fewer convert; ten are near the limit.
      const u32 used = random_.between(1, 6);
      out.assign(8 - used, 0);
      std::ranges::copy(packed_value(random_, used), std::back_inserter(out));
      break;
    }
    case Plant::table: return {};
  }
  // A short field of a fullword is its low end, which holds small numbers; of a float its high end.
  if (plant == Plant::word && out.size() > bytes) out.erase(out.begin(), out.end() - bytes);
  out.resize(bytes);
  return out;
}

Operand Emitter::storage_operand(const Row& row, u32 bytes) {
  const Operand operand = p_.operand(bytes);
  if (row.plant != Plant::none && random_.chance(85)) p_.plant(operand.address, planted(row.plant, bytes));
  return operand;
}

void Emitter::emit_rr(const Row& row) {
  u32 r1 = p_.destination();
  u32 r2 = p_.source();
  switch (row.shape) {
    case Shape::rr_pair: r1 = p_.even_register(); break;
    case Shape::rr_float: r1 = p_.float_register(), r2 = p_.float_register(); break;
    case Shape::rr_extended: r1 = p_.extended_register(), r2 = p_.extended_register(); break;
    case Shape::extended_from_float: r1 = p_.extended_register(), r2 = p_.float_register(); break;
    case Shape::float_from_extended: r1 = p_.float_register(), r2 = p_.extended_register(); break;
    case Shape::spm: r1 = p_.source(); break;
    default: break;
  }
  p_.begin(row.mnemonic);
  p_.emit16(u32{row.op} << 8 | r1 << 4 | r2);
}

void Emitter::emit_branch(const Row& row) {
  const bool mask = row.shape == Shape::bcr || row.shape == Shape::bc;
  const u32 r1 = mask ? random_.below(16) : p_.destination();
  if (row.shape == Shape::branch_rx || row.shape == Shape::bc) {
    p_.begin(row.mnemonic);
    p_.emit16(u32{row.op} << 8 | r1 << 4);
    return p_.branch_operand();
  }
  u8 r2 = 0;
  if (random_.chance(80) && !p_.in_target()) {
    r2 = p_.destination();
    if (r2 != 0 && !p_.load_later_address(r2, random_.chance(30) ? random_.byte() : u8{0})) r2 = 0;
  }
  p_.begin(row.mnemonic);
  p_.emit16(u32{row.op} << 8 | r1 << 4 | r2);
}

void Emitter::emit_bxh(const Row& row) {
  const u8 r1 = p_.destination();
  p_.begin(row.mnemonic);
  p_.emit16(u32{row.op} << 8 | u32{r1} << 4 | p_.source());
  p_.branch_operand();
}

void Emitter::emit_execute(const Row& row) {
  if (p_.in_target()) return p_.emit_rx(0x44, p_.source(), p_.operand(2));  // EXECUTE of EXECUTE
  p_.begin_target();
  const Row* target = &choose(random_.chance(50));
  while (target->shape == Shape::execute && !random_.chance(10)) target = &choose(random_.chance(50));
  emit(*target);
  const auto displacement = p_.end_target();
  if (!displacement) return;
  p_.begin(row.mnemonic);
  const u8 r1 = random_.chance(50) ? u8{0} : p_.source();
  p_.emit_rx(0x44, r1, p_.at_code(*displacement + (random_.chance(2) ? 1 : 0)));
}

// The register pairs are loaded just before, so that lengths stay modest and operands near each other.
void Emitter::emit_long_move(const Row& row) {
  const u8 r1 = p_.even_register();
  // CLCL of a storage field with itself may meet the interval timer, which changes between two fetches.
  u8 r2 = p_.even_register();
  while (row.op == 0x0F && r2 == r1) r2 = p_.even_register();
  const u32 length1 = random_.chance(10) ? random_.below(3) : random_.below(300);
  const u32 length2 = random_.chance(30) ? length1 : random_.chance(10) ? random_.below(3) : random_.below(300);
  const Operand first = p_.operand(1);
  Operand second = p_.operand(1);
  if (random_.chance(30)) second.address = (first.address + random_.below(64) - 32) & 0xFFFFFF;
  const auto load = [&](u8 reg, u32 address, u32 length) {
    std::vector<u8> pair = word_bytes(address | (random_.chance(20) ? random_.bits32() << 24 : 0));
    std::ranges::copy(word_bytes(length | random_.bits32() << 24), std::back_inserter(pair));
    const auto place = p_.constant(pair);
    if (!place) return;
    p_.begin("LM");
    p_.emit16(0x9800u | u32{reg} << 4 | ((reg + 1) & 15));
    p_.emit16(p_.at_code(*place).field());
  };
  if (!p_.in_target()) load(r1, first.address, length1), load(r2, second.address, length2);
  if (row.op == 0x0F && random_.chance(70)) {  // operands equal for a while
    const std::vector<u8> bytes = random_bytes(random_, random_.below(40));
    p_.plant(first.address, bytes);
    p_.plant(second.address, bytes);
  }
  p_.begin(row.mnemonic);
  p_.emit16(u32{row.op} << 8 | u32{r1} << 4 | r2);
}

void Emitter::emit_rx(const Row& row) {
  u32 r1 = p_.destination();
  if (row.shape == Shape::rx_pair) r1 = p_.even_register();
  if (row.shape == Shape::rx_float) r1 = p_.float_register();
  if (row.shape == Shape::rx_extended) r1 = p_.extended_register();
  const Operand operand = storage_operand(row, row.bytes);
  const u8 index = random_.chance(12) ? p_.index() : row.shape == Shape::la && random_.chance(50) ? p_.source() : u8{0};
  p_.begin(row.mnemonic);
  p_.emit16(u32{row.op} << 8 | r1 << 4 | index);
  p_.emit16(operand.field());
}

void Emitter::emit_rs(const Row& row) {
  const u8 r1 = row.shape == Shape::shift_pair ? p_.even_register() : p_.destination();
  Operand operand{0, static_cast<u16>(random_.below(random_.chance(80) ? 70 : 4096)), 0};
  if (row.shape == Shape::masked)
    operand = storage_operand(row, row.bytes);
  else if (random_.chance(15))
    operand.base = p_.source();
  p_.begin(row.mnemonic);
  p_.emit16(u32{row.op} << 8 | u32{r1} << 4 | random_.below(16));
  p_.emit16(operand.field());
}

void Emitter::emit_multiple(const Row& row) {
  // LM of many registers would take the roles away.
  const bool load = row.op == 0x98;
  const u8 r1 = load ? p_.destination() : p_.source();
  const u32 count = load && !random_.chance(5) ? random_.below(2) : random_.below(16);
  const u8 r3 = static_cast<u8>((r1 + count) & 15);
  const Operand operand = storage_operand(row, 4 * (count + 1));
  p_.begin(row.mnemonic);
  p_.emit16(u32{row.op} << 8 | u32{r1} << 4 | r3);
  p_.emit16(operand.field());
}

void Emitter::emit_swap(const Row& row) {
  const bool wide = row.bytes == 8;
  const u8 r1 = wide ? p_.even_register() : p_.destination();
  const u8 r3 = wide ? p_.even_register() : p_.source();
  const Operand operand = p_.aligned(row.bytes, row.bytes);
  std::vector<u8> bytes = planted(row.plant, row.bytes);
  if (random_.chance(50)) {  // equal, if nothing has changed the register since
    bytes = word_bytes(p_.initial(r1));
    if (wide) std::ranges::copy(word_bytes(p_.initial((r1 + 1) & 15)), std::back_inserter(bytes));
  }
  p_.plant(operand.address, bytes);
  p_.begin(row.mnemonic);
  p_.emit16(u32{row.op} << 8 | u32{r1} << 4 | r3);
  p_.emit16(operand.field());
}

void Emitter::emit_si(const Row& row) {
  const Operand operand = row.shape == Shape::monitor_call && random_.chance(50) ? p_.absolute(random_.below(4096))
                                                                                 : storage_operand(row, 1);
  u8 immediate = random_.byte();
  if (row.shape == Shape::monitor_call && !random_.chance(5)) immediate &= 0x0F;
  if (row.op == 0x91 && random_.chance(30)) immediate = static_cast<u8>(1 << random_.below(8));
  p_.begin(row.mnemonic);
  p_.emit16(u32{row.op} << 8 | immediate);
  p_.emit16(operand.field());
}

void Emitter::emit_ss(const Row& row) {
  const u32 length = random_.chance(75) ? random_.between(1, 24) : random_.between(1, 256);
  const Operand first = p_.operand(random_.chance(80) ? 1 : length);
  Operand second = p_.operand(1);
  if (random_.chance(25)) {  // overlapping
    second.base = first.base;
    second.displacement =
        static_cast<u16>(std::clamp<int>(first.displacement + static_cast<int>(random_.below(17)) - 8, 0, 4095));
    second.address = (first.address + second.displacement - first.displacement) & 0xFFFFFF;
  }
  if (row.op == 0xDD) {  // a table of mostly zero function bytes, and arguments that sometimes find them
    std::vector<u8> table(256);
    for (u32 i = random_.below(12); i > 0; --i) table[random_.byte()] = random_.byte();
    p_.plant(second.address, std::span(table).first(random_.chance(50) ? 256 : 64));
  } else if (random_.chance(40)) {
    const std::vector<u8> bytes = random_bytes(random_, std::min(length, 32u));
    p_.plant(first.address, bytes);
    if (row.op == 0xD5) p_.plant(second.address, bytes);
  }
  p_.begin(row.mnemonic);
  p_.emit16(u32{row.op} << 8 | (length - 1));
  p_.emit16(first.field());
  p_.emit16(second.field());
}

void Emitter::emit_decimal(const Row& row) {
  u32 length1 = random_.chance(70) ? random_.between(1, 8) : random_.between(1, 16);
  u32 length2 = random_.chance(70) ? random_.between(1, 8) : random_.between(1, 16);
  if (row.shape == Shape::ss_product && !random_.chance(6)) {
    length2 = random_.between(1, 8);
    length1 = random_.between(length2 + 1, 16);
  }
  Operand first = p_.operand(1);
  Operand second = p_.operand(1);
  if (row.shape != Shape::srp && row.shape != Shape::edit && random_.chance(10)) second = first;
  const bool product = row.shape == Shape::ss_product && random_.chance(90);
  if (row.plant != Plant::none && random_.chance(90)) p_.plant(second.address, packed_value(random_, length2));
  if (row.plant != Plant::none && random_.chance(90)) {
    std::vector<u8> field = packed_value(random_, length1);
    // Room for a product or a quotient.
    if (product)
      for (u32 i = 0; i < std::min(length2 + random_.below(2), length1 - 1); ++i) field[i] = 0;
    p_.plant(first.address, field);
  }
  u32 lengths = (length1 - 1) << 4 | (length2 - 1);
  if (row.shape == Shape::srp) {
    lengths = (length1 - 1) << 4 | random_.below(random_.chance(96) ? 10 : 16);
    second = p_.absolute(random_.chance(90) ? (random_.below(33) - 16) & 63 : random_.below(4096));
  } else if (row.shape == Shape::edit) {
    const u32 length = random_.between(1, 24);
    lengths = length - 1;
    p_.plant(first.address, edit_pattern(random_, length));
    p_.plant(second.address, packed_value(random_, random_.between(1, 8)));
  }
  p_.begin(row.mnemonic);
  p_.emit16(u32{row.op} << 8 | lengths);
  p_.emit16(first.field());
  p_.emit16(second.field());
}

// Operation codes that no System/370 has. GA22-7000 "Instruction Formats" gives them a length all the same.
void Emitter::emit_invalid(const Row& row) {
  static constexpr u8 kCodes[] = {0x01, 0x02, 0x03, 0x0B, 0x0C, 0x51, 0x53, 0x61, 0x66, 0x71, 0x77, 0x81, 0x84,
                                  0x85, 0x99, 0x9A, 0x9B, 0xA0, 0xA4, 0xA5, 0xA6, 0xA7, 0xA8, 0xA9, 0xAB, 0xB0,
                                  0xB2, 0xB3, 0xB5, 0xB8, 0xB9, 0xBC, 0xC0, 0xC4, 0xCF, 0xD0, 0xD8, 0xE0, 0xE1,
                                  0xE3, 0xE4, 0xE5, 0xE7, 0xE9, 0xEB, 0xED, 0xEE, 0xEF, 0xF4, 0xF7, 0xFE, 0xFF};
  const u8 op = random_.pick(kCodes);
  p_.begin(row.mnemonic);
  p_.emit16(u32{op} << 8 | (op == 0xB2 || op == 0xE5 ? random_.between(0x40, 0xEF) : random_.below(256)));
  if (op >= 0x40) p_.emit16(p_.operand(4).field());
  if (op >= 0xC0) p_.emit16(p_.operand(4).field());
}

}  // namespace replica::oracle
