// A guest in EC mode whose address spaces differ in one page, and short programs that see which of them is in use.
//
//   0x068, 0x7F8     program new PSW and the end of a program: disabled waits at their own location
//   0x1000           the program
//   0x2000, 0x3000   segment tables of 16 entries, and page tables: of each address space one
//   0x4000           operands of privileged instructions
//   0x8000           the data page: itself while DAT is off, translated to kA in space 0
//
// Register 8 has the address of the data page, 5 that of kA, 11 that of the operands, 13 that of the program.
#pragma once

#include <string_view>

#include "base/big_endian.h"
#include "tests/vmm/fixture.h"

namespace replica::vmm {

inline std::vector<NamedOptions> ways_with(u32 real_storage) {
  std::vector<NamedOptions> ways = all_ways();
  for (NamedOptions& way : ways) way.options.real_storage = real_storage;
  return ways;
}
// With so little real storage that one machine fits, and two do not.
inline std::vector<NamedOptions> small_ways() { return ways_with(320 * 1024); }
// With so much that some of it can be fixed.
inline std::vector<NamedOptions> large_ways() { return ways_with(1024 * 1024); }

class ShadowTablesTest : public testing::TestWithParam<NamedOptions> {
 protected:
  static constexpr u32 kEnd = 0x7F8, kProgramNew = 0x68, kProgram = 0x1000, kOperands = 0x4000, kData = 0x8000;
  static constexpr u32 kA = 0xA000, kB = 0xB000;
  static constexpr u32 kFormat4K = 0x00800000, kFormat2K = 0x00400000, kLowAddressProtection = 0x10000000;
  static constexpr u32 kDat = 0x04000000, kEc = 0x00080000;  // of the PSW's first word

  static constexpr u32 segment_table(u32 space) { return 0x2000 + 0x40 * space; }
  static constexpr u32 page_table(u32 space) { return 0x3000 + 0x40 * space; }
  static constexpr u32 page_entry(u32 space, u32 page) { return page_table(space) + 2 * page; }

  ShadowTablesTest() { prepare(guest); }

  static void put_word(VirtualMachine& machine, u32 address, u32 value) {
    u8 bytes[4];
    store_be32(bytes, value);
    VirtualSystem::put(machine, address, bytes);
  }
  static void put_half(VirtualMachine& machine, u32 address, u32 value) {
    const u8 bytes[] = {static_cast<u8>(value >> 8), static_cast<u8>(value)};
    VirtualSystem::put(machine, address, bytes);
  }
  // Two hexadecimal digits a byte; blanks are for the reader.
  static u32 put_hex(VirtualMachine& machine, u32 address, std::string_view hex) {
    std::string digits(hex);
    std::erase(digits, ' ');
    for (std::size_t n = 0; n < digits.size(); n += 4)
      put_half(machine, address + static_cast<u32>(n / 2),
               static_cast<u32>(std::stoul(digits.substr(n, 4), nullptr, 16)));
    return address + static_cast<u32>(digits.size() / 2);
  }

  // One segment, each page of which is at its own address but the data page.
  static void make_space(VirtualMachine& machine, u32 space, u32 data_page) {
    put_word(machine, segment_table(space), 0xF0000000 | page_table(space));
    for (u32 page = 0; page < 16; ++page) {
      const u32 real = page == kData >> kPageShift ? data_page : page << kPageShift;
      put_half(machine, page_entry(space, page), real >> 8);
    }
  }

  static void prepare(VirtualMachine& machine) {
    for (const u32 prefix : {0u, 0x5000u}) {
      for (const u32 wait : {kEnd, kProgramNew}) {
        put_word(machine, prefix + wait, 0x000A0000);
        put_word(machine, prefix + wait + 4, wait);
      }
    }
    put_word(machine, kData, 0x88888888);
    put_word(machine, kA, 0xAAAAAAAA);
    put_word(machine, kB, 0xBBBBBBBB);
    make_space(machine, 0, kA);
    make_space(machine, 1, kB);
    for (u32 block = 0; block < 0x10000 >> kBlockShift; ++block) machine.storage().set_key(block, 0);
  }

  // A device that an IPL reads 24 bytes of: a PSW that begins at kProgram, and a CCW that does nothing.
  class Loader final : public BufferedDevice {
   public:
    std::string_view type() const override { return "LOADER"; }
    std::string description() const override { return "24 bytes"; }
    Answer begin(u8 command) override {
      if (command != 0x02) return Answer::done();
      std::vector<u8> record(24);
      store_be32(&record[0], kEc);
      store_be32(&record[4], kProgram);
      store_be64(&record[8], 0x0300'0000'2000'0001);
      return send(std::move(record));
    }
    Ending end() override { return {unit_status::kEnd}; }
  };

  // Runs a program with these bits in the PSW's first word, and space 0. Gives the code of its program interruption, 0 if it
  // came to its end.
  u16 run(VirtualMachine& machine, std::string_view program, u32 psw, u32 at = kProgram) {
    begin(machine, program, psw, at);
    system.run();
    return end(machine);
  }
  u16 run(std::string_view program, u32 psw = kDat) { return run(guest, program, psw); }

  static void put_program(VirtualMachine& machine, std::string_view program, u32 at = kProgram) {
    put_hex(machine, put_hex(machine, at, program), "8200 07F8");
  }
  // No program: what is there is begun again.
  void begin(VirtualMachine& machine, std::string_view program, u32 psw, u32 at = kProgram) {
    if (!program.empty()) put_program(machine, program, at);
    system.monitor->release_cpu();
    Cpu& cpu = machine.cpu();
    cpu.gr[5] = kA;
    cpu.gr[8] = kData;
    cpu.gr[11] = kOperands;
    cpu.gr[13] = kProgram;
    cpu.cr[0] = kFormat4K;
    cpu.cr[1] = segment_table(0);
    cpu.prefix = 0;
    cpu.control_register_changed();
    cpu.load_psw(u64{psw | kEc} << 32 | at);
    system.monitor->start(machine);
  }
  u16 end(VirtualMachine& machine) {
    system.monitor->release_cpu();
    const Cpu& cpu = machine.cpu();
    if (cpu.psw.address == kEnd) return 0;
    EXPECT_EQ(cpu.psw.address, kProgramNew);
    return load_be16(machine.storage().at((cpu.prefix ? 0x5000 : 0) + 142));
  }

  u32 gr(unsigned n) { return guest.cpu().gr[n]; }

  VirtualSystem system{GetParam().options};
  VirtualMachine& guest = system.add("GUEST", 256 * 1024);
};

}  // namespace replica::vmm
