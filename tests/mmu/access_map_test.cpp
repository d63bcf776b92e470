// What the maps remember, and what makes them forget. The numbered invariants are those of mmu/access_map.h.

#include "mmu/access_map.h"

#include <gtest/gtest.h>

#include <set>
#include <utility>
#include <vector>

#include "tests/mmu/fixture.h"

namespace replica {
namespace {

using enum ProgramCode;

constexpr AccessKind kKinds[] = {AccessKind::fetch, AccessKind::store, AccessKind::instruction};

using AccessMapTest = AccessMapFixture;

u32 block_of(u32 address) { return address >> kBlockShift; }

// ---- Address ranges ----

TEST(AddressRange, IncludesBothEnds) {
  const AddressRange range{0x1000, 0x1FFF};
  EXPECT_FALSE(range.contains(0x0FFF));
  EXPECT_TRUE(range.contains(0x1000));
  EXPECT_TRUE(range.contains(0x1FFF));
  EXPECT_FALSE(range.contains(0x2000));
}

TEST(AddressRange, WrapsIfTheLastIsBelowTheFirst) {
  const AddressRange range{0xFFF000, 0x000FFF};
  EXPECT_TRUE(range.contains(0xFFFFFF));
  EXPECT_TRUE(range.contains(0x000000));
  EXPECT_TRUE(range.contains(0x000FFF));
  EXPECT_FALSE(range.contains(0x001000));
  EXPECT_FALSE(range.contains(0xFFEFFF));
}

TEST(AddressRange, MayBeOneByte) {
  const AddressRange range{0x1234, 0x1234};
  EXPECT_TRUE(range.contains(0x1234));
  EXPECT_FALSE(range.contains(0x1233));
  EXPECT_FALSE(range.contains(0x1235));
}

TEST(AddressRange, IntersectsAnOperandThatTouchesIt) {
  const AddressRange range{0x1000, 0x1003};
  EXPECT_FALSE(range.intersects(0x0FFC, 4));
  EXPECT_TRUE(range.intersects(0x0FFD, 4));
  EXPECT_TRUE(range.intersects(0x0F00, 0x800)) << "contained in the operand";
  EXPECT_TRUE(range.intersects(0x1003, 1));
  EXPECT_FALSE(range.intersects(0x1004, 4));
}

TEST(AddressRange, IntersectsAnOperandThatWraps) {
  EXPECT_TRUE((AddressRange{0x000000, 0x000001}.intersects(0xFFFFFE, 4)));
  EXPECT_FALSE((AddressRange{0x000002, 0x000004}.intersects(0xFFFFFE, 4)));
  EXPECT_TRUE((AddressRange{0xFFFFFF, 0x000000}.intersects(0xFFFFFE, 2)));
}

// ---- Checking and recording ----

TEST_F(AccessMapTest, BeginsWithoutEntries) {
  AccessMap* map = maps.select({});
  for (const AccessKind kind : kKinds) {
    for (u32 block = 0; block < kMaxBlocks; ++block) ASSERT_LT(map->entries(kind)[block], 0);
  }
}

TEST_F(AccessMapTest, CheckingLeavesNoTrace) {
  AccessMap* map = maps.select({});
  EXPECT_EQ(maps.check(*map, 0x3000, AccessKind::store).code, none);
  EXPECT_FALSE(has_any_entry(map, 0x3000));
  EXPECT_EQ(storage->key(block_of(0x3000)), 0);
}

TEST_F(AccessMapTest, AnEntryLeadsToTheHostByteOfEveryAddressInItsBlock) {
  AccessMap* map = maps.select({});
  fetch(map, 0x3456);
  const i64 entry = map->fetch[block_of(0x3456)];
  EXPECT_EQ(reinterpret_cast<const u8*>(entry + 0x3000), storage->data() + 0x3000);
  EXPECT_EQ(reinterpret_cast<const u8*>(entry + 0x37FF), storage->data() + 0x37FF);
}

TEST_F(AccessMapTest, AnEntryOfATranslatedAddressLeadsToItsFrame) {
  const AccessContext context = translated();
  tables.page(0x2000, 3, 0x07B0);
  AccessMap* map = maps.select(context);
  store(map, 0x3C56);
  const i64 entry = map->store[block_of(0x3C56)];
  EXPECT_EQ(reinterpret_cast<const u8*>(entry + 0x3800), storage->data() + 0x07B800);
}

TEST_F(AccessMapTest, EachKindOfAccessHasItsOwnEntries) {
  for (const AccessKind kind : kKinds) {
    AccessMap* map = maps.select({.key = 0});
    map->forget_all(nullptr);
    access(map, 0x3000, kind);
    for (const AccessKind other : kKinds) EXPECT_EQ(has_entry(map, 0x3000, other), other == kind);
  }
}

TEST_F(AccessMapTest, FetchesRecordReferenceAndStoresChangeToo) {
  AccessMap* map = maps.select({});
  fetch(map, 0x3000);
  EXPECT_EQ(storage->key(block_of(0x3000)), storage_key::kReference);
  fetch_instruction(map, 0x3800);
  EXPECT_EQ(storage->key(block_of(0x3800)), storage_key::kReference);
  store(map, 0x4000);
  EXPECT_EQ(storage->key(block_of(0x4000)), storage_key::kReference | storage_key::kChange);
}

// ---- Invariant 1: conditions under which a store is recorded but not remembered ----

TEST_F(AccessMapTest, PartlyProtectedBlockZeroIsNeverEnteredForStores) {
  AccessMap* map = maps.select({.low_address_protection = true});
  EXPECT_EQ(store(map, 512), none);
  EXPECT_FALSE(has_entry(map, 512, AccessKind::store));
  EXPECT_EQ(storage->key(0), storage_key::kReference | storage_key::kChange);
  fetch(map, 512);
  EXPECT_TRUE(has_entry(map, 512, AccessKind::fetch));
  store(map, 0x800);
  EXPECT_TRUE(has_entry(map, 0x800, AccessKind::store));
}

TEST_F(AccessMapTest, BlocksThatPerWatchesAreNeverEnteredForStores) {
  AccessMap* map = maps.select({.per_range = {0x17FF, 0x2000}, .per_storage = true});
  const std::pair<u32, bool> expected[] = {
      {0x0800, true}, {0x1000, false}, {0x1800, false}, {0x2000, false}, {0x2800, true}};
  for (const auto& [address, entered] : expected) {
    EXPECT_EQ(store(map, address), none);
    EXPECT_EQ(has_entry(map, address, AccessKind::store), entered) << std::hex << address;
    fetch(map, address);
    EXPECT_TRUE(has_entry(map, address, AccessKind::fetch));
  }
}

TEST_F(AccessMapTest, APerRangeThatWrapsIsWatchedAtBothEnds) {
  AccessMap* map = maps.select({.per_range = {0x0FF800, 0x07FF}, .per_storage = true});
  store(map, 0x0000);
  store(map, 0x0800);
  store(map, 0x0FF000);
  store(map, 0x0FF800);
  EXPECT_FALSE(has_entry(map, 0x0000, AccessKind::store));
  EXPECT_TRUE(has_entry(map, 0x0800, AccessKind::store));
  EXPECT_TRUE(has_entry(map, 0x0FF000, AccessKind::store));
  EXPECT_FALSE(has_entry(map, 0x0FF800, AccessKind::store));
}

TEST_F(AccessMapTest, ThePerRangeDoesNotMatterWhileNothingIsWatched) {
  AccessMap* map = maps.select({.per_range = {0, 0xFFFFFF}, .per_storage = false});
  store(map, 0x3000);
  EXPECT_TRUE(has_entry(map, 0x3000, AccessKind::store));
}

// The range is of logical addresses.
TEST_F(AccessMapTest, PerWatchesLogicalAddresses) {
  AccessContext context = translated();
  tables.page(0x2000, 3, 0x07B0);
  context.per_storage = true;
  context.per_range = {0x07B000, 0x07BFFF};
  AccessMap* map = maps.select(context);
  store(map, 0x3000);
  EXPECT_TRUE(has_entry(map, 0x3000, AccessKind::store));
}

// ---- Invariant 2: keys ----

TEST_F(AccessMapTest, AReplacedKeyRevokesEveryEntryOfItsBlock) {
  AccessMap* map = maps.select({});
  for (const AccessKind kind : kKinds) access(map, 0x3000, kind);
  fetch(map, 0x3800);
  storage->set_key(block_of(0x3000), 0xF8);
  EXPECT_FALSE(has_any_entry(map, 0x3000));
  EXPECT_TRUE(has_entry(map, 0x3800, AccessKind::fetch));
}

TEST_F(AccessMapTest, AReplacedKeyRevokesInEveryMap) {
  AccessMap* key_0 = maps.select({.key = 0});
  fetch(key_0, 0x3000);
  AccessMap* key_1 = maps.select({.key = 1});
  fetch(key_1, 0x3000);
  storage->set_key(block_of(0x3000), 0x18);
  EXPECT_FALSE(has_any_entry(key_0, 0x3000));
  EXPECT_FALSE(has_any_entry(key_1, 0x3000));
}

// Invariant 3: two virtual pages in one frame, and the real address beside them.
TEST_F(AccessMapTest, AReplacedKeyRevokesEveryAddressThatLeadsToItsBlock) {
  const AccessContext context = translated();
  tables.page(0x2000, 3, 0x07B0);
  tables.page(0x2000, 9, 0x07B0);
  AccessMap* virtual_map = maps.select(context);
  fetch(virtual_map, 0x3000);
  store(virtual_map, 0x9000);
  AccessMap* real_map = maps.select({});
  fetch(real_map, 0x07B000);
  storage->set_key(block_of(0x07B000), 0x10);
  EXPECT_FALSE(has_any_entry(virtual_map, 0x3000));
  EXPECT_FALSE(has_any_entry(virtual_map, 0x9000));
  EXPECT_FALSE(has_any_entry(real_map, 0x07B000));
}

TEST_F(AccessMapTest, AnEntryIsFoundAgainAfterItWasRevokedOnce) {
  AccessMap* map = maps.select({});
  for (int round = 0; round < 3; ++round) {
    fetch(map, 0x3000);
    ASSERT_TRUE(has_entry(map, 0x3000, AccessKind::fetch));
    storage->set_key(block_of(0x3000), 0);
    ASSERT_FALSE(has_any_entry(map, 0x3000));
  }
}

// RRB: the next access must record the reference again, so it must ask again.
TEST_F(AccessMapTest, ResettingTheReferenceBitMakesTheNextAccessRecordIt) {
  AccessMap* map = maps.select({});
  store(map, 0x3000);
  storage->set_key(block_of(0x3000), storage_key::kChange);
  EXPECT_FALSE(has_any_entry(map, 0x3000));
  fetch(map, 0x3000);
  EXPECT_EQ(storage->key(block_of(0x3000)), storage_key::kReference | storage_key::kChange);
}

TEST_F(AccessMapTest, ClearingStorageRevokesEverything) {
  AccessMap* map = maps.select({});
  fetch(map, 0x3000);
  store(map, 0x0FF800);
  storage->clear();
  EXPECT_FALSE(has_any_entry(map, 0x3000));
  EXPECT_FALSE(has_any_entry(map, 0x0FF800));
}

// ---- Invariant 2: translations ----

// As the architecture allows: a translation may be used until the program purges the TLB.
TEST_F(AccessMapTest, ATranslationIsKeptUntilThePurge) {
  const AccessContext context = translated();
  tables.page(0x2000, 3, 0x07B0);
  AccessMap* map = maps.select(context);
  fetch(map, 0x3000);
  tables.page(0x2000, 3, 0x0008);
  EXPECT_TRUE(has_entry(map, 0x3000, AccessKind::fetch));
  maps.purge_translations();
  EXPECT_FALSE(has_entry(map, 0x3000, AccessKind::fetch));
  EXPECT_EQ(fetch(map, 0x3000), page_translation);
}

TEST_F(AccessMapTest, ThePurgeReachesMapsThatAreNotSelected) {
  AccessContext context = translated();
  tables.page(0x2000, 3, 0x07B0);
  AccessMap* real_map = maps.select({});
  AccessMap* key_0 = maps.select(context);
  context.key = 1;
  AccessMap* key_1 = maps.select(context);
  for (AccessMap* map : {real_map, key_0, key_1}) fetch(map, 0x3000);
  maps.purge_translations();
  EXPECT_FALSE(has_any_entry(key_0, 0x3000));
  EXPECT_FALSE(has_any_entry(key_1, 0x3000));
  EXPECT_TRUE(has_entry(real_map, 0x3000, AccessKind::fetch)) << "no translation is involved";
}

// ---- Contexts ----

TEST_F(AccessMapTest, TheSameContextFindsItsEntriesAgain) {
  AccessMap* map = maps.select({.key = 3});
  fetch(map, 0x3000);
  EXPECT_NE(maps.select({.key = 4}), map);
  EXPECT_EQ(maps.select({.key = 3}), map);
  EXPECT_TRUE(has_entry(map, 0x3000, AccessKind::fetch));
}

TEST_F(AccessMapTest, ContextsThatDifferInAnythingHaveDifferentMaps) {
  const AccessContext base{.cr0_format = k64KSegments4KPages, .cr1 = 0x1000, .key = 1, .dat = true};
  std::vector<AccessContext> contexts(9, base);
  contexts[1].cr0_format = k64KSegments2KPages;
  contexts[2].cr1 = 0x1040;
  contexts[3].prefix = 0x1000;
  contexts[4].per_range = {1, 2};
  contexts[5].key = 2;
  contexts[6].dat = false;
  contexts[7].low_address_protection = true;
  contexts[8].per_storage = true;
  std::set<AccessMap*> distinct;
  for (const AccessContext& context : contexts) distinct.insert(maps.select(context));
  EXPECT_EQ(distinct.size(), contexts.size());
}

AccessContext numbered_context(unsigned n) { return {.cr1 = n << 6}; }

TEST_F(AccessMapTest, ThirtyTwoContextsAreKept) {
  std::set<AccessMap*> distinct;
  for (unsigned n = 0; n < 32; ++n) {
    AccessMap* map = maps.select(numbered_context(n));
    fetch(map, 0x3000);
    distinct.insert(map);
  }
  EXPECT_EQ(distinct.size(), 32u);
  for (unsigned n = 0; n < 32; ++n) {
    EXPECT_TRUE(has_entry(maps.select(numbered_context(n)), 0x3000, AccessKind::fetch)) << n;
  }
}

TEST_F(AccessMapTest, TheContextSelectedLongestAgoMakesRoom) {
  for (unsigned n = 0; n < 32; ++n) fetch(maps.select(numbered_context(n)), 0x3000);
  maps.select(numbered_context(0));
  maps.select(numbered_context(32));  // in the place of 1
  EXPECT_TRUE(has_entry(maps.select(numbered_context(0)), 0x3000, AccessKind::fetch));
  EXPECT_TRUE(has_entry(maps.select(numbered_context(2)), 0x3000, AccessKind::fetch));
  EXPECT_FALSE(has_entry(maps.select(numbered_context(1)), 0x3000, AccessKind::fetch));
}

TEST_F(AccessMapTest, AContextThatMovesInFindsNoEntriesOfTheOneBefore) {
  for (unsigned n = 0; n < 32; ++n) {
    for (const AccessKind kind : kKinds) access(maps.select(numbered_context(n)), n * kBlockSize, kind);
  }
  for (unsigned n = 32; n < 64; ++n) {
    AccessMap* map = maps.select(numbered_context(n));
    for (u32 block = 0; block < 32; ++block) ASSERT_FALSE(has_any_entry(map, block * kBlockSize)) << n;
  }
}

TEST_F(AccessMapTest, KeysAreStillRevokedAfterAContextHasMovedIn) {
  for (unsigned n = 0; n <= 32; ++n) fetch(maps.select(numbered_context(n)), 0x3000);
  storage->set_key(block_of(0x3000), 0x10);
  for (unsigned n = 1; n <= 32; ++n) EXPECT_FALSE(has_any_entry(maps.select(numbered_context(n)), 0x3000)) << n;
}

// ---- Paranoid mode ----

class VerifyTest : public AccessMapFixture {
 protected:
  bool verify(AccessMap* map, u32 address, AccessKind kind) { return maps.verify(*map, address, kind); }
  // Replaces a key without the maps being told, as a mistake of ours would.
  void set_key_in_secret(u32 block, u8 key) {
    storage->on_key_change([](u32) {});
    storage->set_key(block, key);
  }
};

TEST_F(VerifyTest, AcceptsNoEntryAndATrueOne) {
  AccessMap* map = maps.select({});
  for (const AccessKind kind : kKinds) {
    EXPECT_TRUE(verify(map, 0x3000, kind));
    access(map, 0x3000, kind);
    EXPECT_TRUE(verify(map, 0x3000, kind));
    EXPECT_TRUE(verify(map, 0x37FF, kind));
  }
}

TEST_F(VerifyTest, RejectsAnEntryForAnotherBlock) {
  AccessMap* map = maps.select({});
  for (const AccessKind kind : kKinds) {
    access(map, 0x3000, kind);
    access(map, 0x3800, kind);
    map->entries(kind)[block_of(0x3000)] += kBlockSize;
    EXPECT_FALSE(verify(map, 0x3000, kind));
  }
}

TEST_F(VerifyTest, RejectsAnEntryOutsideOfStorage) {
  AccessMap* map = maps.select({});
  fetch(map, 0x0FF800);
  map->fetch[block_of(0x0FF800)] += kBlockSize;
  EXPECT_FALSE(verify(map, 0x0FF800, AccessKind::fetch));
  map->fetch[0] = reinterpret_cast<i64>(storage->data()) - 4096;
  EXPECT_FALSE(verify(map, 0, AccessKind::fetch));
}

TEST_F(VerifyTest, RejectsAnEntryThatTheKeyForbids) {
  AccessMap* map = maps.select({.key = 3});
  storage->set_key(block_of(0x3000), 0x30);
  fetch(map, 0x3000);
  store(map, 0x3000);
  set_key_in_secret(block_of(0x3000), 0x40 | storage_key::kReference | storage_key::kChange);
  EXPECT_TRUE(verify(map, 0x3000, AccessKind::fetch)) << "not fetch-protected";
  EXPECT_FALSE(verify(map, 0x3000, AccessKind::store));
}

// Though a translation may be out of date, a key may not.
TEST_F(VerifyTest, RejectsATranslatedEntryThatTheKeyForbids) {
  AccessContext context = translated();
  context.key = 3;
  tables.page(0x2000, 3, 0x07B0);
  AccessMap* map = maps.select(context);
  fetch(map, 0x3000);
  set_key_in_secret(block_of(0x07B000), 0x48 | storage_key::kReference);
  EXPECT_FALSE(verify(map, 0x3000, AccessKind::fetch));
}

TEST_F(VerifyTest, RejectsAnEntryWhoseUseIsNotRecorded) {
  AccessMap* map = maps.select({});
  fetch(map, 0x3000);
  store(map, 0x3800);
  set_key_in_secret(block_of(0x3000), 0);
  set_key_in_secret(block_of(0x3800), storage_key::kReference);
  EXPECT_FALSE(verify(map, 0x3000, AccessKind::fetch));
  EXPECT_FALSE(verify(map, 0x3800, AccessKind::store));
}

TEST_F(VerifyTest, RejectsAnEntryUnderLowAddressProtection) {
  AccessMap* map = maps.select({.low_address_protection = true});
  fetch(map, 0x200);
  store(map, 0x200);
  map->store[0] = map->fetch[0];
  EXPECT_FALSE(verify(map, 0x100, AccessKind::store));
}

TEST_F(VerifyTest, AcceptsATranslationThatHasChangedSinceWithoutAPurge) {
  const AccessContext context = translated();
  tables.page(0x2000, 3, 0x07B0);
  AccessMap* map = maps.select(context);
  fetch(map, 0x3000);
  tables.page(0x2000, 3, 0x0008);
  EXPECT_TRUE(verify(map, 0x3000, AccessKind::fetch));
}

TEST_F(VerifyTest, LooksWithoutATrace) {
  const AccessContext context = translated();
  tables.page(0x2000, 3, 0x07B0);
  AccessMap* map = maps.select(context);
  fetch(map, 0x3000);
  set_key_in_secret(block_of(0x1000), 0);
  set_key_in_secret(block_of(0x2000), 0);
  EXPECT_TRUE(verify(map, 0x3000, AccessKind::fetch));
  EXPECT_EQ(storage->key(block_of(0x1000)), 0);
  EXPECT_EQ(storage->key(block_of(0x2000)), 0);
}

}  // namespace
}  // namespace replica
