#include "devices/dasd/compressed_file.h"

#include <algorithm>
#include <cstring>

#include "base/big_endian.h"
#include "base/check.h"

namespace replica {
namespace {

constexpr u32 kEntries = CompressedHeader::kEntriesPerTable;
constexpr u32 kTableSize = kEntries * Level2Entry::kSize;
constexpr u32 kDeferredTable = 0xFFFFFFFF;
// Shorter images are not worth the time.
constexpr size_t kTooShortToCompress = 512;

u64 level1_slot(u32 index) { return CompressedHeader::kLevel1Offset + u64{index} * 4; }

}  // namespace

CompressedFile::CompressedFile(ImageFile file, const Headers& headers, const Shape& shape)
    : file_(std::move(file)), headers_(headers), shape_(shape) {}

CompressedFile::~CompressedFile() {
  if (changing_) static_cast<void>(flush());  // whoever wants to know whether it worked has called it before
}

bool CompressedFile::shadow() const {
  return header().kind() == ImageKind::ckd_shadow || header().kind() == ImageKind::fba_shadow;
}

Level2Entry CompressedFile::entry(u32 number) const {
  const u32 index = number / kEntries;
  if (tables_[index]) return (*tables_[index])[number % kEntries];
  return level1_[index] == kDeferredTable ? Level2Entry::deferred() : Level2Entry::null(table_null_format());
}

Result<CompressedFile::Image> CompressedFile::read(u32 number) const {
  const Level2Entry found = entry(number);
  if (found.offset == Level2Entry::kDeferred) return Image{Image::State::deferred, 0, {}};
  if (found.offset == Level2Entry::kNull) return Image{Image::State::null, static_cast<u8>(found.length), {}};
  auto stored = read_raw(number);
  if (!stored) return tl::unexpected(stored.error());
  if ((*stored)[0] > static_cast<u8>(Compression::bzip2)) {
    return fail("{}: image {} at offset 0x{:X} has compression code {}, expected 0, 1 or 2", name(), number,
                found.offset, (*stored)[0]);
  }
  auto rest =
      decompress(static_cast<Compression>((*stored)[0]), std::span(*stored).subspan(kPrefix), shape_.largest - kPrefix);
  if (!rest) return fail("{}: image {} at offset 0x{:X}: {}", name(), number, found.offset, rest.error().message);
  stored->resize(kPrefix);
  (*stored)[0] = 0;
  stored->insert(stored->end(), rest->begin(), rest->end());
  return Image{Image::State::stored, 0, std::move(*stored)};
}

Result<std::vector<u8>> CompressedFile::read_raw(u32 number) const {
  const Level2Entry found = entry(number);
  CHECK(found.stored());
  std::vector<u8> stored(found.length);
  if (auto status = file_.read(found.offset, stored); !status) return tl::unexpected(status.error());
  const u32 identity = load_be32(&stored[1]);
  const u32 expected = shape_.identity(number, shape_.heads);
  if (identity != expected) {
    return fail("{}: image {} at offset 0x{:X} says that it is that of {:08X}, expected {:08X}", name(), number,
                found.offset, identity, expected);
  }
  return stored;
}

Status CompressedFile::write(u32 number, std::span<const u8> bytes) {
  CHECK(bytes.size() >= kPrefix && bytes.size() <= shape_.largest);
  const auto rest = bytes.subspan(kPrefix);
  auto method = static_cast<Compression>(headers_.compressed.compression());
  if (rest.size() < kTooShortToCompress) method = Compression::none;
  std::vector<u8> compressed = compress(method, headers_.compressed.level(), rest);
  if (compressed.size() >= rest.size()) {
    method = Compression::none;
    compressed.assign(rest.begin(), rest.end());
  }
  std::vector<u8> stored = {static_cast<u8>(method), bytes[1], bytes[2], bytes[3], bytes[4]};
  stored.insert(stored.end(), compressed.begin(), compressed.end());
  return write_raw(number, stored);
}

Status CompressedFile::write_raw(u32 number, std::span<const u8> stored) {
  CHECK(stored.size() >= kPrefix && stored.size() <= shape_.largest);
  if (auto status = make_table(number); !status) return status;
  const auto place = space_.allocate(static_cast<u32>(stored.size()));
  if (!place) return fail("{}: full: an image file cannot be longer than 4 GiB", name());
  if (auto status = file_.write(place->offset, stored); !status) {
    space_.release(*place);
    return status;
  }
  return set_entry(number, {place->offset, static_cast<u16>(stored.size()), static_cast<u16>(place->length)});
}

Status CompressedFile::write_null(u32 number, u8 format) {
  if (entry(number) == Level2Entry::null(format)) return {};
  if (auto status = make_table(number); !status) return status;
  return set_entry(number, Level2Entry::null(format));
}

Status CompressedFile::begin_changes() {
  if (changing_) return {};
  const u8 options = headers_.compressed.options() | CompressedHeader::kOpened | CompressedHeader::kOpenedForWriting;
  if (auto status = file_.write(CompressedHeader::kOptionsOffset, {&options, 1}); !status) return status;
  headers_.compressed.bytes[3] = options;
  changing_ = true;
  return {};
}

CompressedFile::Table CompressedFile::new_table(u32 index) const {
  Table table;
  table.fill(level1_[index] == kDeferredTable ? Level2Entry::deferred() : Level2Entry::null(table_null_format()));
  return table;
}

// After an error the space of the new image stays taken: what is in the file is then unknown.
Status CompressedFile::set_entry(u32 number, const Level2Entry& entry) {
  const u32 index = number / kEntries;
  const Level2Entry old = this->entry(number);
  std::array<u8, Level2Entry::kSize> bytes;
  entry.store(order(), bytes.data());
  const u64 offset = level1_[index] + u64{number % kEntries} * Level2Entry::kSize;
  if (auto status = file_.write(offset, bytes); !status) return status;
  (*tables_[index])[number % kEntries] = entry;
  if (old.stored()) space_.release({old.offset, old.size});
  return {};
}

Status CompressedFile::make_table(u32 number) {
  const u32 index = number / kEntries;
  if (auto status = begin_changes(); !status) return status;
  if (!tables_[index]) return move_table(index, new_table(index));
  if (level1_[index] % Level2Entry::kSize != 0) return move_table(index, *tables_[index]);
  return {};
}

// Writes a level 2 table to a new and aligned place.
Status CompressedFile::move_table(u32 index, const Table& table) {
  const auto place = space_.allocate_aligned(kTableSize);
  if (!place) return fail("{}: full: an image file cannot be longer than 4 GiB", name());
  std::vector<u8> bytes(kTableSize);
  for (u32 i = 0; i < kEntries; ++i) table[i].store(order(), &bytes[i * Level2Entry::kSize]);
  std::array<u8, 4> slot;
  store32(order(), slot.data(), place->offset);
  if (auto status = file_.write(place->offset, bytes); !status) return status;
  if (auto status = file_.write(level1_slot(index), slot); !status) return status;
  if (tables_[index]) space_.release({level1_[index], kTableSize});
  level1_[index] = place->offset;
  tables_[index] = std::make_unique<Table>(table);
  return {};
}

Status CompressedFile::flush() {
  if (!changing_) return {};
  const std::vector<Extent> extents = space_.free_extents();
  if (auto status = file_.resize(space_.end()); !status) return status;
  describe_space(extents);
  if (auto status = write_free_list(extents); !status) return status;
  headers_.compressed.bytes[3] &= static_cast<u8>(~(CompressedHeader::kOpened | CompressedHeader::kSpaceErrors));
  if (auto status = file_.write(CompressedHeader::kOffset, headers_.compressed.bytes); !status) return status;
  changing_ = false;
  return file_.sync();
}

bool CompressedFile::is_up_to_date() const {
  const CompressedHeader& header = headers_.compressed;
  const Usage usage = this->usage();
  return (header.options() & CompressedHeader::kOpened) == 0 && header.get(CompressedHeader::size) == usage.file_size &&
         header.get(CompressedHeader::free_count) == usage.free_extents &&
         header.get(CompressedHeader::used) + header.get(CompressedHeader::free_total) == usage.file_size;
}

Status CompressedFile::refresh() {
  if (auto status = begin_changes(); !status) return status;
  return flush();
}

Status CompressedFile::publish() {
  if (auto status = flush(); !status) return status;
  return file_.publish();
}

void CompressedFile::describe_space(const std::vector<Extent>& extents) {
  u32 gaps = 0;
  u32 largest = 0;
  for (const Extent& extent : extents) {
    gaps += extent.length;
    largest = std::max(largest, extent.length);
  }
  u32 imbedded = 0;  // in the places of images
  for (const auto& table : tables_) {
    if (!table) continue;
    for (const Level2Entry& entry : *table) {
      if (entry.stored()) imbedded += entry.size - entry.length;
    }
  }
  CompressedHeader& header = headers_.compressed;
  header.set_version();
  header.set(CompressedHeader::size, space_.end());
  header.set(CompressedHeader::used, space_.end() - gaps - imbedded);
  header.set(CompressedHeader::free_total, gaps + imbedded);
  header.set(CompressedHeader::free_largest, largest);
  header.set(CompressedHeader::free_count, static_cast<u32>(extents.size()));
  header.set(CompressedHeader::free_imbedded, imbedded);
}

// The list is "FREE_BLK" and the extents. It lies in the first free extent that can hold it, or behind the file's end.
Status CompressedFile::write_free_list(const std::vector<Extent>& extents) {
  if (extents.empty()) {
    headers_.compressed.set(CompressedHeader::free_offset, 0);
    return {};
  }
  std::vector<u8> list = {'F', 'R', 'E', 'E', '_', 'B', 'L', 'K'};
  for (const Extent& extent : extents) {
    list.resize(list.size() + 8);
    store32(order(), &list[list.size() - 8], extent.offset);
    store32(order(), &list[list.size() - 4], extent.length);
  }
  const auto room =
      std::find_if(extents.begin(), extents.end(), [&](const Extent& extent) { return extent.length >= list.size(); });
  const u32 offset = room == extents.end() ? space_.end() : room->offset;
  headers_.compressed.set(CompressedHeader::free_offset, offset);
  return file_.write(offset, list);
}

CompressedFile::Usage CompressedFile::usage() const {
  Usage usage{};
  for (const auto& table : tables_) {
    if (table)
      usage.stored += static_cast<u32>(std::count_if(table->begin(), table->end(), [](auto& e) { return e.stored(); }));
  }
  for (const Extent& extent : space_.free_extents()) {
    usage.free += extent.length;
    ++usage.free_extents;
  }
  usage.file_size = space_.end();
  usage.used = usage.file_size - usage.free;
  return usage;
}

}  // namespace replica
