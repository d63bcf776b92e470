#include "tests/robustness/privileged_instructions.h"

#include "tests/robustness/guest_source.h"

namespace replica {
namespace {

using oracle::Random;

// The pool.
constexpr u32 kPrefixes = 0x900, kControlRegisters = 0x940, kPsws = 0xA40, kClocks = 0xA80, kFrames = 0xAA0,
              kAddresses = 0xAE0, kPageTables = 0xB20, kKeys = 0xB30, kMasks = 0xB50, kResults = 0xB60;

constexpr u32 kRegisters[] = {0, 1, 6, 7};

enum class Operand : u8 {
  none,
  result,  // stored, by D2(B2)
  prefix,
  psw,
  clock,
  mask_byte,   // fetched
  mask_si,     // stored by D1(B1), and a mask in the instruction
  key,         // SPKA
  key_frame,   // R1 has a key, R2 a real address
  frame,       // R1 is anything, R2 a real address
  frame_s,     // D2(B2) is a real address
  page,        // IPTE: R1 has the origin of a page table, R2 an address
  address,     // RX
  protection,  // TPROT
  control,     // LCTL
  control_result,
  device,
  signal,
  diagnose,
};

struct Kind {
  u32 code;  // of two bytes unless the second is a register
  Operand operand;
  u32 weight;
};

// clang-format off
constexpr Kind kKinds[] = {
    {0x0800, Operand::key_frame, 5},   {0x0900, Operand::frame, 3},      {0xB213, Operand::frame_s, 4},
    {0xB22B, Operand::key_frame, 4},   {0xB229, Operand::frame, 3},      {0xB22A, Operand::frame, 4},
    {0xB22C, Operand::frame, 2},       {0xB221, Operand::page, 2},       {0xB100, Operand::address, 4},
    {0xE501, Operand::protection, 4},  {0x8000, Operand::mask_byte, 5},  {0xAC00, Operand::mask_si, 6},
    {0xAD00, Operand::mask_si, 6},     {0x8200, Operand::psw, 6},        {0xB700, Operand::control, 9},
    {0xB600, Operand::control_result, 4}, {0xB210, Operand::prefix, 4},  {0xB211, Operand::result, 2},
    {0xB212, Operand::result, 2},      {0xB202, Operand::result, 2},     {0xB203, Operand::device, 1},
    {0xB204, Operand::clock, 2},       {0xB205, Operand::result, 2},     {0xB206, Operand::clock, 3},
    {0xB207, Operand::result, 2},      {0xB208, Operand::clock, 3},      {0xB209, Operand::result, 2},
    {0xB20A, Operand::key, 5},         {0xB20B, Operand::none, 3},       {0xB20D, Operand::none, 3},
    {0x9C00, Operand::device, 1},      {0x9C01, Operand::device, 1},     {0x9D00, Operand::device, 1},
    {0x9D01, Operand::device, 1},      {0x9E00, Operand::device, 1},     {0x9E01, Operand::device, 1},
    {0x9F00, Operand::device, 1},      {0x9F01, Operand::device, 1},     {0xAE00, Operand::signal, 2},
    {0x8300, Operand::diagnose, 1},
};
// clang-format on

const Kind& choose_kind(Random& random) {
  static const u32 total = [] {
    u32 sum = 0;
    for (const Kind& kind : kKinds) sum += kind.weight;
    return sum;
  }();
  u32 roll = random.below(total);
  for (const Kind& kind : kKinds) {
    if (roll < kind.weight) return kind;
    roll -= kind.weight;
  }
  return kKinds[0];
}

// Of D(B) without a base register: one of `count` operands of `size` bytes.
u32 pick(Random& random, u32 pool, u32 count, u32 size) {
  return pool + size * random.below(count) + (random.chance(2) ? 1 : 0);
}

u32 pick_result(Random& random) { return kResults + 8 * random.below(12); }

std::vector<u32> load(u32 reg, u32 location) { return {0x5800 | reg << 4, location}; }

std::vector<u32> operator+(std::vector<u32> one, const std::vector<u32>& other) {
  one.insert(one.end(), other.begin(), other.end());
  return one;
}

// Mostly those orders after which the program goes on.
u32 choose_order(Random& random) {
  constexpr u32 kHarmless[] = {0x01, 0x02, 0x03, 0x04, 0x00, 0x0A, 0x0F};
  return random.chance(85) ? random.pick(kHarmless) : random.below(16);
}

u32 choose_mask(Random& random, bool is_or) {
  constexpr u32 kOr[] = {0x04, 0x01, 0x02, 0x03, 0x00, 0x07}, kAnd[] = {0xFB, 0xFC, 0xFE, 0x00, 0xF8, 0xFF};
  if (random.chance(5)) return random.byte();
  return is_or ? random.pick(kOr) : random.pick(kAnd);
}

// Of a register pair in the second byte: the same register, or a range.
u32 choose_range(Random& random) {
  constexpr u32 kMeaningful[] = {0, 0, 1, 1, 1, 2, 8, 9, 10, 11};
  const u32 first = random.chance(80) ? random.pick(kMeaningful) : random.below(16);
  return first << 4 | (random.chance(70) ? first : random.below(16));
}

bool has_second_byte(u32 code) { return code >> 8 == 0xB2 || code >> 8 == 0xE5; }

}  // namespace

PrivilegedInstruction random_privileged_instruction(Random& random) {
  const Kind& kind = choose_kind(random);
  const u32 one = random.pick(kRegisters), other = random.pick(kRegisters);
  const u32 frame = pick(random, kFrames, 16, 4), address = pick(random, kAddresses, 16, 4);
  // R1 and R2 are in the second byte, or in the fourth.
  const std::vector<u32> registers = has_second_byte(kind.code) ? std::vector<u32>{kind.code, one << 4 | other}
                                                                : std::vector<u32>{kind.code | one << 4 | other};
  switch (kind.operand) {
    case Operand::none: return {{}, {kind.code, 0}};
    case Operand::result: return {{}, {kind.code, pick_result(random)}};
    case Operand::prefix: return {{}, {kind.code, pick(random, kPrefixes, 8, 4)}};
    case Operand::psw: return {{}, {kind.code, pick(random, kPsws, 8, 8)}};
    case Operand::clock: return {{}, {kind.code, pick(random, kClocks, 4, 8)}};
    case Operand::mask_byte: return {{}, {kind.code, kMasks + random.below(8)}};
    case Operand::mask_si:
      return {{}, {kind.code | choose_mask(random, kind.code == 0xAD00), kResults + random.below(96)}};
    case Operand::key: return {{}, {kind.code, random.below(4) << 4}};
    case Operand::key_frame: return {load(one, pick(random, kKeys, 8, 4)) + load(other, frame), registers};
    case Operand::frame: return {load(other, frame), registers};
    case Operand::frame_s: return {load(6, frame), {kind.code, 0x6000 | random.below(4096)}};
    case Operand::page: return {load(one, pick(random, kPageTables, 4, 4)) + load(other, address), registers};
    case Operand::address: return {load(6, address), {kind.code | one << 4, 0x6000 | random.below(4096)}};
    case Operand::protection: return {load(6, address), {kind.code, 0x6000 | random.below(4096), random.below(4) << 4}};
    case Operand::control: {
      const u32 range = choose_range(random);
      return {{}, {kind.code | range, pick(random, kControlRegisters + (range >> 4) * 4, 4, 64)}};
    }
    case Operand::control_result: return {{}, {kind.code | choose_range(random), kResults + 4 * random.below(8)}};
    case Operand::device: return {{}, {kind.code, random.below(0x1000)}};
    case Operand::signal: {
      const std::vector<u32> this_cpu = {0x1700 | other << 4 | other};  // XR
      return {random.chance(85) ? this_cpu : load(other, address),
              {kind.code | one << 4 | other, choose_order(random)}};
    }
    case Operand::diagnose: return {{}, {kind.code | random.byte(), random.below(0x1000)}};
  }
  return {};
}

void put_privileged_operands(Storage& storage, u32 absolute, const PrivilegedOperands& operands) {
  const auto put = [&](u32 place, const auto& values) {
    for (const auto value : values) {
      put_bytes(storage, absolute + place, value, sizeof value);
      place += sizeof value;
    }
  };
  put(kPrefixes, operands.prefixes);
  for (u32 n = 0; n < operands.control_registers.size(); ++n)
    put(kControlRegisters + 64 * n, operands.control_registers[n]);
  put(kPsws, operands.psws);
  put(kClocks, operands.clocks);
  put(kFrames, operands.frames);
  put(kAddresses, operands.addresses);
  put(kPageTables, operands.page_tables);
  put(kKeys, operands.keys);
  put(kMasks, operands.masks);
}

}  // namespace replica
