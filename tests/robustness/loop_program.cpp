#include "tests/robustness/loop_program.h"

#include <algorithm>

#include "base/big_endian.h"
#include "tests/robustness/privileged_instructions.h"

namespace replica {
namespace {

// What the registers are for. The others, and 4 at times, hold values.
constexpr u32 kBases[] = {2, 5, 11};
constexpr u32 kCounter = 3, kIndex = 4, kIncrement = 8, kLimit = 9, kOuterCounter = 10;
constexpr u32 kCode = 12, kPool = 13, kLink = 14;
constexpr u32 kSecondBase = 15;  // of branches: the code's, or 4 bytes beside it
constexpr u32 kValues[] = {0, 1, 6, 7};

// Code stands at 0, the rest here, both as offsets from the first byte.
constexpr u32 kRest = 0x400;
constexpr u32 kLongestCode = kRest - 0x60;

}  // namespace

enum class LoopProgram::Shape : u8 {
  rr,
  rr_pair,
  rr_float,
  rx,
  rx_pair,
  rx_pool,  // CVB, CVD
  rx_float,
  la,
  shift,
  shift_pair,
  multiple,
  masked,
  swap,
  swap_pair,
  si,
  ss,
  decimal,
  from_decimal,  // the result is no decimal number
};

struct LoopProgram::Kind {
  u8 opcode;
  Shape shape;
  u8 bytes;  // of the operand
  u8 weight;
};

// clang-format off
constexpr LoopProgram::Kind LoopProgram::kKinds[] = {
    {0x58, Shape::rx, 4, 20}, {0x50, Shape::rx, 4, 20}, {0x48, Shape::rx, 2, 8},  {0x40, Shape::rx, 2, 8},
    {0x43, Shape::rx, 1, 8},  {0x42, Shape::rx, 1, 8},  {0x5A, Shape::rx, 4, 8},  {0x5B, Shape::rx, 4, 4},
    {0x4A, Shape::rx, 2, 4},  {0x4B, Shape::rx, 2, 2},  {0x5E, Shape::rx, 4, 4},  {0x5F, Shape::rx, 4, 4},
    {0x59, Shape::rx, 4, 6},  {0x55, Shape::rx, 4, 4},  {0x49, Shape::rx, 2, 2},  {0x54, Shape::rx, 4, 4},
    {0x56, Shape::rx, 4, 4},  {0x57, Shape::rx, 4, 4},  {0x4C, Shape::rx, 2, 2},  {0x5C, Shape::rx_pair, 4, 3},
    {0x5D, Shape::rx_pair, 4, 1}, {0x41, Shape::la, 0, 15}, {0x4E, Shape::rx_pool, 8, 3}, {0x4F, Shape::rx_pool, 8, 3},

    {0x18, Shape::rr, 0, 10}, {0x12, Shape::rr, 0, 6},  {0x13, Shape::rr, 0, 3},  {0x10, Shape::rr, 0, 3},
    {0x11, Shape::rr, 0, 3},  {0x1A, Shape::rr, 0, 8},  {0x1B, Shape::rr, 0, 6},  {0x1E, Shape::rr, 0, 5},
    {0x1F, Shape::rr, 0, 5},  {0x14, Shape::rr, 0, 4},  {0x15, Shape::rr, 0, 4},  {0x16, Shape::rr, 0, 4},
    {0x17, Shape::rr, 0, 4},  {0x19, Shape::rr, 0, 5},  {0x1C, Shape::rr_pair, 0, 3}, {0x1D, Shape::rr_pair, 0, 1},

    {0x88, Shape::shift, 0, 3}, {0x89, Shape::shift, 0, 4}, {0x8A, Shape::shift, 0, 3}, {0x8B, Shape::shift, 0, 2},
    {0x8C, Shape::shift_pair, 0, 2}, {0x8D, Shape::shift_pair, 0, 2}, {0x8E, Shape::shift_pair, 0, 2},
    {0x8F, Shape::shift_pair, 0, 2},

    {0x98, Shape::multiple, 0, 10}, {0x90, Shape::multiple, 0, 10}, {0xBD, Shape::masked, 4, 3},
    {0xBE, Shape::masked, 4, 3}, {0xBF, Shape::masked, 4, 4}, {0xBA, Shape::swap, 4, 2}, {0xBB, Shape::swap_pair, 8, 2},

    {0x91, Shape::si, 1, 10}, {0x92, Shape::si, 1, 8}, {0x94, Shape::si, 1, 5}, {0x95, Shape::si, 1, 8},
    {0x96, Shape::si, 1, 5},  {0x97, Shape::si, 1, 5}, {0x93, Shape::si, 1, 1},

    {0xD2, Shape::ss, 0, 20}, {0xD5, Shape::ss, 0, 10}, {0xD4, Shape::ss, 0, 3}, {0xD6, Shape::ss, 0, 3},
    {0xD7, Shape::ss, 0, 5},  {0xD1, Shape::ss, 0, 2},  {0xD3, Shape::ss, 0, 2}, {0xDC, Shape::ss, 0, 3},
    {0xDD, Shape::ss, 0, 2},  {0xF1, Shape::from_decimal, 0, 2}, {0xF2, Shape::from_decimal, 0, 2}, {0xF3, Shape::from_decimal, 0, 2},
    {0xF8, Shape::decimal, 0, 4}, {0xF9, Shape::decimal, 0, 4}, {0xFA, Shape::decimal, 0, 6},
    {0xFB, Shape::decimal, 0, 4},

    {0x68, Shape::rx_float, 8, 6}, {0x60, Shape::rx_float, 8, 6}, {0x78, Shape::rx_float, 4, 6},
    {0x70, Shape::rx_float, 4, 6}, {0x6A, Shape::rx_float, 8, 4}, {0x6B, Shape::rx_float, 8, 3},
    {0x69, Shape::rx_float, 8, 3}, {0x6C, Shape::rx_float, 8, 1}, {0x7A, Shape::rx_float, 4, 4},
    {0x7B, Shape::rx_float, 4, 3}, {0x79, Shape::rx_float, 4, 3}, {0x28, Shape::rr_float, 0, 4},
    {0x38, Shape::rr_float, 0, 4}, {0x2A, Shape::rr_float, 0, 3}, {0x2B, Shape::rr_float, 0, 3},
    {0x29, Shape::rr_float, 0, 3}, {0x22, Shape::rr_float, 0, 3}, {0x33, Shape::rr_float, 0, 3},
    {0x3A, Shape::rr_float, 0, 3}, {0x34, Shape::rr_float, 0, 2},
};
// clang-format on

LoopProgram::LoopProgram(Random& random, const LoopPlaces& places, std::span<const u64> psws)
    : random_(random), places_(places), psws_(psws), modifies_itself_(random.chance(15)) {
  emit_beginning();
  const u32 outer = static_cast<u32>(code_.size());
  for (u32 n = random_.between(1, 3); n > 0; --n) emit_loop();
  emit_rx(0x46, kOuterCounter, 0, in_program(outer));
  emit_exit();
  emit_subroutine();
  code_.resize(kRest);
  code_.insert(code_.end(), rest_.begin(), rest_.end());
  code_.resize(std::min<std::size_t>(code_.size(), kLoopProgramBytes));
}

// ---- Bytes ----

void LoopProgram::emit(u32 halfword) {
  auto& bytes = in_rest_ ? rest_ : code_;
  bytes.push_back(static_cast<u8>(halfword >> 8));
  bytes.push_back(static_cast<u8>(halfword));
}

void LoopProgram::emit_rx(u32 opcode, u32 r1, u32 x2, Operand operand) {
  emit(opcode << 8 | r1 << 4 | x2);
  emit(operand.field());
}

// The base is the address behind the first instruction.
LoopProgram::Operand LoopProgram::in_program(u32 offset) const { return {kCode, offset - 2}; }

void LoopProgram::put_literal(u32 value) {
  for (int shift = 24; shift >= 0; shift -= 8) rest_.push_back(static_cast<u8>(value >> shift));
}

void LoopProgram::load_literal(u32 r1, u32 value) {
  const u32 offset = kRest + static_cast<u32>(rest_.size());
  put_literal(value);
  emit_rx(0x58, r1, 0, in_program(offset));
}

void LoopProgram::branch_to_here(u32 at) { store_be16(code_.data() + at + 2, static_cast<u16>(here().field())); }

// ---- The program as a whole ----

void LoopProgram::emit_beginning() {
  emit(0x0500 | kCode << 4);  // BALR
  load_literal(kPool, random_.pick(std::span<const u32>(places_.pools)));
  for (const u32 base : kBases) load_literal(base, random_.pick(std::span<const u32>(places_.data)));
  for (const u32 value : kValues) {
    if (random_.chance(70)) load_literal(value, random_.bits32() >> random_.below(32));
  }
  emit_rx(0x41, kIndex, 0, {0, 0});
  emit_rx(0x41, kOuterCounter, 0, {0, random_.between(1, 6)});
}

// One loop of several kinds: they differ in how they end.
void LoopProgram::emit_loop() {
  if (code_.size() > kLongestCode - 0x100) return;
  const u32 kind = random_.below(4);
  const u32 count = random_.chance(10) ? random_.below(300) + 1 : random_.between(1, 40);
  if (kind == 0) {
    emit_rx(0x41, kIndex, 0, {0, 0});
    emit_rx(0x41, kIncrement, 0, {0, random_.between(1, 8)});
    emit_rx(0x41, kLimit, 0, {0, random_.between(1, 120)});
  } else {
    emit_rx(0x41, kCounter, 0, {0, count});
  }
  emit(0x1800 | kSecondBase << 4 | kCode);  // LR
  const u32 begin = static_cast<u32>(code_.size());
  if (kind == 1) emit_rx(0x41, kLink, 0, here());
  emit_body(random_.between(2, 12));
  switch (kind) {
    case 0: emit_rx(0x87, kIndex, kIncrement, in_program(begin)); break;                              // BXLE
    case 1: emit_rx(0x41, kLink, 0, in_program(begin)), emit(0x0600 | kCounter << 4 | kLink); break;  // BCTR
    case 2: emit_rx(0x46, kCounter, 0, in_program(begin)); break;                                     // BCT
    default:                                                                                          // BCTR, LTR, BC
      emit(0x0600 | kCounter << 4);
      emit(0x1200 | kCounter << 4 | kCounter);
      emit_rx(0x47, 2, 0, in_program(begin));
  }
}

void LoopProgram::emit_body(u32 length) {
  for (; length > 0 && code_.size() < kLongestCode; --length) emit_item();
}

void LoopProgram::emit_item() {
  if (places_.are_privileged && random_.chance(40)) return emit_privileged();
  if (!places_.are_privileged && random_.chance(6)) return emit_decimal();
  const u32 roll = random_.below(100);
  if (roll < 70) return emit_plain();
  if (roll < 72) return emit_alternation();
  if (roll < 84) return emit_skip();
  if (roll < 89) {
    calls_.push_back(static_cast<u32>(code_.size()));
    return emit_rx(0x45, kLink, 0, {});  // BAL
  }
  if (roll < 94) return emit_execute();
  if (roll < 96 && modifies_itself_) return emit_modification();
  if (roll < 98) return emit_control();
  emit_plain();
}

// Operands of any length, which mostly are numbers.
void LoopProgram::emit_decimal() {
  constexpr u8 kOpcodes[] = {0xF8, 0xF9, 0xFA, 0xFB, 0xFC, 0xFD, 0xF0, 0xDE, 0xF1, 0xF2, 0xF3};
  const u8 op = random_.pick(kOpcodes);
  if (op == 0xDE) return emit_edit();
  const bool is_multiplied = op == 0xFC || op == 0xFD;
  u32 first = random_.chance(50) ? 8 : random_.between(1, 8), second = random_.chance(30) ? 8 : random_.between(1, 8);
  if (is_multiplied) first = 8, second = random_.between(1, 4);
  if (random_.chance(10)) first = random_.between(1, 16), second = random_.between(1, 16);
  if (op == 0xF0) {
    emit_rx(op, first - 1, random_.below(10), decimal_operand(first));
    return emit(Operand{random_.chance(20) ? 1u : 0u, random_.below(64)}.field());
  }
  emit_rx(op, first - 1, second - 1, decimal_operand(first));
  emit(decimal_operand(second).field());
}

// A pattern of the rest, moved to an operand and edited there.
void LoopProgram::emit_edit() {
  if (in_rest_) return emit_plain();
  constexpr u8 kControls[] = {0x20, 0x20, 0x20, 0x20, 0x21, 0x22, 0x6B, 0x4B};
  const u32 length = random_.between(4, 18);
  const u32 pattern = kRest + static_cast<u32>(rest_.size());
  rest_.push_back(random_.chance(50) ? 0x40 : 0x5C);
  for (u32 n = 1; n < length; ++n) rest_.push_back(random_.pick(kControls));
  if (rest_.size() % 2 != 0) rest_.push_back(0);
  const Operand target = operand(1), source = pool_operand(false);
  emit_rx(0xD2, 0, length - 1, target);
  emit(in_program(pattern).field());
  emit_rx(0xDE, 0, length - 1, target);
  emit(Operand{source.base, source.displacement + random_.below(6)}.field());
}

// A conditional branch over some instructions.
void LoopProgram::emit_skip() {
  const u32 branch = static_cast<u32>(code_.size());
  emit_rx(0x47, random_.between(1, 15), 0, {});
  for (u32 n = random_.between(1, 3); n > 0; --n) emit_plain();
  branch_to_here(branch);
}

// A conditional branch off a base that is another the next time; the instructions about its target have 4 bytes each.
void LoopProgram::emit_alternation() {
  const auto emit_some = [&] {
    for (unsigned n = 0; n < 3; ++n) emit_rx(0x41, value_register(), 0, {0, random_.below(4096)});  // LA
  };
  const u32 branch = static_cast<u32>(code_.size());
  emit_rx(0x47, random_.between(1, 15), 0, {});
  emit_some();
  store_be16(code_.data() + branch + 2, static_cast<u16>(Operand{kSecondBase, here().displacement}.field()));
  emit_some();
  const u32 four = kRest + static_cast<u32>(rest_.size());
  put_literal(4);
  emit_rx(0x57, kSecondBase, 0, in_program(four));  // X
}

// Of all kinds of targets; now and then of one that is none.
void LoopProgram::emit_execute() {
  if (rest_.size() > kLoopProgramBytes - kRest - 16) return emit_plain();
  const u32 target = kRest + static_cast<u32>(rest_.size());
  in_rest_ = true;
  switch (random_.below(12)) {
    case 0: emit(random_.bits32()), emit(random_.bits32()), emit(random_.bits32()); break;
    case 1: emit(0x0A00 | random_.byte()); break;                                                        // SVC
    case 2: emit_rx(0x47, random_.below(16), 0, in_program(static_cast<u32>(code_.size()) + 4)); break;  // BC
    case 3: emit_rx(0x44, 0, 0, in_program(target)); break;                                              // EX
    case 4: emit_control(); break;
    default: emit_plain();
  }
  in_rest_ = false;
  if (rest_.size() & 2) rest_.resize(rest_.size() + 2);
  const u32 length = random_.chance(70) ? 0 : value_register();
  emit_rx(0x44, length, 0, in_program(random_.chance(1) ? target + 1 : target));
}

// A store into an instruction: the next one, or any other that stays valid.
void LoopProgram::emit_modification() {
  if (soft_.empty() || random_.chance(50)) soft_.push_back(static_cast<u32>(code_.size()) + 7);
  const Operand byte = in_program(random_.chance(50) ? soft_.back() : random_.pick(std::span<const u32>(soft_)));
  if (random_.chance(50)) {
    emit_rx(0x92, random_.below(16), random_.below(16), byte);  // MVI
  } else {
    emit_rx(0x42, value_register(), 0, byte);  // STC
  }
  emit_rx(0x41, value_register(), 0, {0, random_.below(4096)});  // LA
}

// Mostly privileged: what changes keys, masks, the context.
void LoopProgram::emit_control() {
  const u32 value = value_register();
  switch (random_.below(14)) {
    case 0: emit(0x0800 | value << 4 | random_.pick(kBases)); break;                             // SSK
    case 1: emit(0x0900 | value << 4 | random_.pick(kBases)); break;                             // ISK
    case 2: emit(0xB213), emit(operand(1).field()); break;                                       // RRB
    case 3: emit(0xB20A), emit(random_.below(4) << 4); break;                                    // SPKA
    case 4: emit(0xB20D), emit(0); break;                                                        // PTLB
    case 5: emit(0xB205), emit(operand(8).field()); break;                                       // STCK
    case 6: emit(0xB209), emit(pool_operand(true).field()); break;                               // STPT
    case 7: emit(0xAD00 | (random_.chance(50) ? 0x03 : 0x00)), emit(operand(1).field()); break;  // STOSM
    case 8: emit(0xAC00 | 0xFC), emit(operand(1).field()); break;                                // STNSM
    case 9: emit(0x0400 | value << 4); break;                                                    // SPM
    case 10: emit(0x0A00 | random_.byte()); break;                                               // SVC
    case 11: emit(0x0E00 | even_register() << 4 | even_register()); break;                       // MVCL
    case 12: emit(0xB100 | value << 4), emit(operand(1).field()); break;                         // LRA
    default: emit(0x0500 | value << 4); break;                                                   // BALR
  }
}

// By itself, or as the target of an EXECUTE.
void LoopProgram::emit_privileged() {
  const PrivilegedInstruction instruction = random_privileged_instruction(random_);
  for (const u32 halfword : instruction.before) emit(halfword);
  const bool has_room = rest_.size() <= kLoopProgramBytes - kRest - 8;
  if (!has_room || random_.chance(80)) {
    for (const u32 halfword : instruction.halfwords) emit(halfword);
    return;
  }
  const u32 target = kRest + static_cast<u32>(rest_.size());
  in_rest_ = true;
  for (const u32 halfword : instruction.halfwords) emit(halfword);
  in_rest_ = false;
  if (rest_.size() & 2) rest_.resize(rest_.size() + 2);
  emit_rx(0x44, 0, 0, in_program(target));
}

// On to another program.
void LoopProgram::emit_exit() {
  if (random_.chance(30)) {
    if (rest_.size() & 4) put_literal(0);
    const u32 offset = kRest + static_cast<u32>(rest_.size());
    const u64 psw = random_.pick(psws_);
    put_literal(static_cast<u32>(psw >> 32));
    put_literal(static_cast<u32>(psw));
    return emit_rx(0x82, 0, 0, in_program(offset));  // LPSW
  }
  load_literal(15, random_.pick(std::span<const u32>(places_.entries)));
  emit(0x07FF);
}

void LoopProgram::emit_subroutine() {
  for (const u32 call : calls_) branch_to_here(call);
  for (u32 n = random_.between(1, 4); n > 0; --n) emit_plain();
  emit(0x07F0 | kLink);
}

// ---- One instruction ----

u32 LoopProgram::value_register() { return random_.pick(kValues); }

LoopProgram::Operand LoopProgram::operand(u32 bytes) {
  const u32 base = random_.pick(kBases);
  const u32 roll = random_.below(100);
  if (roll < 4) return {base, random_.below(4096)};
  if (roll < 10) return {base, 0x7F8 + random_.below(16)};
  if (roll < 20) return {base, random_.below(0x80)};
  return {base, random_.below(0x80) & ~(std::max(bytes, 1u) - 1)};
}

LoopProgram::Operand LoopProgram::pool_operand(bool is_float) {
  return {kPool, 8 * (random_.below(kPoolNumbers) + (is_float ? kPoolNumbers : 0))};
}

// The rightmost bytes of a number.
LoopProgram::Operand LoopProgram::decimal_operand(u32 length) {
  const Operand number = pool_operand(false);
  const u32 end = number.displacement + 8;
  return {number.base, end >= length ? end - length : 0};
}

void LoopProgram::emit_plain() {
  static const u32 total = [] {
    u32 sum = 0;
    for (const Kind& kind : kKinds) sum += kind.weight;
    return sum;
  }();
  u32 roll = random_.below(total);
  for (const Kind& kind : kKinds) {
    if (roll < kind.weight) return emit_plain(kind);
    roll -= kind.weight;
  }
}

void LoopProgram::emit_plain(const Kind& kind) {
  const u32 op = kind.opcode;
  const u32 float_register = 2 * random_.below(4);
  switch (kind.shape) {
    case Shape::rr: return emit(op << 8 | value_register() << 4 | random_.below(16));
    case Shape::rr_pair: return emit(op << 8 | even_register() << 4 | value_register());
    case Shape::rr_float: return emit(op << 8 | float_register << 4 | 2 * random_.below(4));
    case Shape::rx: return emit_rx(op, value_register(), index_register(), operand(kind.bytes));
    case Shape::rx_pair: return emit_rx(op, even_register(), index_register(), operand(kind.bytes));
    case Shape::rx_pool: return emit_rx(op, value_register(), 0, pool_operand(false));
    case Shape::rx_float: return emit_rx(op, float_register, 0, random_.chance(80) ? pool_operand(true) : operand(8));
    case Shape::la:
      if (!in_rest_) soft_.push_back(static_cast<u32>(code_.size()) + 3);
      return emit_rx(op, value_register(), 0, {0, random_.below(4096)});
    case Shape::shift: return emit_rx(op, value_register(), 0, {random_.chance(20) ? 1u : 0u, random_.below(64)});
    case Shape::shift_pair: return emit_rx(op, even_register(), 0, {random_.chance(20) ? 1u : 0u, random_.below(64)});
    case Shape::multiple:
      if (op == 0x90) return emit_rx(op, random_.below(16), random_.below(16), operand(4));
      return random_.chance(50) ? emit_rx(op, 0, 1, operand(4)) : emit_rx(op, 6, 7, operand(4));
    case Shape::masked: return emit_rx(op, value_register(), random_.below(16), operand(1));
    case Shape::swap: return emit_rx(op, value_register(), value_register(), operand(4));
    case Shape::swap_pair: return emit_rx(op, even_register(), even_register(), operand(8));
    case Shape::si: return emit_rx(op, random_.below(16), random_.below(16), operand(1));
    case Shape::ss:
      emit_rx(op, random_.chance(10) ? random_.below(16) : random_.below(2), random_.below(16), operand(1));
      return emit(operand(1).field());
    case Shape::decimal: emit_rx(op, 7, 7, pool_operand(false)); return emit(pool_operand(false).field());
    case Shape::from_decimal: emit_rx(op, random_.below(16), 7, operand(1)); return emit(pool_operand(false).field());
  }
}

}  // namespace replica
