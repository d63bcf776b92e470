// Storage keys and address translation. GA22-7000 "Control Instructions".
#include <cstring>

#include "base/bits.h"
#include "cpu/routines.h"
#include "mmu/dat.h"

namespace replica::routines {
namespace {

DatControls dat_controls(const Cpu& cpu) { return {.cr0 = cpu.cr[0], .cr1 = cpu.cr[1], .prefix = cpu.prefix}; }

// The absolute block that a real address lies in; addressing exception if there is none.
u32 block_or_throw(const Cpu& cpu, u32 real) { return cpu.absolute_or_throw(real) >> kBlockShift; }

bool low_address_protection(const Cpu& cpu) { return ibm_bit(cpu.cr[0], 3); }

// The block that R2 of SSK and ISK names. Bits 28-31 must be zero.
u32 block_operand(const Cpu& cpu, const Insn& i) {
  require_specification(cpu, (cpu.gr[i.r2] & 0xF) == 0);
  return block_or_throw(cpu, cpu.gr[i.r2]);
}

// The 4K frame that R2 of SSKE, ISKE, RRBE and TB names: a 31-bit real address, of which bits 1-19 count. Storage has 24.
u32 frame_address(const Cpu& cpu, const Insn& i) {
  const u32 real = cpu.gr[i.r2] & 0x7FFFF000;
  if (real > kAddressMask) cpu.throw_program(ProgramCode::addressing);
  return real;
}

// The first of its two blocks.
u32 frame_operand(const Cpu& cpu, const Insn& i) { return block_or_throw(cpu, frame_address(cpu, i)); }

// CC 0-3: the reference bit and the change bit.
u8 reference_and_change(u8 key) { return (key >> 1) & 3; }

// Nobody is told if the bit is zero: then no access map leads to the block.
void reset_reference(Storage& storage, u32 block, u8 key) {
  if (key & storage_key::kReference) storage.set_key(block, key & static_cast<u8>(~storage_key::kReference));
}

u8 frame_key(const Storage& storage, u32 block) {
  const u8 recorded = storage_key::kReference | storage_key::kChange;
  return static_cast<u8>(storage.key(block) | (storage.key(block + 1) & recorded));
}

}  // namespace

void SSK(Cpu& cpu, const Insn& i) { cpu.storage().set_key(block_operand(cpu, i), static_cast<u8>(cpu.gr[i.r1])); }

// In BC mode the reference and change bits are not inserted.
void ISK(Cpu& cpu, const Insn& i) {
  u8 key = cpu.storage().key(block_operand(cpu, i));
  if (!cpu.psw.ec_mode) key &= storage_key::kAccess | storage_key::kFetchProtection;
  cpu.set_gr(i.r1, (cpu.gr[i.r1] & 0xFFFFFF00) | key);
}

void RRB(Cpu& cpu, const Insn& i) {
  Storage& storage = cpu.storage();
  const u32 block = block_or_throw(cpu, second_address(cpu, i));
  const u8 key = storage.key(block);
  cpu.psw.cc = reference_and_change(key);
  reset_reference(storage, block, key);
}

// The extended forms act on a 4K frame, which has two keys here: access control and fetch protection are read from the
// first, reference and change from both.
void SSKE(Cpu& cpu, const Insn& i) {
  const u32 block = frame_operand(cpu, i);
  cpu.storage().set_key(block, static_cast<u8>(cpu.gr[i.r1]));
  cpu.storage().set_key(block + 1, static_cast<u8>(cpu.gr[i.r1]));
}

void ISKE(Cpu& cpu, const Insn& i) {
  const u32 block = frame_operand(cpu, i);
  cpu.set_gr(i.r1, (cpu.gr[i.r1] & 0xFFFFFF00) | frame_key(cpu.storage(), block));
}

void RRBE(Cpu& cpu, const Insn& i) {
  Storage& storage = cpu.storage();
  const u32 block = frame_operand(cpu, i);
  cpu.psw.cc = reference_and_change(frame_key(storage, block));
  for (u32 n = 0; n < 2; ++n) reset_reference(storage, block + n, storage.key(block + n));
}

// CC 0 usable, 1 unusable. Storage here is always usable; the frame is cleared, and general register 0 with it.
void TB(Cpu& cpu, const Insn& i) {
  const u32 real = frame_address(cpu, i);
  const u32 absolute = cpu.absolute_or_throw(real);
  if (low_address_protection(cpu) && real == 0) cpu.throw_program(ProgramCode::protection);
  std::memset(cpu.storage().at(absolute), 0, 4096);
  cpu.storage().record_store(absolute >> kBlockShift);
  cpu.storage().record_store((absolute >> kBlockShift) + 1);
  cpu.set_gr(0, 0);
  cpu.psw.cc = 0;
}

// CC 0 real address in R1; 1 segment-table entry invalid, 2 page-table entry invalid, 3 length violation, and the real
// address of the entry in R1. Works whether DAT is on or not.
void LRA(Cpu& cpu, const Insn& i) {
  const Translation translation = translate(cpu.storage(), dat_controls(cpu), second_address(cpu, i), WalkMode::record);
  switch (translation.code) {
    case ProgramCode::none:
      cpu.set_gr(i.r1, translation.real);
      cpu.psw.cc = 0;
      return;
    case ProgramCode::segment_translation:
    case ProgramCode::page_translation:
      cpu.set_gr(i.r1, translation.entry);
      cpu.psw.cc = translation.length_violation ? 3 : translation.code == ProgramCode::segment_translation ? 1 : 2;
      return;
    default: cpu.throw_program(translation.code);
  }
}

void PTLB(Cpu& cpu, const Insn&) { cpu.maps().purge_translations(); }

// R1 has the page-table origin as a segment-table entry has it, R2 a virtual address whose page index is used. The entry is
// at a real address, updated under key-controlled and low-address protection.
void IPTE(Cpu& cpu, const Insn& i) {
  const DatFormat format = dat_format(cpu.cr[0]);
  if (!format.valid) cpu.throw_program(ProgramCode::translation_specification);
  const u32 page = format.page_index(cpu.gr[i.r2] & kAddressMask);
  const u32 real = ((cpu.gr[i.r1] & 0x00FFFFF8) + 2 * page) & kAddressMask;
  const u32 absolute = cpu.absolute_or_throw(real);
  const bool protected_by_key = !key_allows_store(cpu.storage().key(absolute >> kBlockShift), cpu.psw.key);
  if (protected_by_key || (low_address_protection(cpu) && real < 512)) cpu.throw_program(ProgramCode::protection);
  u8* entry = cpu.storage().at(absolute);
  store_be16(entry, load_be16(entry) | format.page_invalid());
  cpu.storage().record_store(absolute, 2);
  cpu.maps().purge_translations();
}

// CC 0 fetch and store permitted, 1 fetch only, 2 neither, 3 no translation. The access key is bits 24-27 of the
// second-operand address.
void TPROT(Cpu& cpu, const Insn& i) {
  const u32 logical = first_address(cpu, i);
  const u8 access_key = second_address(cpu, i) >> 4 & 15;
  u32 real = logical;
  bool store_protected = low_address_protection(cpu) && logical < 512;
  if (cpu.psw.dat()) {
    const Translation translation = translate(cpu.storage(), dat_controls(cpu), logical, WalkMode::record);
    if (translation.code == ProgramCode::segment_translation || translation.code == ProgramCode::page_translation) {
      cpu.psw.cc = 3;
      return;
    }
    if (translation.code != ProgramCode::none) cpu.throw_program(translation.code);
    store_protected |= translation.store_protected;
    real = translation.real;
  }
  const u8 key = cpu.storage().key(block_or_throw(cpu, real));
  if (!key_allows_fetch(key, access_key)) {
    cpu.psw.cc = 2;
  } else {
    cpu.psw.cc = store_protected || !key_allows_store(key, access_key);
  }
}

}  // namespace replica::routines
