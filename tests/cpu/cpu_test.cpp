// Storage access, registers, resets and time of the CPU itself, without instructions.

#include "cpu/cpu.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "base/bits.h"
#include "tests/cpu/fake_channels.h"
#include "tests/cpu/guest.h"

namespace replica {
namespace {

class CpuTest : public testing::Test {
 protected:
  // The code of the exception that the action throws; none if it does not.
  template <typename Action>
  static ProgramCode code_of(Action action) {
    try {
      action();
    } catch (const ProgramException& exception) {
      return exception.code;
    }
    return ProgramCode::none;
  }
  // Translation on, in a context in which page 5 is invalid and page 4 is not.
  void translate_with_page_5_invalid() {
    guest.enable_translation();
    guest.invalidate_page(5);
    guest.set_psw(ec_psw(0x400) | kDat);
  }

  FakeChannels channels;
  Guest guest{&channels};
  Cpu& cpu = guest.cpu();
};

// ---- Storage access ----

TEST_F(CpuTest, LoadsAndStoresAreBigEndianAtAnyAddress) {
  for (const u32 address : {0x2000u, 0x2001u, 0x2003u, 0x27FDu, 0x27FFu}) {
    cpu.store64(address, 0x0123456789ABCDEF);
    EXPECT_EQ(guest.hex(address, 8), "0123456789ABCDEF");
    EXPECT_EQ(cpu.load64(address), 0x0123456789ABCDEFu);
    EXPECT_EQ(cpu.load32(address + 1), 0x23456789u);
    EXPECT_EQ(cpu.load16(address + 2), 0x4567);
    EXPECT_EQ(cpu.load8(address + 7), 0xEF);
    cpu.store32(address, 0xA1A2A3A4);
    cpu.store16(address + 4, 0xB1B2);
    cpu.store8(address + 6, 0xC1);
    EXPECT_EQ(guest.hex(address, 8), "A1A2A3A4B1B2C1EF");
  }
}

TEST_F(CpuTest, OperandsWrapFrom16MToZero) {
  Guest large(nullptr, {}, kMaxStorage);
  large.cpu().store32(0xFFFFFE, 0x11223344);
  EXPECT_EQ(large.hex(0xFFFFFE, 2) + large.hex(0, 2), "11223344");
  EXPECT_EQ(large.cpu().load32(0xFFFFFE), 0x11223344u);
}

TEST_F(CpuTest, AnAreaInOneBlockIsContiguous) {
  const Area area = cpu.fetch_area(0x2700, 0x100);
  EXPECT_TRUE(area.is_contiguous(0x100));
  EXPECT_EQ(area.at(0xFF), guest.storage().data() + 0x27FF);
}

TEST_F(CpuTest, AnAreaMayHaveItsPartsApart) {
  guest.enable_translation();
  guest.map_page(4, 0x9000);
  guest.map_page(5, 0x7000);
  guest.set_psw(ec_psw(0x400) | kDat);
  const Area area = cpu.fetch_area(0x4FFE, 4);
  EXPECT_TRUE(area.is_contiguous(2));
  EXPECT_FALSE(area.is_contiguous(3));
  EXPECT_EQ(area.at(1), guest.storage().data() + 0x9FFF);
  EXPECT_EQ(area.at(2), guest.storage().data() + 0x7000);
}

TEST_F(CpuTest, AnOperandIsCheckedWholeBeforeAnyOfItIsRecorded) {
  translate_with_page_5_invalid();
  guest.set_key_of(0x4800, 0);
  EXPECT_EQ(code_of([&] { cpu.store_area(0x4FFE, 4); }), ProgramCode::page_translation);
  EXPECT_EQ(code_of([&] { cpu.store32(0x4FFE, 0x11223344); }), ProgramCode::page_translation);
  EXPECT_EQ(code_of([&] { cpu.load64(0x4FFC); }), ProgramCode::page_translation);
  EXPECT_EQ(guest.key_of(0x4800), 0);
  EXPECT_EQ(guest.halfword(0x4FFE), 0);
}

TEST_F(CpuTest, AnOperandThatStopsShortOfTheInvalidPageIsAllowed) {
  translate_with_page_5_invalid();
  EXPECT_EQ(code_of([&] { cpu.store32(0x4FFC, 1); }), ProgramCode::none);
  EXPECT_EQ(code_of([&] { cpu.store32(0x4FFD, 1); }), ProgramCode::page_translation);
}

TEST_F(CpuTest, SecondPartIsProtectedByItsOwnKey) {
  guest.set_key_of(0x2000, 0x30);
  guest.set_key_of(0x2800, 0x40);
  guest.set_psw(ec_psw(0x400) | psw_key(3));
  EXPECT_EQ(code_of([&] { cpu.store32(0x27FC, 1); }), ProgramCode::none);
  EXPECT_EQ(code_of([&] { cpu.store32(0x27FE, 1); }), ProgramCode::protection);
  EXPECT_EQ(code_of([&] { cpu.load32(0x27FE); }), ProgramCode::none);
  guest.set_key_of(0x2800, 0x48);
  EXPECT_EQ(code_of([&] { cpu.load32(0x27FE); }), ProgramCode::protection);
}

TEST_F(CpuTest, CheckingAStoreRecordsNothing) {
  EXPECT_EQ(code_of([&] { cpu.check_store(0x2000, 8); }), ProgramCode::none);
  EXPECT_EQ(guest.key_of(0x2000), 0);
  EXPECT_EQ(code_of([&] { cpu.check_store(0xFFFFE, 4); }), ProgramCode::addressing);
}

TEST_F(CpuTest, InstructionsThatCrossABlockComeInTheBuffer) {
  u8 buffer[6];
  guest.put(0x27FE, "D203 2000 3000");
  const u8* bytes = cpu.fetch_instruction(0x27FE, buffer);
  EXPECT_EQ(bytes, buffer);
  EXPECT_EQ(load_be32(bytes), 0xD2032000u);
  EXPECT_EQ(load_be16(bytes + 4), 0x3000);
}

// The halfword in the next block is not the instruction's.
TEST_F(CpuTest, AHalfwordAtTheEndOfABlockNeedsNoMore) {
  translate_with_page_5_invalid();
  u8 buffer[6];
  guest.put(0x4FFE, "1B11");
  EXPECT_EQ(code_of([&] { cpu.fetch_instruction(0x4FFE, buffer); }), ProgramCode::none);
  guest.put(0x4FFE, "5810");
  EXPECT_EQ(code_of([&] { cpu.fetch_instruction(0x4FFE, buffer); }), ProgramCode::page_translation);
}

TEST_F(CpuTest, LowStorageIsPrefixedAndRecorded) {
  guest.set_prefix(0x3000);
  EXPECT_EQ(cpu.fetch_low(0x28), guest.storage().data() + 0x3028);
  EXPECT_EQ(guest.key_of(0x3000), storage_key::kReference);
  EXPECT_EQ(cpu.store_low(0x828), guest.storage().data() + 0x3828);
  EXPECT_EQ(guest.key_of(0x3800), storage_key::kReference | storage_key::kChange);
}

TEST_F(CpuTest, RealAddressesArePrefixedAndMustExist) {
  guest.set_prefix(0x3000);
  EXPECT_EQ(cpu.absolute_or_throw(0x10), 0x3010u);
  EXPECT_EQ(cpu.absolute_or_throw(0x3010), 0x0010u);
  EXPECT_EQ(cpu.absolute_or_throw(0xFF00FFFF), 0x00FFFFu) << "addresses have 24 bits";
  EXPECT_EQ(code_of([&] { cpu.absolute_or_throw(0x100000); }), ProgramCode::addressing);
}

TEST_F(CpuTest, ParanoidModeDiesOfAnEntryThatIsNotTrue) {
  cpu.paranoid = true;
  cpu.load8(0x2000);
  cpu.load8(0x2800);
  EXPECT_EQ(cpu.load8(0x2000), 0);
  cpu.map->fetch[0x2000 >> kBlockShift] += kBlockSize;
  EXPECT_DEATH(cpu.load8(0x2000), "CHECK");
}

// ---- Context ----

TEST_F(CpuTest, TheMapFollowsThePsw) {
  guest.enable_translation();
  guest.set_psw(bc_psw(0) | psw_key(5));
  EXPECT_EQ(cpu.map->context, (AccessContext{.key = 5}));
  guest.set_psw(ec_psw(0) | kDat | psw_key(7));
  EXPECT_EQ(cpu.map->context, (AccessContext{.cr0_format = 0x00800000, .cr1 = 0xE000, .key = 7, .dat = true}));
}

TEST_F(CpuTest, TheMapIsTheSameWhileOnlyOtherThingsChange) {
  guest.set_psw(bc_psw(0) | psw_key(5));
  AccessMap* map = cpu.map;
  guest.set_cr(1, 0x12345678);
  guest.set_cr(0, 0x00F800E0);
  guest.set_cr(9, 0xFFFFFFFF);
  guest.set_psw(ec_psw(0) | psw_key(5));
  EXPECT_EQ(cpu.map, map);
}

TEST_F(CpuTest, PerIsWatchedForOnlyWithItsMasks) {
  guest.set_cr(10, 0xFF001000);
  guest.set_cr(11, 0xFF002000);
  guest.set_psw(ec_psw(0) | kPer);
  EXPECT_FALSE(cpu.is_watched());
  guest.set_cr(9, 0x40000000);
  EXPECT_TRUE(cpu.is_watched());
  EXPECT_FALSE(cpu.map->context.per_storage);
  guest.set_cr(9, 0x20000000);
  EXPECT_TRUE(cpu.map->context.per_storage);
  EXPECT_EQ(cpu.map->context.per_range, (AddressRange{0x1000, 0x2000}));
  guest.set_psw(ec_psw(0));
  EXPECT_FALSE(cpu.is_watched());
}

// ---- Resets ----

TEST_F(CpuTest, InitialResetGivesTheInitialControlRegisters) {
  for (u32& cr : cpu.cr) cr = 0x12345678;
  cpu.initial_reset();
  for (unsigned n = 0; n < 16; ++n) {
    const u32 expected = n == 0 ? 0x000000E0 : n == 2 ? 0xFFFFFFFF : n == 14 ? 0xC2000000 : n == 15 ? 0x00000200 : 0;
    EXPECT_EQ(cpu.cr[n], expected) << n;
  }
}

TEST_F(CpuTest, InitialResetZeroesPswPrefixAndTimersButNotRegisters) {
  guest.set_prefix(0x3000);
  guest.set_psw(0xFF080000'00000400 | kDat);
  guest.gr(7) = 77;
  cpu.fpr[2] = 22;
  guest.clocks().set_comparator(5);
  guest.clocks().set_cpu_timer(5, cpu.now());
  cpu.initial_reset();
  EXPECT_EQ(guest.psw(), 0u);
  EXPECT_EQ(cpu.prefix, 0u);
  EXPECT_EQ(guest.clocks().comparator(), 0u);
  EXPECT_EQ(guest.clocks().cpu_timer(cpu.now()), 0u);
  EXPECT_EQ(guest.gr(7), 77u);
  EXPECT_EQ(cpu.fpr[2], 22u);
  EXPECT_TRUE(cpu.stopped);
  EXPECT_EQ(cpu.map->context, AccessContext{});
}

TEST_F(CpuTest, CpuResetLeavesPswAndControlRegisters) {
  guest.set_psw(ec_psw(0x400) | kExternal);
  guest.set_cr(3, 33);
  guest.set_prefix(0x3000);
  cpu.reset();
  EXPECT_EQ(guest.psw(), ec_psw(0x400) | kExternal);
  EXPECT_EQ(cpu.cr[3], 33u);
  EXPECT_EQ(cpu.prefix, 0x3000u);
  EXPECT_TRUE(cpu.stopped);
}

TEST_F(CpuTest, CpuResetForgetsTranslationsAndAnEarlyException) {
  translate_with_page_5_invalid();
  cpu.load8(0x4000);
  guest.invalidate_page(4);
  EXPECT_EQ(code_of([&] { cpu.load8(0x4000); }), ProgramCode::none) << "before the purge";
  guest.set_psw(ec_psw(0x400) | kDat | 1ull << 63);
  cpu.reset();
  EXPECT_FALSE(cpu.has_early_exception());
  guest.set_psw(ec_psw(0x400) | kDat);
  EXPECT_EQ(code_of([&] { cpu.load8(0x4000); }), ProgramCode::page_translation);
}

TEST_F(CpuTest, ClearResetZeroesStorageKeysAndRegisters) {
  guest.gr(7) = 77;
  cpu.fpr[2] = 22;
  guest.put(0x2000, "FF");
  guest.set_key_of(0x2000, 0xF0);
  guest.machine().system_reset(true);
  EXPECT_EQ(guest.gr(7), 0u);
  EXPECT_EQ(cpu.fpr[2], 0u);
  EXPECT_EQ(guest.byte(0x2000), 0);
  EXPECT_EQ(guest.key_of(0x2000), 0);
  EXPECT_EQ(channels.resets, 1u);
}

TEST_F(CpuTest, InitialProgramResetLeavesStorageAndRegisters) {
  guest.gr(7) = 77;
  guest.put(0x2000, "FF");
  guest.set_key_of(0x2000, 0xF0);
  guest.machine().system_reset(false);
  EXPECT_EQ(guest.gr(7), 77u);
  EXPECT_EQ(guest.byte(0x2000), 0xFF);
  EXPECT_EQ(guest.key_of(0x2000), 0xF0);
  EXPECT_EQ(channels.resets, 1u);
}

// GA22-7000 "Store Status": absolute locations 216-511.
TEST_F(CpuTest, StoreStatusWritesAbsoluteLocations) {
  guest.set_prefix(0x3000);
  guest.set_psw(0x00B10000'2A000400);
  for (unsigned n = 0; n < 16; ++n) {
    guest.gr(n) = 0x01010101 * n;
    cpu.cr[n] = 0x10101010 * n;
  }
  for (unsigned n = 0; n < 8; n += 2) cpu.fpr[n] = 0x0101010101010101 * n;
  guest.clocks().set_comparator(0x1122334455667788);
  guest.clocks().set_cpu_timer(0x99, cpu.now());
  cpu.store_status();
  EXPECT_EQ(guest.doubleword(216), 0x99u);
  EXPECT_EQ(guest.doubleword(224), 0x1122334455667788u);
  EXPECT_EQ(guest.doubleword(256), 0x00B10000'2A000400u);
  EXPECT_EQ(guest.word(264), 0x3000u);
  EXPECT_EQ(guest.hex(352, 32), "0000000000000000020202020202020204040404040404040606060606060606");
  EXPECT_EQ(guest.hex(384, 8), "0000000001010101");
  EXPECT_EQ(guest.word(444), 0x0F0F0F0Fu);
  EXPECT_EQ(guest.word(508), 0xF0F0F0F0u);
}

// ---- Interval timer ----

TEST_F(CpuTest, IntervalTimerIsAWordAtReal80) {
  guest.put_word(80, 0x00001000);
  guest.clocks().skip_to(40'960'000, cpu.instructions());  // three ticks
  cpu.look_at_time();
  EXPECT_EQ(guest.word(80), 0x00000D00u);
}

TEST_F(CpuTest, IntervalTimerIsPrefixedAndNotProtected) {
  guest.set_prefix(0x3000);
  guest.set_cr(0, 0x100000E0);
  guest.set_key_of(0x3000, 0xF8);
  guest.set_psw(ec_psw(0x400) | psw_key(1));
  guest.clocks().skip_to(13'653'334, cpu.instructions());
  cpu.look_at_time();
  EXPECT_EQ(guest.word(0x3050), 0xFFFFFF00u);
  EXPECT_EQ(guest.key_of(0x3000), 0xFE);
}

class IntervalTimerRequestTest : public CpuTest {
 protected:
  // Whether a request is made when the timer counts down from this value by this many seconds.
  bool requests(u32 value, u64 seconds) {
    cpu.reset();
    guest.put_word(80, value);
    const u64 now = cpu.now() / 4'096'000'000 * 4'096'000'000;
    guest.clocks().skip_to(now + seconds * 4'096'000'000, cpu.instructions());
    guest.set_psw(ec_psw(0x400) | kExternal);
    guest.take_interruptions();
    return guest.waits_at(kExternalNew) && guest.halfword(134) == 0x0080;
  }
};

TEST_F(IntervalTimerRequestTest, WhenTheValueTurnsNegative) {
  EXPECT_TRUE(requests(0, 1));
  EXPECT_TRUE(requests(299 * 256, 1));
  EXPECT_FALSE(requests(300 * 256, 1)) << "comes to zero exactly";
  EXPECT_FALSE(requests(0x80000000u | 300 * 256, 1)) << "is negative already";
}

TEST_F(IntervalTimerRequestTest, NotWhenItWrapsFromMostNegativeToPositive) {
  EXPECT_FALSE(requests(0x80000000, 1));
  EXPECT_EQ(guest.word(80), 0x80000000u - 300 * 256);
}

// A cycle is 2^24 ticks, 15.5 hours. Long waits may go round it.
TEST_F(IntervalTimerRequestTest, OnceMoreWhenItHasGoneRound) {
  constexpr u64 kHour = 3600;
  EXPECT_TRUE(requests(0x80000000, 8 * kHour)) << "through the positive values to negative again";
  EXPECT_TRUE(requests(0x7FFFFFFF, 20 * kHour));
  EXPECT_EQ(guest.word(80), 0x7FFFFFFF - static_cast<u32>(20 * kHour * 300 * 256));
}

}  // namespace
}  // namespace replica
