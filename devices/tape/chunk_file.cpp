#include "devices/tape/chunk_file.h"

#include <algorithm>

#include "devices/dasd/compression.h"

namespace replica {
namespace {

// The most that one record takes in a file: the block, and a header for every chunk of the least size that is written.
constexpr u64 kMaximumRecord = kMaximumTapeBlock + ChunkHeader::kSize * (kMaximumTapeBlock / 4096 + 1);

// What the flags say about the data of a block. Error: what was found.
Result<Compression> method_of(const ChunkHeader& header) {
  const u8 method = header.flags1 & ChunkHeader::kCompression;
  const bool bus_tech = header.flags2 & ChunkHeader::kBusTech;
  if (method == 0 && !bus_tech) return Compression::none;
  if (method == ChunkHeader::kCompression || (method != 0 && bus_tech)) {
    return fail("flags {:02X}{:02X}, two methods of compression", header.flags1, header.flags2);
  }
  return method == 2 ? Compression::bzip2 : Compression::zlib;
}

}  // namespace

ChunkHeader ChunkHeader::decode(const u8* bytes) {
  return {.length = static_cast<u16>(bytes[0] | bytes[1] << 8),
          .previous = static_cast<u16>(bytes[2] | bytes[3] << 8),
          .flags1 = bytes[4],
          .flags2 = bytes[5]};
}

void ChunkHeader::append_to(std::vector<u8>& bytes) const {
  for (const int byte : {length & 0xFF, length >> 8, previous & 0xFF, previous >> 8}) {
    bytes.push_back(static_cast<u8>(byte));
  }
  bytes.push_back(flags1);
  bytes.push_back(flags2);
}

// Nothing: the file has no whole header there.
Result<std::optional<ChunkHeader>> ChunkFile::read_header(u64 offset) const {
  u8 bytes[ChunkHeader::kSize];
  const auto count = read_file(offset, bytes);
  if (!count) return tl::unexpected(count.error());
  if (*count < sizeof bytes) return std::nullopt;
  return ChunkHeader::decode(bytes);
}

// A header whose flags are zero is one that was not written to the end; see invariant 3 of TapeFile.
bool ChunkFile::is_unfinished(u64 offset, const ChunkHeader& header) const {
  return header.flags1 == 0 && header.flags2 == 0 && size() - offset <= kMaximumRecord;
}

Status ChunkFile::check_chunk(u64 offset, const ChunkHeader& header, const ChunkHeader& first, bool is_first,
                              u64 total) const {
  const auto found = [&](std::string_view what, std::string_view expected) {
    return fail("{}: offset {}: found {} (length {}, flags {:02X}{:02X}); expected {}", name(), offset, what,
                header.length, header.flags1, header.flags2, expected);
  };
  if (header.has(ChunkHeader::kTapeMark)) {
    return found(is_first ? "a tape mark with a length" : "a tape mark within a block",
                 is_first ? "length 0" : "the rest of the block");
  }
  if (is_first && !header.has(ChunkHeader::kBegin)) {
    return found("a header that begins no block", "flag X'80' or a tape mark");
  }
  if (!is_first && header.has(ChunkHeader::kBegin)) return found("another block", "the rest of the block before it");
  if (header.length == 0) return found("an empty piece of a block", "at least one byte");
  if (((header.flags1 ^ first.flags1) & ChunkHeader::kCompression) != 0 ||
      ((header.flags2 ^ first.flags2) & ChunkHeader::kBusTech) != 0) {
    return found("another compression than at the beginning of the block", "the same");
  }
  if (total > kMaximumTapeBlock) return found("a block that is too long", "at most 65535 bytes");
  if (const u64 rest = size() - offset - ChunkHeader::kSize; header.length > rest) {
    return found(fmt::format("{} bytes up to the end of the file", rest), "as many as the length says");
  }
  return {};
}

Status ChunkFile::read_data(u64 offset, u16 length, std::vector<u8>& block) const {
  block.resize(block.size() + length);
  const auto count = read_file(offset, std::span(block).last(length));
  if (!count) return tl::unexpected(count.error());
  if (*count < length) return fail("{}: offset {}: the file has become shorter", name(), offset);
  return {};
}

// The data of a block, as they are in the file, are appended to `block`; `first` becomes its first header.
Result<std::optional<TapeFile::Record>> ChunkFile::scan_chunks(u64 offset, std::vector<u8>* block,
                                                               ChunkHeader& first) const {
  Record record;
  u32 total = 0;
  for (;;) {
    const u64 here = offset + record.bytes;
    const bool is_first = record.bytes == 0;
    const auto header = read_header(here);
    if (!header) return tl::unexpected(header.error());
    if (is_first && (!*header || is_unfinished(offset, **header))) return std::nullopt;
    if (!*header) return fail("{}: offset {}: found the end of the file; expected the rest of a block", name(), here);
    const ChunkHeader& chunk = **header;
    if (is_first) first = chunk;
    record.bytes += ChunkHeader::kSize + chunk.length;
    record.last_chunk = chunk.length;
    record.tape_mark = is_first && chunk.is_tape_mark();
    if (record.tape_mark) return record;
    total += chunk.length;
    if (auto good = check_chunk(here, chunk, first, is_first, total); !good) return tl::unexpected(good.error());
    if (block) {
      if (auto read = read_data(here + ChunkHeader::kSize, chunk.length, *block); !read) {
        return tl::unexpected(read.error());
      }
    }
    if (chunk.has(ChunkHeader::kEnd)) return record;
  }
}

Status ChunkFile::expand_block(u64 offset, const ChunkHeader& first, std::vector<u8>& block) const {
  const auto method = method_of(first);
  auto expanded = method ? decompress(*method, block, kMaximumTapeBlock) : tl::unexpected(method.error());
  if (!expanded || expanded->empty()) {
    return fail("{}: offset {}: found {}; expected a compressed block of 1 to {} bytes", name(), offset,
                expanded ? "one of no bytes" : expanded.error().message, kMaximumTapeBlock);
  }
  block = std::move(*expanded);
  return {};
}

Result<std::optional<TapeFile::Record>> ChunkFile::scan(u64 offset, std::vector<u8>* block) {
  ChunkHeader first;
  auto record = scan_chunks(offset, block, first);
  if (!record || !*record) return record;
  last_chunk_ = {offset + (*record)->bytes, (*record)->last_chunk};
  if (block && !(*record)->tape_mark && first.is_compressed()) {
    if (auto expanded = expand_block(offset, first, *block); !expanded) (*record)->damage = expanded.error();
  }
  return record;
}

Result<u16> ChunkFile::length_of_chunk_before() {
  if (position().record == 0) return u16{0};
  const u64 offset = position().offset;
  if (last_chunk_.end != offset) {
    const auto scanned = scan(previous_offset(), nullptr);
    if (!scanned) return tl::unexpected(scanned.error());
  }
  return last_chunk_.end == offset ? last_chunk_.length : u16{0};
}

Result<std::vector<u8>> ChunkFile::encode_block(std::span<const u8> block) {
  auto previous = length_of_chunk_before();
  if (!previous) return tl::unexpected(previous.error());
  const TapeOptions& chosen = options();
  const bool is_het = format_ == Format::het;
  std::vector<u8> compressed;
  if (is_het && chosen.compress) compressed = compress(chosen.method, chosen.level, block);
  const bool is_shorter = !compressed.empty() && compressed.size() < block.size();
  const std::span<const u8> data = is_shorter ? compressed : block;
  const size_t chunk_size = is_het ? chosen.chunk_size : kMaximumTapeBlock;

  std::vector<u8> bytes;
  bytes.reserve(data.size() + ChunkHeader::kSize * (data.size() / chunk_size + 1));
  ChunkHeader header{.previous = *previous, .flags1 = ChunkHeader::kBegin};
  if (is_shorter) header.flags1 |= static_cast<u8>(chosen.method);
  for (size_t done = 0; done < data.size(); done += header.length) {
    header.length = static_cast<u16>(std::min(chunk_size, data.size() - done));
    if (done + header.length == data.size()) header.flags1 |= ChunkHeader::kEnd;
    header.append_to(bytes);
    bytes.insert(bytes.end(), data.begin() + done, data.begin() + done + header.length);
    header.previous = header.length;
    header.flags1 &= static_cast<u8>(~ChunkHeader::kBegin);
  }
  last_chunk_ = {position().offset + bytes.size(), header.length};
  return bytes;
}

Result<std::vector<u8>> ChunkFile::encode_tape_mark() {
  const auto previous = length_of_chunk_before();
  if (!previous) return tl::unexpected(previous.error());
  std::vector<u8> bytes;
  ChunkHeader{.previous = *previous, .flags1 = ChunkHeader::kTapeMark}.append_to(bytes);
  last_chunk_ = {position().offset + bytes.size(), 0};
  return bytes;
}

}  // namespace replica
