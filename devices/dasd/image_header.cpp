#include "devices/dasd/image_header.h"

#include <algorithm>

#include "base/big_endian.h"

namespace replica {
namespace {

struct Mark {
  ImageKind kind;
  std::string_view text;
};

constexpr Mark kMarks[] = {
    {ImageKind::ckd_raw, "CKD_P370"},  {ImageKind::ckd_base, "CKD_C370"},   {ImageKind::ckd_shadow, "CKD_S370"},
    {ImageKind::fba_base, "FBA_C370"}, {ImageKind::fba_shadow, "FBA_S370"},
};

}  // namespace

u16 load16(ByteOrder order, const u8* p) {
  const u16 value = load_be16(p);
  return order == ByteOrder::big ? value : __builtin_bswap16(value);
}

u32 load32(ByteOrder order, const u8* p) {
  const u32 value = load_be32(p);
  return order == ByteOrder::big ? value : __builtin_bswap32(value);
}

void store16(ByteOrder order, u8* p, u16 value) {
  store_be16(p, order == ByteOrder::big ? value : __builtin_bswap16(value));
}

void store32(ByteOrder order, u8* p, u32 value) {
  store_be32(p, order == ByteOrder::big ? value : __builtin_bswap32(value));
}

std::string_view image_mark(ImageKind kind) {
  for (const Mark& mark : kMarks) {
    if (mark.kind == kind) return mark.text;
  }
  return {};
}

ImageKind ImageHeader::kind() const {
  for (const Mark& mark : kMarks) {
    if (std::equal(mark.text.begin(), mark.text.end(), bytes.begin())) return mark.kind;
  }
  return ImageKind::unknown;
}

ImageHeader ImageHeader::make(ImageKind kind, u32 heads, u32 track_size, u8 type_byte) {
  ImageHeader header;
  const std::string_view mark = image_mark(kind);
  std::copy(mark.begin(), mark.end(), header.bytes.begin());
  store32(ByteOrder::little, &header.bytes[8], heads);
  store32(ByteOrder::little, &header.bytes[12], track_size);
  header.bytes[16] = type_byte;
  return header;
}

void ImageHeader::set_part(u8 sequence, u32 high_cylinder) {
  bytes[17] = sequence;
  store16(ByteOrder::little, &bytes[18], static_cast<u16>(high_cylinder));
}

CompressedHeader CompressedHeader::make(u32 volume_size, u32 entries, u8 null_format, u8 compression) {
  CompressedHeader header;
  header.set_version();
  header.set(level1_entries, entries);
  header.set(level2_entries, kEntriesPerTable);
  store32(ByteOrder::little, &header.bytes[40], volume_size);
  header.bytes[44] = null_format;
  header.bytes[45] = compression;
  store16(ByteOrder::little, &header.bytes[46], 0xFFFF);  // the library's own level
  return header;
}

int CompressedHeader::level() const {
  const u16 level = load16(order(), &bytes[46]);
  return level >= 1 && level <= 9 ? level : -1;
}

void CompressedHeader::set_version() {
  bytes[0] = 0;
  bytes[1] = 3;
  bytes[2] = 1;
}

Level2Entry Level2Entry::load(ByteOrder order, const u8* p) {
  return {load32(order, p), load16(order, p + 4), load16(order, p + 6)};
}

void Level2Entry::store(ByteOrder order, u8* p) const {
  store32(order, p, offset);
  store16(order, p + 4, length);
  store16(order, p + 6, size);
}

}  // namespace replica
