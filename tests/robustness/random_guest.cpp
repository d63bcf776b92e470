#include "tests/robustness/random_guest.h"

#include <algorithm>

#include "frontend/instruction_table.h"
#include "mmu/dat.h"

namespace replica {
namespace {

constexpr u32 kTableBytes = 8 * 1024;  // room for a segment table and page tables

constexpr u32 kFormats[] = {0x00400000, 0x00800000, 0x00500000, 0x00900000};

}  // namespace

u32 RandomGuest::choose_storage_size() {
  constexpr u32 kSizes[] = {64 * 1024, 64 * 1024, 128 * 1024, 256 * 1024};
  return random_.chance(1) ? kMaxStorage : random_.pick(kSizes);
}

void RandomGuest::fill(Machine& machine, FakeChannels& channels) {
  Storage& storage = machine.storage();
  size_ = storage.size();
  tables_ = (0x4000 + random_.below(0x8000)) & 0xFFFFC0;
  fill_storage(storage);
  if (random_.chance(90)) put_tables(storage);
  if (random_.chance(95)) put_new_psws(storage);
  put_keys(storage);
  set_control_registers(machine.cpu());
  for (u64& fpr : machine.cpu().fpr) fpr = random_.bits64();
  machine.clocks().set_comparator(random_.bits64() >> random_.below(64));
  machine.clocks().set_cpu_timer(random_.bits64() >> random_.below(64), machine.cpu().now());
  for (u32 n = random_.below(5); n > 0; --n) {
    channels.raise(static_cast<u16>(random_.below(0x1000)), machine.cpu().now() + random_.below(1'000'000));
  }
  channels.condition_code = static_cast<u8>(random_.below(4));
}

void RandomGuest::start(Machine& machine) {
  set_registers(machine.cpu());
  const u32 begin = 0x200 + (random_.below(std::min(size_, u32{256 * 1024}) - 0x1000) & ~1u);
  put_instructions(machine.storage(), begin, begin + 0x800);
  if (random_.chance(30)) set_control_registers(machine.cpu());
  machine.cpu().load_psw(random_psw(begin));
}

// ---- Storage ----

void RandomGuest::fill_storage(Storage& storage) {
  const u32 filled = std::min(storage.size(), u32{256 * 1024});
  for (u32 address = 0; address < filled; address += 8) store_be64(storage.at(address), random_.bits64());
  if (random_.chance(20)) return;  // bytes alone
  put_instructions(storage, 0x200, filled);
  for (u32 n = random_.below(8); n > 0; --n) {
    const u32 begin = random_.below(filled), length = random_.below(4096);
    const u8 byte = random_.byte();
    for (u32 address = begin; address < std::min(begin + length, filled); ++address) *storage.at(address) = byte;
  }
}

void RandomGuest::put_instructions(Storage& storage, u32 begin, u32 end) {
  for (u32 address = begin; address + 6 <= end;) {
    const InstructionInfo& info = kInstructionTable[random_.below(std::size(kInstructionTable))];
    if (!is_installed(info) && random_.chance(95)) continue;
    u64 bytes = random_.bits64() >> 16;  // 6 of them
    if (info.is_two_byte()) {
      bytes = (bytes & 0x0000'FFFF'FFFF) | u64{info.code} << 32;
    } else {
      bytes = (bytes & 0x00FF'FFFF'FFFF) | u64{info.code} << 40;
    }
    if (random_.chance(50)) bytes &= 0xFFEE'FFFF'FFFF;  // even registers
    put_bytes(storage, address, bytes, 6);
    address += instruction_length(info.first_byte());
  }
}

void RandomGuest::put_new_psws(Storage& storage) {
  for (const u32 location : {0u, 88u, 96u, 104u, 112u, 120u}) {
    u64 psw = random_psw(0x200 + (random_.below(std::min(size_, u32{256 * 1024}) - 0x200) & ~1u));
    if (random_.chance(90)) psw &= ~(u64{1} << 49);                                // not a wait
    if (random_.chance(70) && location != 120) psw &= ~(u64{1} << 56);             // not external again
    if (random_.chance(70)) psw &= ~(psw & u64{1} << 51 ? u64{1} << 58 : u64{0});  // no translation
    put_bytes(storage, location, psw, 8);
  }
  put_bytes(storage, 80, random_.bits32() >> random_.below(32), 4);
}

u8 RandomGuest::random_key() {
  u8 key = random_.chance(60) ? 0 : static_cast<u8>(random_.below(3) << 4);
  if (random_.chance(5)) key = random_.byte();
  if (random_.chance(20)) key |= storage_key::kFetchProtection;
  return key;
}

void RandomGuest::put_keys(Storage& storage) {
  for (u32 block = 0; block < storage.blocks(); ++block) storage.set_key(block, random_key());
}

void RandomGuest::put_tables(Storage& storage) {
  const u32 frames = std::min(size_, u32{1024 * 1024}) >> 12;
  for (u32 n = 0; n < kTableBytes / 4; n += 2) {
    const u32 page_table = tables_ + 1024 + (random_.below(kTableBytes - 2048) & ~7u);
    u32 entry = random_.below(16) << 28 | page_table;
    if (random_.chance(70)) entry |= 0xF0000000;
    if (random_.chance(5)) entry |= 1;
    if (random_.chance(5)) entry |= 4;
    if (random_.chance(2)) entry = random_.bits32();
    if (n < 256) {
      put_bytes(storage, tables_ + 4 * n, entry, 4);
      put_bytes(storage, tables_ + 4 * n + 4, entry, 4);
    }
  }
  for (u32 address = tables_ + 1024; address < tables_ + kTableBytes; address += 2) {
    u32 entry = random_.below(frames) << 4;
    if (random_.chance(5)) entry |= random_.chance(50) ? 8 : 4;
    if (random_.chance(2)) entry = random_.bits32();
    put_bytes(storage, address, entry & 0xFFFF, 2);
  }
}

// ---- Registers ----

void RandomGuest::set_control_registers(Cpu& cpu) {
  u32* cr = cpu.cr;
  cr[0] = (random_.chance(95) ? random_.pick(kFormats) : random_.bits32() & kDatFormatMask) | 0xE0;
  if (random_.chance(10)) cr[0] |= 0x10000000;
  if (random_.chance(5)) cr[0] |= 0x40000000;
  if (random_.chance(30)) cr[0] |= random_.bits32() & 0x0000FFE0;
  cr[1] = 0x0F000000 | tables_;
  if (random_.chance(20)) cr[1] = (random_.below(16) << 24) | tables_;
  cr[2] = random_.bits32();
  cr[8] = random_.bits32() & 0xFFFF;
  cr[9] = random_.bits32();
  cr[10] = random_address(size_);
  cr[11] = random_.chance(50) ? cr[10] + random_.below(4096) : random_address(size_);
  cpu.control_register_changed();
}

// Near the boundaries of blocks and of storage there is most to go wrong.
u32 RandomGuest::random_address(u32 storage_bytes) {
  switch (random_.below(10)) {
    case 0: return random_.bits32();
    case 1: return 0xFFFFFF - random_.below(300);
    case 2: return storage_bytes - random_.below(300);
    case 3: return random_.below(512);
    case 4:
    case 5: return (random_.below(storage_bytes) & ~(kBlockSize - 1)) - random_.below(16);
    default: return random_.below(std::min(storage_bytes, u32{512 * 1024})) & ~7u;
  }
}

void RandomGuest::set_registers(Cpu& cpu) {
  for (u32& gr : cpu.gr) {
    gr = random_address(size_);
    if (random_.chance(20)) gr = random_.bits32() >> random_.below(32);
  }
}

u64 RandomGuest::random_psw(u32 address) {
  if (random_.chance(2)) return random_.bits64();
  const bool ec_mode = random_.chance(60);
  u64 psw = address | (random_.chance(1) ? 1 : 0);
  psw |= u64{random_.chance(70) ? 0 : random_.below(3)} << 52;
  if (random_.chance(15)) psw |= u64{1} << 48;  // problem state
  if (random_.chance(2)) psw |= u64{1} << 49;   // wait state
  const u64 cc_and_mask = random_.below(64);
  if (!ec_mode) return psw | u64{random_.byte()} << 56 | cc_and_mask << 24;
  psw |= u64{1} << 51 | cc_and_mask << 40;
  if (random_.chance(40)) psw |= u64{1} << 56;  // external
  if (random_.chance(40)) psw |= u64{1} << 57;  // input/output
  if (random_.chance(40)) psw |= u64{1} << 58;  // translation
  if (random_.chance(15)) psw |= u64{1} << 62;  // PER
  return psw;
}

}  // namespace replica
