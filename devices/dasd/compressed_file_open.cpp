// How a compressed file is opened: every table is read and checked before anything is believed.
#include <algorithm>

#include "devices/dasd/compressed_file.h"

namespace replica {
namespace {

constexpr u32 kEntries = CompressedHeader::kEntriesPerTable;
constexpr u32 kTableSize = kEntries * Level2Entry::kSize;
constexpr u32 kNoTable = 0;
constexpr u32 kDeferredTable = 0xFFFFFFFF;
constexpr u32 kLargestNullFormat = 2;

u32 tables_for(u32 images) { return (images + kEntries - 1) / kEntries; }

}  // namespace

Result<CompressedFile::Headers> CompressedFile::read_headers(const ImageFile& file) {
  Headers headers;
  if (auto status = file.read(0, headers.image.bytes); !status) return tl::unexpected(status.error());
  const ImageKind kind = headers.image.kind();
  if (kind == ImageKind::unknown || kind == ImageKind::ckd_raw) {
    return fail("{}: offset 0 has no mark of a compressed image, such as {}", file.path().string(),
                image_mark(ImageKind::ckd_base));
  }
  if (auto status = file.read(CompressedHeader::kOffset, headers.compressed.bytes); !status) {
    return tl::unexpected(status.error());
  }
  return headers;
}

Result<std::unique_ptr<CompressedFile>> CompressedFile::open(ImageFile file, const Headers& headers,
                                                             const Shape& shape) {
  std::unique_ptr<CompressedFile> opened(new CompressedFile(std::move(file), headers, shape));
  if (auto status = opened->check_headers(); !status) return tl::unexpected(status.error());
  if (auto status = opened->load_tables(); !status) return tl::unexpected(status.error());
  if (auto status = opened->map_space(); !status) return tl::unexpected(status.error());
  return opened;
}

Result<std::unique_ptr<CompressedFile>> CompressedFile::create(ImageFile file, const Headers& headers,
                                                               const Shape& shape) {
  std::unique_ptr<CompressedFile> created(new CompressedFile(std::move(file), headers, shape));
  // An even number, so that level 2 tables behind them are aligned.
  const u32 tables = (tables_for(shape.images) + 1) / 2 * 2;
  CompressedHeader& header = created->headers_.compressed;
  header.set(CompressedHeader::level1_entries, tables);
  created->level1_.assign(tables, created->shadow() ? kDeferredTable : kNoTable);
  created->tables_.resize(tables);
  if (auto status = created->map_space(); !status) return tl::unexpected(status.error());
  created->describe_space({});
  header.set(CompressedHeader::free_offset, 0);

  std::vector<u8> bytes(headers.image.bytes.begin(), headers.image.bytes.end());
  bytes.insert(bytes.end(), header.bytes.begin(), header.bytes.end());
  bytes.insert(bytes.end(), size_t{tables} * 4, created->shadow() ? u8{0xFF} : u8{0});
  if (auto status = created->file_.write(0, bytes); !status) return tl::unexpected(status.error());
  return created;
}

Status CompressedFile::check_headers() const {
  const CompressedHeader& header = headers_.compressed;
  const u32 per_table = header.get(CompressedHeader::level2_entries);
  if (per_table != kEntries) {
    return fail("{}: offset 0x{:X}: {} entries in a level 2 table, expected {}", name(),
                CompressedHeader::kOffset + CompressedHeader::level2_entries, per_table, kEntries);
  }
  // Hercules has made files with one more than needed.
  const u32 tables = header.get(CompressedHeader::level1_entries);
  const u32 expected = tables_for(shape_.images);
  if (tables != expected && tables != expected + 1) {
    return fail("{}: offset 0x{:X}: {} entries in the level 1 table, expected {}", name(),
                CompressedHeader::kOffset + CompressedHeader::level1_entries, tables, expected);
  }
  if (header.null_format() > kLargestNullFormat) {
    return fail("{}: offset 0x{:X}: null format {}, expected 0, 1 or 2", name(), CompressedHeader::kOffset + 44,
                header.null_format());
  }
  if (header.compression() > static_cast<u8>(Compression::bzip2)) {
    return fail("{}: offset 0x{:X}: compression {}, expected 0, 1 or 2", name(), CompressedHeader::kOffset + 45,
                header.compression());
  }
  return {};
}

Status CompressedFile::load_tables() {
  if (auto size = file_.size(); size) {
    size_ = *size;
  } else {
    return tl::unexpected(size.error());
  }
  if (auto status = load_level1(); !status) return status;
  tables_.resize(level1_.size());
  for (u32 index = 0; index < level1_.size(); ++index) {
    if (level1_[index] == kNoTable || (level1_[index] == kDeferredTable && shadow())) continue;
    if (auto status = load_table(index); !status) return status;
  }
  return {};
}

Status CompressedFile::load_level1() {
  level1_.resize(headers_.compressed.get(CompressedHeader::level1_entries));
  std::vector<u8> bytes(level1_.size() * 4);
  if (auto status = file_.read(CompressedHeader::kLevel1Offset, bytes); !status) return status;
  for (u32 index = 0; index < level1_.size(); ++index) level1_[index] = load32(order(), &bytes[size_t{index} * 4]);
  return {};
}

Status CompressedFile::load_table(u32 index) {
  const u64 offset = level1_[index];
  const u64 first = CompressedHeader::kLevel1Offset + level1_.size() * 4;
  if (offset < first || offset + kTableSize > size_) {
    return fail("{}: offset 0x{:X}: level 2 table {} is said to be at 0x{:X}, expected 0x{:X} to 0x{:X}", name(),
                CompressedHeader::kLevel1Offset + u64{index} * 4, index, offset, first,
                size_ < kTableSize ? 0 : size_ - kTableSize);
  }
  std::vector<u8> bytes(kTableSize);
  if (auto status = file_.read(offset, bytes); !status) return status;
  auto table = std::make_unique<Table>();
  for (u32 i = 0; i < kEntries; ++i) {
    (*table)[i] = Level2Entry::load(order(), &bytes[size_t{i} * Level2Entry::kSize]);
    if (auto status = check_entry(index * kEntries + i, (*table)[i]); !status) return status;
  }
  tables_[index] = std::move(table);
  return {};
}

Status CompressedFile::check_entry(u32 number, const Level2Entry& entry) const {
  const u64 place = level1_[number / kEntries] + u64{number % kEntries} * Level2Entry::kSize;
  if (entry.offset == Level2Entry::kDeferred) {
    if (shadow()) return {};
    return fail("{}: offset 0x{:X}: image {} is left to an older file, but this is no shadow file", name(), place,
                number);
  }
  if (entry.offset == Level2Entry::kNull) {
    if (entry.length <= kLargestNullFormat) return {};
    return fail("{}: offset 0x{:X}: image {} has null format {}, expected 0, 1 or 2", name(), place, number,
                entry.length);
  }
  if (number >= shape_.images) {
    return fail("{}: offset 0x{:X}: image {} of {}", name(), place, number, shape_.images);
  }
  const u64 first = CompressedHeader::kLevel1Offset + level1_.size() * 4;
  if (entry.offset < first || u64{entry.offset} + entry.size > size_) {
    return fail(
        "{}: offset 0x{:X}: image {} is said to be at 0x{:X}, length {}; expected to be within 0x{:X} and 0x{:X}",
        name(), place, number, entry.offset, entry.size, first, size_);
  }
  if (entry.length < kPrefix || entry.length > entry.size || entry.length > shape_.largest) {
    return fail("{}: offset 0x{:X}: image {} has length {} in a place of {}, expected {} to {}", name(), place, number,
                entry.length, entry.size, kPrefix, std::min<u32>(entry.size, shape_.largest));
  }
  return {};
}

Status CompressedFile::map_space() {
  std::vector<SpaceMap::Used> used;
  const u32 tables_begin = CompressedHeader::kLevel1Offset;
  used.push_back({{0, tables_begin}, "the header"});
  used.push_back({{tables_begin, static_cast<u32>(level1_.size() * 4)}, "the level 1 table"});
  for (u32 index = 0; index < tables_.size(); ++index) {
    if (!tables_[index]) continue;
    used.push_back({{level1_[index], kTableSize}, fmt::format("level 2 table {}", index)});
    for (u32 i = 0; i < kEntries; ++i) {
      const Level2Entry& entry = (*tables_[index])[i];
      if (entry.stored()) used.push_back({{entry.offset, entry.size}, fmt::format("image {}", index * kEntries + i)});
    }
  }
  auto map = SpaceMap::from_used(std::move(used));
  if (!map) return fail("{}: {}", name(), map.error().message);
  space_ = std::move(*map);
  return {};
}

}  // namespace replica
