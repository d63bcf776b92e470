// A machine of 1 MB for tests, with what they write into it and read out of it.
//
// All new PSWs but that of restart are disabled waits at their own location, so an interruption stops the machine, and the
// instruction address tells which it was: guest.waits_at(kProgramNew).
#pragma once

#include <fmt/format.h>

#include <initializer_list>
#include <string>
#include <string_view>

#include "base/big_endian.h"
#include "cpu/machine.h"

namespace replica {

// Assigned locations. GA22-7000 "Assigned Main-Storage Locations".
inline constexpr u32 kRestartNew = 0, kRestartOld = 8;
inline constexpr u32 kExternalOld = 24, kSvcOld = 32, kProgramOld = 40, kIoOld = 56;
inline constexpr u32 kExternalNew = 88, kSvcNew = 96, kProgramNew = 104, kIoNew = 120;

// PSWs in supervisor state with all interruptions masked off, and bits to add to them.
constexpr u64 bc_psw(u32 address) { return address; }
constexpr u64 ec_psw(u32 address) { return 0x0008'0000'0000'0000 | address; }
inline constexpr u64 kPer = 0x4000'0000'0000'0000;
inline constexpr u64 kDat = 0x0400'0000'0000'0000;
inline constexpr u64 kIo = 0x0200'0000'0000'0000;
inline constexpr u64 kExternal = 0x0100'0000'0000'0000;
inline constexpr u64 kWait = 0x0002'0000'0000'0000;
inline constexpr u64 kProblem = 0x0001'0000'0000'0000;
constexpr u64 psw_key(u64 key) { return key << 52; }

class Guest {
 public:
  explicit Guest(Channels* channels = nullptr, const Clocks::Options& clocks = {}, u32 bytes = 1024 * 1024) {
    MachineOptions options;
    options.storage_bytes = bytes;
    options.clocks = clocks;
    machine_ = std::move(Machine::create(options, channels).value());
    for (const u32 location : {kExternalNew, kSvcNew, kProgramNew, 112u, kIoNew}) {
      put_doubleword(location, bc_psw(location) | kWait);
    }
  }

  Machine& machine() { return *machine_; }
  Cpu& cpu() { return machine_->cpu(); }
  Storage& storage() { return machine_->storage(); }
  Clocks& clocks() { return machine_->clocks(); }

  // ---- Storage, by absolute address ----

  // Two hexadecimal digits a byte; blanks are for the reader.
  void put(u32 address, std::string_view hex) {
    int high = -1;
    for (const char c : hex) {
      if (c == ' ') continue;
      const int digit = c <= '9' ? c - '0' : c - 'A' + 10;
      if (high >= 0) storage().data()[address++] = static_cast<u8>(high << 4 | digit);
      high = high >= 0 ? -1 : digit;
    }
  }
  void put_word(u32 address, u32 value) { store_be32(storage().data() + address, value); }
  void put_doubleword(u32 address, u64 value) { store_be64(storage().data() + address, value); }

  std::string hex(u32 address, u32 length) {
    std::string text;
    for (u32 n = 0; n < length; ++n) text += fmt::format("{:02X}", storage().data()[address + n]);
    return text;
  }
  u8 byte(u32 address) { return storage().data()[address]; }
  u16 halfword(u32 address) { return load_be16(storage().data() + address); }
  u32 word(u32 address) { return load_be32(storage().data() + address); }
  u64 doubleword(u32 address) { return load_be64(storage().data() + address); }

  u8 key_of(u32 address) { return storage().key(address >> kBlockShift); }
  void set_key_of(u32 address, u8 key) { storage().set_key(address >> kBlockShift, key); }

  // ---- CPU ----

  u32& gr(unsigned n) { return cpu().gr[n]; }
  void set_gr(unsigned first, std::initializer_list<u32> values) {
    for (const u32 value : values) cpu().gr[first++ & 15] = value;
  }
  void set_cr(unsigned n, u32 value) {
    cpu().cr[n] = value;
    cpu().control_register_changed();
  }
  void set_prefix(u32 prefix) {
    cpu().prefix = prefix;
    cpu().context_changed();
  }
  void set_psw(u64 psw) { cpu().load_psw(psw); }
  u64 psw() { return cpu().psw.pack(); }

  // Segment 0 of 64K with 4K pages, mapped to itself but for the pages that a test changes: the segment table is at E000,
  // the page table at F000.
  void enable_translation() {
    put_word(0xE000, 0xF000F000);
    for (u32 page = 0; page < 16; ++page) map_page(page, page << 12);
    set_cr(0, cpu().cr[0] | 0x00800000);
    set_cr(1, 0xE000);
  }
  void map_page(u32 page, u32 real) {
    store_be16(storage().data() + 0xF000 + 2 * page, static_cast<u16>(real >> 8 & 0xFFF0));
  }
  void invalidate_page(u32 page) { store_be16(storage().data() + 0xF000 + 2 * page, 0x0008); }

  // ---- Running ----

  // Executes at most `count` further instructions.
  StopReason run(u64 count) { return machine_->run(cpu().instructions() + count); }
  // Puts instructions at 400 and executes them there under a PSW given without its address.
  StopReason execute(std::string_view instructions, u64 count = 1, u64 psw = ec_psw(0)) {
    put(0x400, instructions);
    set_psw(psw | 0x400);
    return run(count);
  }
  // Takes what is pending and enabled, and executes nothing.
  void take_interruptions() { run(0); }
  bool waits_at(u32 new_psw) { return cpu().psw.wait && cpu().psw.address == new_psw; }
  // The code that a program interruption stored in EC mode, as a word with the instruction-length code.
  u32 program_identification() { return word(140); }

 private:
  std::unique_ptr<Machine> machine_;
};

}  // namespace replica
