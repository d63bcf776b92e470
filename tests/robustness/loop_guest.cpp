#include "tests/robustness/loop_guest.h"

#include <algorithm>
#include <array>

#include "base/bits.h"
#include "mmu/dat.h"
#include "tests/robustness/privileged_instructions.h"

namespace replica {
namespace {

constexpr u32 kFirstProgram = 0x8000, kSlot = 0x1000;
constexpr u32 kFirstData = 0x18000;
constexpr u32 kExternalHandler = 0x800, kReturns = 0x820, kProgramHandler = 0x830, kLate = 0x848;
constexpr u32 kIndex = 0x850, kIndexMask = 0x854, kPsws = 0x880, kPswCount = 8;

// Bits of an EC-mode PSW.
constexpr u64 kEc = u64{1} << 51, kPer = u64{1} << 62, kDat = u64{1} << 58, kIo = u64{1} << 57,
              kExternal = u64{1} << 56;
constexpr u64 kProblem = u64{1} << 48, kWait = u64{1} << 49;

}  // namespace

void LoopGuest::fill(Machine& machine, FakeChannels& channels) {
  Storage& storage = machine.storage();
  for (u32 address = 0; address < kStorage; address += 8) store_be64(storage.at(address), random_.bits64());
  large_pages_ = random_.chance(50);
  main_key_ = static_cast<u8>(random_.between(1, 2));
  places_.are_privileged = is_privileged_;
  choose_places();
  put_pools(storage);
  put_tables(storage);
  for (u32 slot = 0; slot < kPrograms; ++slot) put_program(storage, slot);
  put_low_storage(storage);
  for (u32 block = 0; block < storage.blocks(); ++block) storage.set_key(block, random_key());
  set_control_registers(machine.cpu());
  if (is_privileged_) set_prefix(machine.cpu());
  for (u64& fpr : machine.cpu().fpr) fpr = u64{0x41} << 56 | random_.bits64() >> 8;
  machine.clocks().set_comparator(random_.bits64() >> random_.below(64));
  machine.clocks().set_cpu_timer(random_.bits64() >> random_.below(64), machine.cpu().now());
  channels.condition_code = static_cast<u8>(random_.below(4));
}

void LoopGuest::start(Machine& machine) {
  if (random_.chance(25)) put_program(machine.storage(), random_.below(kPrograms));
  if (random_.chance(20)) put_pools(machine.storage());
  if (random_.chance(20)) put_low_storage(machine.storage());
  if (random_.chance(20)) set_control_registers(machine.cpu());
  if (is_privileged_) {
    // Programs have invalidated pages, and changed the prefix.
    if (random_.chance(30)) put_tables(machine.storage());
    machine.cpu().maps().purge_translations();
    if (random_.chance(20)) set_prefix(machine.cpu());
  }
  machine.cpu().load_psw(random_psw());
}

// ---- Storage ----

// Programs cross the boundaries of blocks; data lie in their blocks, in others, across boundaries, and in any alignment.
void LoopGuest::choose_places() {
  for (u32 slot = 0; slot < kPrograms; ++slot) {
    const u32 unit = random_.chance(50) ? ~7u : ~1u;  // LPSW wants doublewords
    slots_[slot] = kFirstProgram + slot * kSlot + (random_.below(kSlot - kLoopProgramBytes - 0x100) & unit);
    for (unsigned n = 0; n < 2; ++n) places_.entries.push_back(address_of(slots_[slot]));
  }
  for (const u32 slot : slots_) {
    const u32 behind = (slot + kLoopProgramBytes + 7) & ~7u;
    if (random_.chance(50)) places_.data.push_back(address_of(behind));
    if (random_.chance(20)) places_.data.push_back(address_of(slot));
  }
  for (unsigned n = 0; n < 12; ++n) {
    const u32 block = kFirstData + (random_.below(kStorage - kFirstData - 0x2000) & ~(kBlockSize - 1));
    places_.data.push_back(address_of(block + (random_.below(kBlockSize) & ~7u)));
    if (random_.chance(40)) places_.data.push_back(address_of(block + kBlockSize - random_.below(64)));
  }
  places_.data.push_back(random_.below(512));
  if (random_.chance(50)) places_.data.push_back(kStorage - random_.below(256));
  for (unsigned n = 0; n < 6; ++n) {
    const bool beside_code = n < 3;
    const u32 near = beside_code ? slots_[random_.below(kPrograms)] + kLoopProgramBytes
                                 : kFirstData + random_.below(kStorage - kFirstData - 0x2000);
    places_.pools.push_back(address_of((near + 7) & ~7u));
  }
}

u32 LoopGuest::address_of(u32 absolute) { return absolute + (random_.chance(25) ? kStorage : 0); }

void LoopGuest::put_pools(Storage& storage) {
  for (const u32 pool : places_.pools) {
    const u32 address = pool % kStorage;
    for (u32 n = 0; n < kPoolNumbers; ++n) {
      u64 decimal = random_.chance(50) ? 0xC : 0xD;
      for (u32 digit = random_.below(8) + 1; digit > 0; --digit) decimal |= u64{random_.below(10)} << (4 * digit);
      put_bytes(storage, address + 8 * n, decimal, 8);
      const u64 number = random_.bits64() >> 8 | u64{random_.between(0x3E, 0x44)} << 56 | u64{random_.below(2)} << 63;
      put_bytes(storage, address + 8 * (kPoolNumbers + n), number, 8);
    }
  }
}

void LoopGuest::put_program(Storage& storage, u32 slot) {
  std::array<u64, 4> psws;
  for (u64& psw : psws) psw = random_psw();
  const LoopProgram program(random_, places_, psws);
  const u32 address = slots_[slot];
  storage.record_store(address, std::min(kBlockSize - address % kBlockSize, kLoopProgramBytes));
  storage.note_change(address, kLoopProgramBytes);
  for (u32 n = 0; n < program.bytes().size(); ++n) *storage.at(address + n) = program.bytes()[n];
  soft_bytes_[slot] = program.soft_bytes();
}

void LoopGuest::put_low_storage(Storage& storage) {
  for (const u32 area : kPrefixAreas) {
    put_low_storage(storage, area);
    if (!is_privileged_) return;
    put_operands(storage, area);
  }
}

// New PSWs: a program interruption goes on with the next of some programs, the others return.
void LoopGuest::put_low_storage(Storage& storage, u32 area) {
  const auto put = [&](u32 location, u64 value, unsigned bytes) { put_bytes(storage, area + location, value, bytes); };
  put(0, random_psw(), 8);
  put(104, kProgramHandler | (random_.chance(50) ? kEc : 0), 8);
  put(112, random_psw(), 8);
  put(88, kExternalHandler | (random_.chance(50) ? kEc : 0), 8);
  put(96, kReturns | (random_.chance(50) ? kEc : 0), 8);
  put(120, (kReturns + 8) | (random_.chance(50) ? kEc : 0), 8);
  put(80, random_.bits32() >> random_.below(32), 4);
  put(kExternalHandler, 0xB206'0848'B208'0848, 8);  // SCKC, SPT
  put(kExternalHandler + 8, 0x8200'0018, 4);        // LPSW
  put(kReturns, 0x8200'0020, 4);
  put(kReturns + 8, 0x8200'0038, 4);
  put(kProgramHandler, 0x5810'0850'4110'1008, 8);      // L, LA: the index of the next PSW
  put(kProgramHandler + 8, 0x5410'0854'5010'0850, 8);  // N, ST
  put(kProgramHandler + 16, 0x8200'1880, 4);           // LPSW
  put(kIndex, 0, 4);
  put(kIndexMask, 8 * (kPswCount - 1), 4);
  for (u32 n = 0; n < kPswCount; ++n) put(kPsws + 8 * n, random_psw(), 8);
  put(kLate, ~u64{0} >> 1, 8);
}

void LoopGuest::put_operands(Storage& storage, u32 area) {
  PrivilegedOperands operands;
  for (u32& prefix : operands.prefixes) prefix = random_.chance(95) ? random_.pick(kPrefixAreas) : random_.bits32();
  for (auto& registers : operands.control_registers) registers = random_control_registers();
  for (u64& psw : operands.psws) psw = random_psw();
  for (u64& clock : operands.clocks) clock = random_.bits64() >> random_.below(64);
  for (u32& frame : operands.frames) {
    frame = random_.chance(95) ? kFirstData + random_.below(kStorage - kFirstData) : random_.bits32();
    if (random_.chance(90)) frame &= ~(kBlockSize - 1);
  }
  for (u32& address : operands.addresses) address = random_.chance(95) ? random_.below(kVirtual) : random_.bits32();
  for (u32& origin : operands.page_tables) origin = kPageTables + kSpaceBytes * random_.below(spaces());
  for (u32& key : operands.keys) key = random_key() | (random_.chance(50) ? 0 : random_.below(4) << 1);
  constexpr u8 kMasks[] = {0x00, 0x04, 0x01, 0x02, 0x07, 0xFF};
  for (u8& mask : operands.masks) mask = random_.pick(kMasks);
  put_privileged_operands(storage, area, operands);
}

void LoopGuest::put_tables(Storage& storage) {
  for (u32 space = 0; space < spaces(); ++space) put_tables(storage, space);
}

void LoopGuest::put_tables(Storage& storage, u32 space) {
  const u32 offset = space * kSpaceBytes;
  const u32 pages_of_segment = 0x10000u >> page_shift();
  for (u32 segment = 0; segment < kVirtual >> 16; ++segment) {
    u32 entry = 0xF0000000 | (kPageTables + offset + 2 * segment * pages_of_segment);
    if (random_.chance(3)) entry |= 4;  // segment protection, if that is installed
    put_bytes(storage, kSegmentTable + offset + 4 * segment, entry, 4);
  }
  for (u32 segment = kVirtual >> 16; segment < 256; ++segment)
    put_bytes(storage, kSegmentTable + offset + 4 * segment, 1, 4);
  for (u32 page = 0; page < kVirtual >> page_shift(); ++page) put_page(storage, space, page, true);
}

// Most pages are at their own address, so that programs and tables are where they should be.
void LoopGuest::put_page(Storage& storage, u32 space, u32 page, bool may_be_invalid) {
  u32 real = (page << page_shift()) % kStorage;
  if (real >= kFirstData && random_.chance(20)) real = kFirstData + random_.below(kStorage - kFirstData);
  u32 entry = real >> 8 & (large_pages_ ? 0xFFF0u : 0xFFF8u);
  if (may_be_invalid && random_.chance(3)) entry |= large_pages_ ? 8 : 4;
  put_bytes(storage, kPageTables + space * kSpaceBytes + 2 * page, entry, 2);
}

u8 LoopGuest::random_key() {
  const u32 roll = random_.below(100);
  u8 key = roll < 85 ? static_cast<u8>(main_key_ << 4) : roll < 95 ? u8{0} : static_cast<u8>(random_.below(4) << 4);
  if (random_.chance(25)) key |= storage_key::kFetchProtection;
  return key;
}

// ---- Registers ----

std::array<u32, 16> LoopGuest::random_control_registers() {
  std::array<u32, 16> cr{};
  cr[0] = (large_pages_ ? 0x00800000 : 0x00400000) | 0xE0 | (random_.bits32() & 0x0C00);
  if (random_.chance(30)) cr[0] |= 0x10000000;  // low-address protection
  if (is_privileged_) {
    if (random_.chance(10)) cr[0] |= 0x00100000;  // segments of 1M
    if (random_.chance(10)) cr[0] |= 0x40000000;  // SSM is suppressed
    cr[8] = random_.bits32() & 0xFFFF;
  }
  cr[1] = 0x0F000000 | (kSegmentTable + kSpaceBytes * random_.below(spaces()));
  cr[2] = random_.bits32();
  cr[9] = random_.chance(50) ? random_.bits32() & 0x2000FFFF : random_.bits32();
  cr[10] = random_.pick(std::span<const u32>(places_.data));
  cr[11] = cr[10] + random_.below(1024);
  return cr;
}

void LoopGuest::set_control_registers(Cpu& cpu) {
  const auto values = random_control_registers();
  for (const u32 n : {0u, 1u, 2u, 8u, 9u, 10u, 11u}) cpu.cr[n] = values[n];
  cpu.control_register_changed();
}

void LoopGuest::set_prefix(Cpu& cpu) {
  cpu.prefix = random_.pick(kPrefixAreas);
  cpu.maps().purge_translations();
  cpu.context_changed();
}

u64 LoopGuest::random_psw() {
  const u32 entry = random_.pick(std::span<const u32>(places_.entries));
  const bool ec_mode = random_.chance(65), dat = ec_mode && random_.chance(60);
  u64 psw = dat ? entry : entry % kStorage;
  if (random_.chance(60)) psw |= u64{random_.chance(85) ? main_key_ : random_.below(4)} << 52;
  if (random_.chance(is_privileged_ ? 15 : 50)) psw |= kProblem;
  if (is_privileged_ && random_.chance(2)) psw |= kWait;
  const u64 cc_and_mask = (random_.below(4) << 4) | (random_.chance(60) ? 0 : random_.below(16));
  if (!ec_mode) return psw | u64{random_.chance(50) ? 0xFFu : random_.byte()} << 56 | cc_and_mask << 24;
  psw |= kEc | cc_and_mask << 40;
  if (dat) psw |= kDat;
  if (random_.chance(50)) psw |= kExternal;
  if (random_.chance(50)) psw |= kIo;
  if (random_.chance(8)) psw |= kPer;
  return psw;
}

// ---- What others do ----

void LoopGuest::disturb(Machine& machine, FakeChannels& channels) {
  for (u32 n = random_.below(4); n > 0; --n) {
    switch (random_.below(6)) {
      case 0: store_into_code(machine.storage()); break;
      case 1: change_key(machine.storage()); break;
      case 2: change_page(machine); break;
      case 3: change_psw(machine.cpu()); break;
      case 4: change_time(machine, channels); break;
      default: put_program(machine.storage(), random_.below(kPrograms));
    }
  }
}

// As a channel does: the bytes, key and observer of code.
void LoopGuest::store_into_code(Storage& storage) {
  const u32 slot = random_.below(kPrograms);
  if (soft_bytes_[slot].empty()) return;
  const u32 address = slots_[slot] + random_.pick(std::span<const u32>(soft_bytes_[slot]));
  storage.record_store(address, 1);
  *storage.at(address) = random_.byte();
}

// Also one whose reference and change bits alone differ.
void LoopGuest::change_key(Storage& storage) {
  const u32 absolute = random_.chance(70) ? slots_[random_.below(kPrograms)] : random_.below(kStorage);
  const u32 block = absolute >> kBlockShift;
  storage.set_key(block, random_.chance(50) ? storage.key(block) & 0xF8 : random_key());
}

void LoopGuest::change_page(Machine& machine) {
  put_page(machine.storage(), random_.below(spaces()), random_.below(kVirtual >> page_shift()), random_.chance(80));
  machine.cpu().maps().purge_translations();
}

// PER, translation, the fixed-point-overflow mask, and what PER looks for.
void LoopGuest::change_psw(Cpu& cpu) {
  const u64 psw = cpu.psw.pack();
  const bool ec_mode = psw & kEc;
  switch (random_.below(4)) {
    case 0:
      if (ec_mode) cpu.load_psw(psw ^ kPer);
      break;
    case 1: cpu.load_psw(psw ^ (ec_mode ? u64{8} << 40 : u64{8} << 24)); break;
    case 2: cpu.load_psw(psw ^ u64{main_key_} << 52); break;
    default: set_control_registers(cpu);
  }
}

void LoopGuest::change_time(Machine& machine, FakeChannels& channels) {
  const u64 now = machine.cpu().now();
  switch (random_.below(4)) {
    case 0: channels.raise(static_cast<u16>(random_.below(0x1000)), now + random_.below(100'000)); break;
    case 1: machine.clocks().set_cpu_timer(random_.below(100'000), now); break;
    case 2: put_bytes(machine.storage(), 80, random_.below(0x10000), 4); break;
    default: machine.cpu().request_external(Cpu::kInterruptKey);
  }
}

}  // namespace replica
