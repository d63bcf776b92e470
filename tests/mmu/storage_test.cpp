#include "mmu/storage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace replica {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::unique_ptr<Storage> make_storage(u32 bytes) { return std::move(Storage::create(bytes).value()); }

// ---- Sizes ----

TEST(Storage, HasFrom64KTo16MInFramesOf4K) {
  for (const u32 bytes : {64u * 1024, 68u * 1024, 1024u * 1024, 16u * 1024 * 1024}) {
    auto storage = Storage::create(bytes);
    ASSERT_TRUE(storage.has_value()) << bytes;
    EXPECT_EQ((*storage)->size(), bytes);
    EXPECT_EQ((*storage)->blocks(), bytes / 2048);
  }
}

TEST(Storage, OfAnotherSizeIsAnErrorThatNamesIt) {
  for (const u32 bytes : {0u, 60u * 1024, 66u * 1024, 65537u, 16u * 1024 * 1024 + 4096}) {
    const auto storage = Storage::create(bytes);
    ASSERT_FALSE(storage.has_value()) << bytes;
    EXPECT_THAT(storage.error().message, HasSubstr(std::to_string(bytes) + " bytes"));
    EXPECT_THAT(storage.error().message, HasSubstr("expected a multiple of 4096"));
  }
}

TEST(Storage, BeginsWithZerosAndKeysOfZero) {
  const auto storage = make_storage(64 * 1024);
  EXPECT_EQ(std::count(storage->data(), storage->data() + storage->size(), 0), 64 * 1024);
  for (u32 block = 0; block < storage->blocks(); ++block) EXPECT_EQ(storage->key(block), 0);
}

TEST(Storage, ContainsAddressesBelowItsSize) {
  const auto storage = make_storage(64 * 1024);
  EXPECT_TRUE(storage->contains(0));
  EXPECT_TRUE(storage->contains(0xFFFF));
  EXPECT_FALSE(storage->contains(0x10000));
  EXPECT_FALSE(storage->contains(0xFFFFFF));
}

// ---- Keys ----

TEST(StorageKey, HasSevenBits) {
  const auto storage = make_storage(64 * 1024);
  storage->set_key(3, 0xFF);
  EXPECT_EQ(storage->key(3), 0xFE);
  EXPECT_EQ(storage->key(2), 0);
  EXPECT_EQ(storage->key(4), 0);
}

TEST(StorageKey, RecordsReferenceOnFetchAndChangeToo_OnStore) {
  const auto storage = make_storage(64 * 1024);
  storage->set_key(1, 0x38);
  storage->record_fetch(1);
  EXPECT_EQ(storage->key(1), 0x3C);
  storage->set_key(2, 0x38);
  storage->record_store(2);
  EXPECT_EQ(storage->key(2), 0x3E);
}

TEST(StorageKey, ObserverHearsOfReplacedKeysOnly) {
  const auto storage = make_storage(64 * 1024);
  std::vector<u32> blocks;
  storage->on_key_change([&](u32 block) { blocks.push_back(block); });
  storage->record_fetch(5);
  storage->record_store(6);
  EXPECT_THAT(blocks, IsEmpty());
  storage->set_key(5, 0x10);
  storage->set_key(31, 0);
  EXPECT_THAT(blocks, ElementsAre(5, 31));
}

TEST(Storage, ClearZeroesBytesAndKeysAndTellsOfEveryBlock) {
  const auto storage = make_storage(64 * 1024);
  storage->data()[0x1234] = 0xAB;
  storage->set_key(2, 0xF0);
  std::vector<u32> blocks;
  storage->on_key_change([&](u32 block) { blocks.push_back(block); });
  storage->clear();
  EXPECT_EQ(storage->data()[0x1234], 0);
  EXPECT_EQ(storage->key(2), 0);
  EXPECT_EQ(blocks.size(), storage->blocks());
}

// ---- Key-controlled protection ----

TEST(KeyProtection, StoresNeedTheKeyToMatchOrToBeZero) {
  for (u8 access_control = 0; access_control < 16; ++access_control) {
    for (u8 key = 0; key < 16; ++key) {
      const bool allowed = key == 0 || key == access_control;
      EXPECT_EQ(key_allows_store(static_cast<u8>(access_control << 4), key), allowed);
      EXPECT_EQ(key_allows_store(static_cast<u8>(access_control << 4 | 0x0E), key), allowed);
    }
  }
}

TEST(KeyProtection, FetchesNeedItOnlyFromFetchProtectedBlocks) {
  for (u8 access_control = 0; access_control < 16; ++access_control) {
    for (u8 key = 0; key < 16; ++key) {
      EXPECT_TRUE(key_allows_fetch(static_cast<u8>(access_control << 4 | 0x06), key));
      EXPECT_EQ(key_allows_fetch(static_cast<u8>(access_control << 4 | 0x08), key), key == 0 || key == access_control);
    }
  }
}

// ---- Prefixing ----

TEST(Prefix, ExchangesTheFirst4KWithThePrefixArea) {
  EXPECT_EQ(apply_prefix(0x000000, 0x5000), 0x5000u);
  EXPECT_EQ(apply_prefix(0x000FFF, 0x5000), 0x5FFFu);
  EXPECT_EQ(apply_prefix(0x005000, 0x5000), 0x0000u);
  EXPECT_EQ(apply_prefix(0x005ABC, 0x5000), 0x0ABCu);
}

TEST(Prefix, LeavesAllOtherAddresses) {
  EXPECT_EQ(apply_prefix(0x001000, 0x5000), 0x1000u);
  EXPECT_EQ(apply_prefix(0x004FFF, 0x5000), 0x4FFFu);
  EXPECT_EQ(apply_prefix(0x006000, 0x5000), 0x6000u);
  EXPECT_EQ(apply_prefix(0xFFFFFF, 0x5000), 0xFFFFFFu);
}

TEST(Prefix, OfZeroChangesNothing) {
  for (const u32 real : {0u, 0xFFFu, 0x1000u, 0x123456u}) EXPECT_EQ(apply_prefix(real, 0), real);
}

}  // namespace
}  // namespace replica
