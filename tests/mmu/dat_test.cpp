#include "mmu/dat.h"

#include <gtest/gtest.h>

#include "tests/mmu/tables.h"

namespace replica {
namespace {

using enum ProgramCode;

constexpr u32 kOutside = 0x200000;  // the storage of these tests has 1 MB

class DatTest : public testing::Test {
 protected:
  Translation walk(u32 cr0, u32 cr1, u32 address, u32 prefix = 0) {
    return translate(*storage, {.cr0 = cr0, .cr1 = cr1, .prefix = prefix}, address, WalkMode::look);
  }

  std::unique_ptr<Storage> storage = std::move(Storage::create(1024 * 1024).value());
  Tables tables{*storage};
};

// An exception whose code is 10 or 11, with the real address that LOAD REAL ADDRESS returns.
void expect_no_entry(const Translation& translation, ProgramCode code, u32 entry, bool length_violation) {
  EXPECT_EQ(translation.code, code);
  EXPECT_EQ(translation.entry, entry);
  EXPECT_EQ(translation.length_violation, length_violation);
}

// ---- Formats ----

TEST(DatFormat, HasTwoPageSizesAndTwoSegmentSizes) {
  EXPECT_TRUE(dat_format(k64KSegments2KPages).valid);
  EXPECT_FALSE(dat_format(k64KSegments2KPages).large_segments);
  EXPECT_FALSE(dat_format(k64KSegments2KPages).large_pages);
  EXPECT_TRUE(dat_format(k1MSegments4KPages).large_segments);
  EXPECT_TRUE(dat_format(k1MSegments4KPages).large_pages);
}

// Bits 8-9: 01 or 10; bit 10: 0; bits 11-12: 00 or 10.
TEST(DatFormat, OtherCodesOfBits8To12AreInvalid) {
  unsigned valid = 0;
  for (u32 code = 0; code < 32; ++code) {
    const u32 cr0 = code << 19 | 0xFF07FFFF;  // all other bits do not matter
    const bool expected = (cr0 & 0x00F80000) == k64KSegments2KPages || (cr0 & 0x00F80000) == k64KSegments4KPages ||
                          (cr0 & 0x00F80000) == k1MSegments2KPages || (cr0 & 0x00F80000) == k1MSegments4KPages;
    EXPECT_EQ(dat_format(cr0).valid, expected) << code;
    valid += dat_format(cr0).valid;
  }
  EXPECT_EQ(valid, 4u);
}

TEST_F(DatTest, InvalidFormatIsATranslationSpecificationException) {
  EXPECT_EQ(walk(0, 0x1000, 0x123).code, translation_specification);
}

// ---- Translation ----

// Segment 2, page 3, byte 456.
TEST_F(DatTest, Translates64KSegmentsWith4KPages) {
  tables.segment(0x1000, 0x02, 0xF0002000);
  tables.page(0x2000, 3, 0x07B0);
  const Translation translation = walk(k64KSegments4KPages, 0x00001000, 0x023456);
  EXPECT_EQ(translation.code, none);
  EXPECT_EQ(translation.real, 0x07B456u);
  EXPECT_FALSE(translation.store_protected);
}

// Segment 2, page 6, byte 456.
TEST_F(DatTest, Translates64KSegmentsWith2KPages) {
  tables.segment(0x1000, 0x02, 0xF0002000);
  tables.page(0x2000, 6, 0x07B8);
  EXPECT_EQ(walk(k64KSegments2KPages, 0x00001000, 0x023456).real, 0x07BC56u);
}

// Segment 3, page 23, byte 456.
TEST_F(DatTest, Translates1MSegmentsWith4KPages) {
  tables.segment(0x1000, 3, 0xF0002000);
  tables.page(0x2000, 0x23, 0x07B0);
  EXPECT_EQ(walk(k1MSegments4KPages, 0x00001000, 0x323456).real, 0x07B456u);
}

// Segment 3, page 46, byte 456.
TEST_F(DatTest, Translates1MSegmentsWith2KPages) {
  tables.segment(0x1000, 3, 0xF0002000);
  tables.page(0x2000, 0x46, 0x07B8);
  EXPECT_EQ(walk(k1MSegments2KPages, 0x00001000, 0x323456).real, 0x07BC56u);
}

TEST_F(DatTest, RealAddressMayLieBeyondStorage) {
  tables.segment(0x1000, 0, 0xF0002000);
  tables.page(0x2000, 0, 0xFFF0);
  const Translation translation = walk(k64KSegments4KPages, 0x00001000, 0x000ABC);
  EXPECT_EQ(translation.code, none);
  EXPECT_EQ(translation.real, 0xFFFABCu);
}

TEST_F(DatTest, PageTableOriginIsDoublewordAligned) {
  tables.segment(0x1000, 0, 0xF0002008);
  tables.page(0x2008, 0, 0x0030);
  EXPECT_EQ(walk(k64KSegments4KPages, 0x00001000, 0).real, 0x3000u);
}

// Bits 26-31 of CR1 are no part of the origin, bits 0-7 are the length.
TEST_F(DatTest, SegmentTableOriginIs64ByteAligned) {
  tables.segment(0x1040, 0, 0xF0002000);
  tables.page(0x2000, 0, 0x0030);
  EXPECT_EQ(walk(k64KSegments4KPages, 0xFF00107F, 0).real, 0x3000u);
}

// Vectors executed on another implementation: CR0 008000E0, CR1 00001000.
TEST_F(DatTest, AgreesWithLoadRealAddressElsewhere) {
  tables.segment(0x1000, 0, 0xF0001400);
  tables.segment(0x1000, 1, 0x00000001);
  tables.page(0x1400, 0, 0x0000);
  tables.page(0x1400, 1, 0x0018);
  EXPECT_EQ(walk(0x008000E0, 0x1000, 0x000123).real, 0x00000123u);
  expect_no_entry(walk(0x008000E0, 0x1000, 0x001234), page_translation, 0x1402, false);
  expect_no_entry(walk(0x008000E0, 0x1000, 0x010000), segment_translation, 0x1004, false);
  expect_no_entry(walk(0x008000E0, 0x1000, 0x100000), segment_translation, 0x1040, true);
  tables.page(0x1400, 0, 0x1230);
  EXPECT_EQ(walk(0x008000E0, 0x1000, 0x000123).real, 0x00123123u);
  EXPECT_EQ(walk(0x004000E0, 0x1000, 0x000923).real, 0x00001923u);
}

// ---- Lengths ----

// The length code counts units of 16 entries, less one.
TEST_F(DatTest, SegmentTableLengthIsComparedWithTheLeftmostFourBits) {
  for (u32 index = 0; index < 256; ++index) tables.segment(0x1000, index, 0xF0002000);
  EXPECT_EQ(walk(k64KSegments4KPages, 0x00001000, 0x0F0000).code, none);
  expect_no_entry(walk(k64KSegments4KPages, 0x00001000, 0x100000), segment_translation, 0x1040, true);
  EXPECT_EQ(walk(k64KSegments4KPages, 0x01001000, 0x1F0000).code, none);
  expect_no_entry(walk(k64KSegments4KPages, 0x01001000, 0x200000), segment_translation, 0x1080, true);
  EXPECT_EQ(walk(k64KSegments4KPages, 0x0F001000, 0xFF0000).code, none);
  expect_no_entry(walk(k64KSegments4KPages, 0x0E001000, 0xF00000), segment_translation, 0x13C0, true);
}

TEST_F(DatTest, SegmentTableOf1MSegmentsIsNeverTooShort) {
  for (u32 index = 0; index < 16; ++index) tables.segment(0x1000, index, 0xF0002000);
  EXPECT_EQ(walk(k1MSegments4KPages, 0x00001000, 0xF00000).code, none);
  EXPECT_EQ(walk(k1MSegments2KPages, 0x00001000, 0xF00000).code, none);
}

struct PageLengthCase {
  u32 cr0;
  u32 length_code;
  u32 last_good;  // the highest address in the segment that the table covers
  u32 first_bad;
  u32 entry;  // of the first bad page
};

// The length code counts sixteenths of the longest table, less one. Length code 2 with page 3 is a case that Hercules
// accepts.
TEST_F(DatTest, PageTableLengthIsComparedWithTheLeftmostFourBits) {
  constexpr PageLengthCase kCases[] = {
      {k64KSegments4KPages, 2, 0x002FFF, 0x003000, 0x2006},  {k64KSegments4KPages, 0, 0x000FFF, 0x001000, 0x2002},
      {k64KSegments4KPages, 14, 0x00EFFF, 0x00F000, 0x201E}, {k64KSegments2KPages, 2, 0x002FFF, 0x003000, 0x200C},
      {k64KSegments2KPages, 0, 0x000FFF, 0x001000, 0x2004},  {k1MSegments4KPages, 0, 0x00FFFF, 0x010000, 0x2020},
      {k1MSegments4KPages, 5, 0x05FFFF, 0x060000, 0x20C0},   {k1MSegments2KPages, 0, 0x00FFFF, 0x010000, 0x2040},
      {k1MSegments2KPages, 14, 0x0EFFFF, 0x0F0000, 0x23C0},
  };
  for (const PageLengthCase& c : kCases) {
    tables.segment(0x1000, 0, c.length_code << 28 | 0x2000);
    EXPECT_EQ(walk(c.cr0, 0x1000, c.last_good).code, none) << std::hex << c.cr0 << ' ' << c.length_code;
    expect_no_entry(walk(c.cr0, 0x1000, c.first_bad), page_translation, c.entry, true);
  }
}

TEST_F(DatTest, FullPageTableCoversItsSegment) {
  tables.segment(0x1000, 0, 0xF0002000);
  EXPECT_EQ(walk(k64KSegments4KPages, 0x1000, 0x00FFFF).code, none);
  EXPECT_EQ(walk(k64KSegments2KPages, 0x1000, 0x00FFFF).code, none);
  EXPECT_EQ(walk(k1MSegments4KPages, 0x1000, 0x0FFFFF).code, none);
  EXPECT_EQ(walk(k1MSegments2KPages, 0x1000, 0x0FFFFF).code, none);
}

// ---- Bits of the entries ----

TEST_F(DatTest, SegmentProtectionIsReported) {
  tables.segment(0x1000, 0, 0xF0002004);
  const Translation translation = walk(k64KSegments4KPages, 0x1000, 0);
  EXPECT_EQ(translation.code, none);
  EXPECT_TRUE(translation.store_protected);
}

TEST_F(DatTest, CommonSegmentBitDoesNotMatter) {
  tables.segment(0x1000, 0, 0xF0002002);
  tables.page(0x2000, 0, 0x0050);
  EXPECT_EQ(walk(k64KSegments4KPages, 0x1000, 0x10).real, 0x5010u);
}

TEST_F(DatTest, Bits4To7OfTheSegmentEntryMustBeZero) {
  for (const u32 bit : {0x08000000u, 0x04000000u, 0x02000000u, 0x01000000u}) {
    tables.segment(0x1000, 0, 0xF0002000 | bit);
    EXPECT_EQ(walk(k64KSegments4KPages, 0x1000, 0).code, translation_specification);
  }
}

TEST_F(DatTest, Bits13And14OfA4KPageEntryMustBeZero) {
  tables.segment(0x1000, 0, 0xF0002000);
  for (const u16 entry : {u16{0x0034}, u16{0x0032}}) {
    tables.page(0x2000, 0, entry);
    EXPECT_EQ(walk(k64KSegments4KPages, 0x1000, 0).code, translation_specification);
    EXPECT_EQ(walk(k1MSegments4KPages, 0x1000, 0).code, translation_specification);
  }
}

TEST_F(DatTest, Bit14OfA2KPageEntryMustBeZeroAndBit12IsAddress) {
  tables.segment(0x1000, 0, 0xF0002000);
  tables.page(0x2000, 0, 0x003A);
  EXPECT_EQ(walk(k64KSegments2KPages, 0x1000, 0).code, translation_specification);
  tables.page(0x2000, 0, 0x0038);
  EXPECT_EQ(walk(k64KSegments2KPages, 0x1000, 0).real, 0x3800u);
}

TEST_F(DatTest, Bit15OfAPageEntryIsThePrograms) {
  tables.segment(0x1000, 0, 0xF0002000);
  tables.page(0x2000, 0, 0x0031);
  EXPECT_EQ(walk(k64KSegments4KPages, 0x1000, 0).real, 0x3000u);
  EXPECT_EQ(walk(k64KSegments2KPages, 0x1000, 0).real, 0x3000u);
}

TEST_F(DatTest, InvalidBitIsBit12Of4KAndBit13Of2KPages) {
  tables.segment(0x1000, 0, 0xF0002000);
  tables.page(0x2000, 0, 0x0038);
  expect_no_entry(walk(k64KSegments4KPages, 0x1000, 0), page_translation, 0x2000, false);
  tables.page(0x2000, 0, 0x0034);
  expect_no_entry(walk(k64KSegments2KPages, 0x1000, 0), page_translation, 0x2000, false);
}

// ---- Priority: each case could end in two ways, and ends in the first of the manual's order ----

TEST_F(DatTest, FormatComesBeforeSegmentLength) {
  EXPECT_EQ(walk(0, 0x00001000, 0x100000).code, translation_specification);
}

TEST_F(DatTest, SegmentLengthComesBeforeAddressingOfTheSegmentEntry) {
  expect_no_entry(walk(k64KSegments4KPages, kOutside, 0x100000), segment_translation, kOutside + 0x40, true);
  EXPECT_EQ(walk(k64KSegments4KPages, kOutside, 0x000000).code, addressing);
}

TEST_F(DatTest, InvalidSegmentEntryComesBeforeItsFormat) {
  tables.segment(0x1000, 0, 0xFF002001);
  expect_no_entry(walk(k64KSegments4KPages, 0x1000, 0), segment_translation, 0x1000, false);
}

TEST_F(DatTest, FormatOfTheSegmentEntryComesBeforePageLength) {
  tables.segment(0x1000, 0, 0x01002000);
  EXPECT_EQ(walk(k64KSegments4KPages, 0x1000, 0x003000).code, translation_specification);
}

TEST_F(DatTest, PageLengthComesBeforeAddressingOfThePageEntry) {
  tables.segment(0x1000, 0, 0x00000000 | kOutside);
  expect_no_entry(walk(k64KSegments4KPages, 0x1000, 0x003000), page_translation, kOutside + 6, true);
  EXPECT_EQ(walk(k64KSegments4KPages, 0x1000, 0x000000).code, addressing);
}

TEST_F(DatTest, InvalidPageEntryComesBeforeItsFormat) {
  tables.segment(0x1000, 0, 0xF0002000);
  tables.page(0x2000, 0, 0x000E);
  expect_no_entry(walk(k64KSegments4KPages, 0x1000, 0), page_translation, 0x2000, false);
  tables.page(0x2000, 0, 0x0006);
  expect_no_entry(walk(k64KSegments2KPages, 0x1000, 0), page_translation, 0x2000, false);
}

// ---- Traces ----

TEST_F(DatTest, RecordingSetsTheReferenceBitsOfTheTables) {
  tables.segment(0x1000, 0, 0xF0002000);
  translate(*storage, {.cr0 = k64KSegments4KPages, .cr1 = 0x1000}, 0, WalkMode::record);
  EXPECT_EQ(storage->key(2), storage_key::kReference);
  EXPECT_EQ(storage->key(4), storage_key::kReference);
  EXPECT_EQ(storage->key(0), 0) << "the translated page itself is not accessed";
}

TEST_F(DatTest, LookingLeavesNoTrace) {
  tables.segment(0x1000, 0, 0xF0002000);
  walk(k64KSegments4KPages, 0x1000, 0);
  for (u32 block = 0; block < storage->blocks(); ++block) EXPECT_EQ(storage->key(block), 0);
}

TEST_F(DatTest, TablesAreNotKeyProtected) {
  storage->set_key(2, 0xF8);
  storage->set_key(4, 0xF8);
  tables.segment(0x1000, 0, 0xF0002000);
  EXPECT_EQ(walk(k64KSegments4KPages, 0x1000, 0).code, none);
}

// Both tables lie in the first 4 KB of real storage, which prefixing puts at absolute 5000.
TEST_F(DatTest, TablesAreAtRealAddresses) {
  tables.segment(0x5100, 0, 0xF0000200);
  tables.page(0x5200, 0, 0x0040);
  const Translation translation = walk(k64KSegments4KPages, 0x0100, 0x10, 0x5000);
  EXPECT_EQ(translation.code, none);
  EXPECT_EQ(translation.real, 0x4010u);
}

}  // namespace
}  // namespace replica
