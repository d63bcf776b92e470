// The headers of Hercules' DASD images (facts 6.16). Numbers are little-endian; in the second header of a compressed file
// they are in the order of the host that wrote it, which a bit tells.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "base/types.h"

namespace replica {

enum class ByteOrder : u8 { little, big };

u16 load16(ByteOrder order, const u8* p);
u32 load32(ByteOrder order, const u8* p);
void store16(ByteOrder order, u8* p, u16 value);
void store32(ByteOrder order, u8* p, u32 value);

// What the first eight bytes of a file say, in ASCII.
enum class ImageKind : u8 {
  unknown,
  ckd_raw,     // CKD_P370
  ckd_base,    // CKD_C370, compressed
  ckd_shadow,  // CKD_S370, compressed, of another file's tracks those that changed
  fba_base,    // FBA_C370
  fba_shadow,  // FBA_S370
};

inline constexpr u32 kImageHeaderSize = 512;

// The first 512 bytes.
struct ImageHeader {
  std::array<u8, kImageHeaderSize> bytes{};

  ImageKind kind() const;
  u32 heads() const { return load32(ByteOrder::little, &bytes[8]); }
  u32 track_size() const { return load32(ByteOrder::little, &bytes[12]); }
  u8 type_byte() const { return bytes[16]; }
  // 0 if the volume is one file, else 1, 2, ...
  u8 sequence() const { return bytes[17]; }
  // The last cylinder in this file; 0 in the last file of a sequence.
  u32 high_cylinder() const { return load16(ByteOrder::little, &bytes[18]); }

  static ImageHeader make(ImageKind kind, u32 heads, u32 track_size, u8 type_byte);
  void set_part(u8 sequence, u32 high_cylinder);
};

std::string_view image_mark(ImageKind kind);

// The second 512 bytes of a compressed file.
struct CompressedHeader {
  std::array<u8, kImageHeaderSize> bytes{};

  static constexpr u64 kOffset = 512;
  static constexpr u64 kOptionsOffset = kOffset + 3;
  static constexpr u64 kLevel1Offset = 1024;
  static constexpr u32 kEntriesPerTable = 256;

  enum Option : u8 {
    kBigEndian = 0x02,
    kSpaceErrors = 0x20,
    kOpenedForWriting = 0x40,  // by the last who opened it
    kOpened = 0x80,            // and did not close it
  };
  enum Field : u8 {
    level1_entries = 4,
    level2_entries = 8,
    size = 12,
    used = 16,
    free_offset = 20,
    free_total = 24,
    free_largest = 28,
    free_count = 32,
    free_imbedded = 36,
  };

  ByteOrder order() const { return (bytes[3] & kBigEndian) != 0 ? ByteOrder::big : ByteOrder::little; }
  u8 options() const { return bytes[3]; }
  u32 get(Field field) const { return load32(order(), &bytes[field]); }
  void set(Field field, u32 value) { store32(order(), &bytes[field], value); }
  // Cylinders, or blocks of an FBA volume.
  u32 volume_size() const { return load32(ByteOrder::little, &bytes[40]); }
  u8 null_format() const { return bytes[44]; }
  u8 compression() const { return bytes[45]; }
  // 1 (fast) to 9 (small); -1 (and what is neither) for the library's own choice.
  int level() const;

  // 0.3.1, the first in which the list of free space is a table.
  void set_version();

  static CompressedHeader make(u32 volume_size, u32 level1_entries, u8 null_format, u8 compression);
};

// An entry of a level 2 table: where the image of a track is.
struct Level2Entry {
  static constexpr u32 kSize = 8;
  static constexpr u32 kNull = 0;               // the track is a null track, `length` is its format
  static constexpr u32 kDeferred = 0xFFFFFFFF;  // the next older file knows

  u32 offset;
  u16 length;  // of the image
  u16 size;    // of its place, which can be a little larger

  bool stored() const { return offset != kNull && offset != kDeferred; }
  bool operator==(const Level2Entry&) const = default;

  static Level2Entry load(ByteOrder order, const u8* p);
  void store(ByteOrder order, u8* p) const;
  static Level2Entry null(u8 format) { return {kNull, format, format}; }
  static Level2Entry deferred() { return {kDeferred, 0xFFFF, 0xFFFF}; }
};

}  // namespace replica
