// Instructions that change what storage accesses depend on: keys, PSW, control registers, prefix, tables. The next access,
// and the fetch of the next instruction, must see it, however the access before was remembered.

#include <gtest/gtest.h>

#include "tests/cpu/guest.h"

namespace replica {
namespace {

constexpr u32 kNone = 0;

class ContextTest : public testing::TestWithParam<bool> {
 protected:
  ContextTest() { guest.cpu().paranoid = GetParam(); }

  // Executes the instructions until one is interrupted, at most `count`, and returns the program-interruption code.
  u32 code_of(std::string_view instructions, u64 count, u64 psw = ec_psw(0)) {
    guest.put_word(140, 0);
    guest.execute(instructions, count, psw);
    return guest.waits_at(kProgramNew) ? guest.halfword(142) : kNone;
  }
  // The address of the interrupted instruction, or that of the one after it.
  u32 old_address() { return static_cast<u32>(guest.doubleword(kProgramOld)); }

  Guest guest;
};
INSTANTIATE_TEST_SUITE_P(, ContextTest, testing::Bool(),
                         [](const auto& watched) { return watched.param ? "Watched" : "Plain"; });

// ---- Keys ----

TEST_P(ContextTest, SetStorageKeyForbidsTheNextStore) {
  guest.set_key_of(0x2000, 0x10);
  guest.set_gr(3, {0x2000, 0x20, 0x2000});
  EXPECT_EQ(code_of("50103000 0845 50103000", 3, ec_psw(0) | psw_key(1)), 0x0004u);
  EXPECT_EQ(old_address(), 0x40Au);
}

TEST_P(ContextTest, SetStorageKeyForbidsTheNextFetch) {
  guest.set_key_of(0x2000, 0x28);
  guest.set_gr(3, {0x2000, 0x18, 0x2000});
  EXPECT_EQ(code_of("58103000 0845 58103000", 3, ec_psw(0) | psw_key(2)), 0x0004u);
  EXPECT_EQ(old_address(), 0x40Au);
}

TEST_P(ContextTest, SetStorageKeyAllowsTheNextStore) {
  guest.set_key_of(0x2000, 0x20);
  guest.set_gr(3, {0x2000, 0x10, 0x2000});
  EXPECT_EQ(code_of("0845 50103000", 2, ec_psw(0) | psw_key(1)), kNone);
}

TEST_P(ContextTest, SetStorageKeyForbidsTheFetchOfTheNextInstruction) {
  guest.set_key_of(0, 0x00);
  guest.set_gr(4, {0x28, 0x0000});
  EXPECT_EQ(code_of("0845 1B11", 2, ec_psw(0) | psw_key(1)), 0x0004u);
}

// RRB answers with the bits as they were: 2 after a fetch, 3 after a store, and 0 right after itself.
TEST_P(ContextTest, ResetReferenceBitSeesEveryAccess) {
  guest.set_gr(3, {0x2000});
  guest.execute("58103000 B2133000", 2);
  EXPECT_EQ(guest.cpu().psw.cc, 2);
  guest.execute("B2133000", 1);
  EXPECT_EQ(guest.cpu().psw.cc, 0);
  guest.execute("58103000 B2133000", 2);
  EXPECT_EQ(guest.cpu().psw.cc, 2);
  guest.execute("50103000 B2133000", 2);
  EXPECT_EQ(guest.cpu().psw.cc, 3);
  guest.execute("B2133000", 1);
  EXPECT_EQ(guest.cpu().psw.cc, 1) << "the change bit stays";
}

TEST_P(ContextTest, SetStorageKeyClearsTheChangeBitUntilTheNextStore) {
  guest.set_gr(3, {0x2000, 0, 0x2000, 0});
  guest.execute("50103000 0845 0965", 3);  // ST, SSK, ISK
  EXPECT_EQ(guest.gr(6), 0x00u);
  guest.execute("50103000 0965", 2);
  EXPECT_EQ(guest.gr(6), 0x06u);
}

// ---- PSW ----

TEST_P(ContextTest, SetPswKeyHoldsForTheNextAccess) {
  guest.set_key_of(0x2000, 0x20);
  guest.set_gr(3, {0x2000});
  EXPECT_EQ(code_of("50103000 B20A0010 50103000", 3), 0x0004u);
  EXPECT_EQ(code_of("50103000 B20A0020 50103000", 3), kNone);
}

TEST_P(ContextTest, LoadPswChangesKeyAndTranslationAtOnce) {
  guest.enable_translation();
  guest.map_page(2, 0x9000);
  guest.put_word(0x2000, 0x11111111);
  guest.put_word(0x9000, 0x22222222);
  guest.set_gr(3, {0x2000});
  guest.put_doubleword(0x600, ec_psw(0x408) | kDat);
  guest.execute("58103000 82000600 58203000", 3);
  EXPECT_EQ(guest.gr(1), 0x11111111u);
  EXPECT_EQ(guest.gr(2), 0x22222222u);
}

TEST_P(ContextTest, StoreThenAndTurnsTranslationOffForTheNextInstruction) {
  guest.enable_translation();
  guest.map_page(0, 0x8000);
  guest.put(0x8400, "ACFB0600");  // STNSM: translation off
  guest.put(0x404, "41200007");
  guest.set_psw(ec_psw(0x400) | kDat);
  guest.run(2);
  EXPECT_EQ(guest.gr(2), 7u);
  EXPECT_EQ(guest.byte(0x8600), 0x04);
}

// ---- Control registers ----

TEST_P(ContextTest, LowAddressProtectionHoldsFromTheNextStore) {
  guest.put_word(0x600, 0x100000E0);
  EXPECT_EQ(code_of("50100010 B7000600 50100010", 3), 0x0004u);
  EXPECT_EQ(old_address(), 0x40Cu);
  guest.put_word(0x600, 0x000000E0);
  EXPECT_EQ(code_of("B7000600 50100010", 2), kNone);
}

TEST_P(ContextTest, AnotherSegmentTableIsAnotherAddressSpace) {
  guest.enable_translation();
  guest.put_word(0xE400, 0xF000F400);  // as the first, but for page 2
  for (u32 page = 0; page < 16; ++page) guest.put(0xF400 + 2 * page, fmt::format("{:04X}", page << 4));
  guest.put(0xF404, "0090");
  guest.put_word(0x2000, 0x11111111);
  guest.put_word(0x9000, 0x22222222);
  guest.put_word(0x600, 0xE400);
  guest.put_word(0x604, 0xE000);
  guest.set_gr(3, {0x2000});
  guest.execute("58103000 B7110600 58203000 B7110604 58403000", 5, ec_psw(0) | kDat);
  EXPECT_EQ(guest.gr(1), 0x11111111u);
  EXPECT_EQ(guest.gr(2), 0x22222222u);
  EXPECT_EQ(guest.gr(4), 0x11111111u);
}

TEST_P(ContextTest, PerAlterationHoldsFromTheNextStore) {
  guest.put_word(0x600, 0x20000000);
  guest.put_word(0x604, 0x00002000);
  guest.put_word(0x608, 0x00002003);
  guest.set_gr(3, {0x2000});
  EXPECT_EQ(code_of("50103000 B79B0600 50103000", 3, ec_psw(0) | kPer), 0x0080u);
  EXPECT_EQ(guest.word(152), 0x408u);
}

// ---- Tables and prefix ----

TEST_P(ContextTest, PurgeTlbMakesAnInvalidPageSeen) {
  guest.enable_translation();
  guest.set_gr(3, {0x2000});
  guest.put(0x600, "0028");  // invalid
  EXPECT_EQ(code_of("58103000 D201F0040600 B20D0000 58103000", 4, ec_psw(0) | kDat), kNone)
      << "base register 15 is zero: nothing was changed";
  guest.gr(15) = 0xF000;
  EXPECT_EQ(code_of("58103000 D201F0040600 B20D0000 58103000", 4, ec_psw(0) | kDat), 0x0011u);
  EXPECT_EQ(old_address(), 0x40Eu);
}

TEST_P(ContextTest, PurgeTlbMakesSegmentProtectionSeen) {
  guest.enable_translation();
  guest.set_gr(3, {0x2000});
  guest.gr(14) = 0xE000;
  EXPECT_EQ(code_of("50103000 9604E003 B20D0000 50103000", 4, ec_psw(0) | kDat), 0x0004u);
  EXPECT_EQ(old_address(), 0x410u);
}

TEST_P(ContextTest, InvalidatePageTableEntryHoldsFromTheNextAccess) {
  guest.enable_translation();
  guest.set_gr(3, {0x2000, 0xF000, 0x2ABC});
  EXPECT_EQ(code_of("58103000 B2210045 58103000", 3, ec_psw(0) | kDat), 0x0011u);
  EXPECT_EQ(guest.halfword(0xF004), 0x0028);
}

TEST_P(ContextTest, SetPrefixExchangesStorageForTheNextAccess) {
  guest.put_word(0x600, 0x00003000);
  guest.put_word(0x700, 0x11111111);
  guest.put_word(0x3700, 0x22222222);
  guest.put(0x3408, "58200700");
  guest.execute("58100700 B2100600", 3);
  EXPECT_EQ(guest.gr(1), 0x11111111u);
  EXPECT_EQ(guest.gr(2), 0x22222222u);
  EXPECT_EQ(guest.cpu().psw.address, 0x40Cu) << "the next instruction came from the new storage too";
}

TEST_P(ContextTest, SetPrefixPurgesTranslations) {
  guest.enable_translation();
  guest.set_gr(3, {0x2000});
  guest.gr(15) = 0xF000;
  guest.put(0x600, "0028");
  EXPECT_EQ(code_of("58103000 D201F0040600 B2100608 58103000", 4, ec_psw(0) | kDat), 0x0011u);
}

TEST_P(ContextTest, SetPrefixBeyondStorageIsAnAddressingException) {
  guest.put_word(0x600, 0x00100000);
  EXPECT_EQ(code_of("B2100600", 1), 0x0005u);
  EXPECT_EQ(guest.cpu().prefix, 0u);
}

}  // namespace
}  // namespace replica
