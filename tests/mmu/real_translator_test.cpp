// Which accesses the architecture allows. GA22-7000 "Access Exceptions".

#include "tests/mmu/fixture.h"

namespace replica {
namespace {

using enum ProgramCode;
using enum AccessKind;

using RealTranslatorTest = AccessMapFixture;

// ---- Addressing, key-controlled protection ----

TEST_F(RealTranslatorTest, StorageEndsWithAnAddressingException) {
  for (const AccessKind kind : {AccessKind::fetch, AccessKind::store, instruction}) {
    EXPECT_EQ(access(maps.select({}), 0x0FFFFF, kind), none);
    EXPECT_EQ(access(maps.select({}), 0x100000, kind), addressing);
    EXPECT_EQ(access(maps.select({}), 0xFFFFFF, kind), addressing);
  }
}

TEST_F(RealTranslatorTest, KeyMustMatchForStores) {
  storage->set_key(4, 0x50);
  EXPECT_EQ(store({.key = 5}, 0x2000), none);
  EXPECT_EQ(store({.key = 4}, 0x2000), protection);
  EXPECT_EQ(store({.key = 0}, 0x2000), none);
  EXPECT_EQ(store({.key = 5}, 0x2800), protection) << "the next block has another key";
}

TEST_F(RealTranslatorTest, KeyMustMatchForFetchesFromFetchProtectedBlocks) {
  storage->set_key(4, 0x50);
  EXPECT_EQ(fetch({.key = 4}, 0x2000), none);
  storage->set_key(4, 0x58);
  EXPECT_EQ(fetch({.key = 4}, 0x2000), protection);
  EXPECT_EQ(fetch({.key = 5}, 0x2000), none);
  EXPECT_EQ(fetch({.key = 0}, 0x2000), none);
}

TEST_F(RealTranslatorTest, InstructionsAreFetchProtectedToo) {
  storage->set_key(4, 0x58);
  EXPECT_EQ(fetch_instruction(maps.select({.key = 4}), 0x2000), protection);
  EXPECT_EQ(fetch_instruction(maps.select({.key = 5}), 0x2000), none);
}

// ---- Low-address protection ----

TEST_F(RealTranslatorTest, LowAddressProtectionEndsAt511) {
  const AccessContext context{.low_address_protection = true};
  EXPECT_EQ(store(context, 0), protection);
  EXPECT_EQ(store(context, 511), protection);
  EXPECT_EQ(store(context, 512), none);
  EXPECT_EQ(store({.low_address_protection = false}, 511), none);
}

TEST_F(RealTranslatorTest, LowAddressProtectionIsForStoresOnly) {
  const AccessContext context{.low_address_protection = true};
  EXPECT_EQ(fetch(context, 16), none);
  EXPECT_EQ(fetch_instruction(maps.select(context), 16), none);
}

// The address is the logical one: before translation and prefixing.
TEST_F(RealTranslatorTest, LowAddressProtectionLooksAtTheLogicalAddress) {
  AccessContext context = translated();
  context.low_address_protection = true;
  tables.page(0x2000, 0, 0x0050);
  tables.page(0x2000, 1, 0x0000);
  EXPECT_EQ(store(context, 0x0010), protection);
  EXPECT_EQ(store(context, 0x1010), none) << "real address 10";
  EXPECT_EQ(store({.prefix = 0x3000, .low_address_protection = true}, 0x10), protection);
  EXPECT_EQ(store({.prefix = 0x3000, .low_address_protection = true}, 0x3010), none) << "absolute address 10";
}

TEST_F(RealTranslatorTest, LowAddressProtectionComesBeforeTranslation) {
  AccessContext context = translated();
  context.low_address_protection = true;
  EXPECT_EQ(store(context, 0x0010), protection);
  EXPECT_EQ(fetch(context, 0x0010), page_translation);
}

// ---- Translation ----

TEST_F(RealTranslatorTest, AccessesGoToTheTranslatedAddress) {
  const AccessContext context = translated();
  tables.page(0x2000, 3, 0x07B0);
  const Access access = maps.check(*maps.select(context), 0x3456, AccessKind::fetch);
  EXPECT_EQ(access.code, none);
  EXPECT_EQ(access.absolute, 0x07B456u);
  EXPECT_EQ(access.host, storage->data() + 0x07B456);
}

TEST_F(RealTranslatorTest, TranslationExceptionsAreTheAccesss) {
  AccessContext context = translated();
  EXPECT_EQ(fetch(context, 0x3456), page_translation);
  EXPECT_EQ(fetch(context, 0x103456), segment_translation);
  EXPECT_EQ(store(context, 0x3456), page_translation);
  EXPECT_EQ(fetch_instruction(maps.select(context), 0x3456), page_translation);
  context.cr0_format = 0;
  EXPECT_EQ(fetch(context, 0x3456), translation_specification);
}

TEST_F(RealTranslatorTest, FormatDoesNotMatterWhileTranslationIsOff) {
  EXPECT_EQ(fetch({.cr0_format = 0, .cr1 = 0xFFFFFFFF}, 0x3456), none);
}

TEST_F(RealTranslatorTest, SegmentProtectionIsForStoresWithAnyKey) {
  AccessContext context = translated();
  tables.segment(0x1000, 0, 0xF0002004);
  tables.page(0x2000, 3, 0x07B0);
  EXPECT_EQ(store(context, 0x3456), protection);
  EXPECT_EQ(fetch(context, 0x3456), none);
  EXPECT_EQ(fetch_instruction(maps.select(context), 0x3456), none);
}

TEST_F(RealTranslatorTest, SegmentProtectionComesBeforeAddressing) {
  AccessContext context = translated();
  tables.segment(0x1000, 0, 0xF0002004);
  tables.page(0x2000, 3, 0xFFF0);
  EXPECT_EQ(store(context, 0x3456), protection);
  EXPECT_EQ(fetch(context, 0x3456), addressing);
}

TEST_F(RealTranslatorTest, PageExceptionComesBeforeKeyProtection) {
  AccessContext context = translated();
  context.key = 7;
  EXPECT_EQ(store(context, 0x3456), page_translation);
  tables.page(0x2000, 3, 0x07B0);
  EXPECT_EQ(store(context, 0x3456), protection);
}

// The key is that of the real block, and the two blocks of a 4K page have one each.
TEST_F(RealTranslatorTest, KeysAreThoseOfTheTranslatedBlock) {
  AccessContext context = translated();
  context.key = 7;
  tables.page(0x2000, 3, 0x07B0);
  storage->set_key(0x07B800 >> kBlockShift, 0x70);
  EXPECT_EQ(store(context, 0x3000), protection);
  EXPECT_EQ(store(context, 0x3800), none);
}

// ---- Prefixing ----

TEST_F(RealTranslatorTest, PrefixIsAppliedToRealAndTranslatedAddresses) {
  EXPECT_EQ(maps.check(*maps.select({.prefix = 0x6000}), 0x0123, AccessKind::fetch).absolute, 0x6123u);
  EXPECT_EQ(maps.check(*maps.select({.prefix = 0x6000}), 0x6123, AccessKind::fetch).absolute, 0x0123u);
  AccessContext context = translated();
  context.prefix = 0x6000;
  tables.page(0x2000, 3, 0x0000);
  EXPECT_EQ(maps.check(*maps.select(context), 0x3123, AccessKind::fetch).absolute, 0x6123u);
}

}  // namespace
}  // namespace replica
