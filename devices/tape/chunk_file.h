// AWS and HET images: chunks of up to 65535 bytes behind headers of six.
//
//   bytes 0-1  length of the chunk, without the header; the low byte first
//         2-3  length of the chunk before, 0 at the load point; not relied on when read
//         4    X'80' begins a block, X'20' ends it, X'40' tape mark; X'01' zlib, X'02' bzip2 (HET)
//         5    X'80' zlib, as Bus-Tech writes it (read only)
//
// A block of AWS is one chunk, A0, with the data as they are. HET may compress the data of a block, as one piece, and may
// divide the result among chunks. What is read may be either, whatever the format that is written.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "devices/tape/tape_file.h"

namespace replica {

struct ChunkHeader {
  static constexpr u32 kSize = 6;
  static constexpr u8 kBegin = 0x80;
  static constexpr u8 kTapeMark = 0x40;
  static constexpr u8 kEnd = 0x20;
  static constexpr u8 kCompression = 0x03;
  static constexpr u8 kBusTech = 0x80;

  u16 length = 0;
  u16 previous = 0;
  u8 flags1 = 0;
  u8 flags2 = 0;

  bool has(u8 flag) const { return flags1 & flag; }
  // Some programs write a tape mark as an empty block.
  bool is_tape_mark() const { return length == 0 && (has(kTapeMark) || (has(kBegin) && has(kEnd))); }
  bool is_compressed() const { return has(kCompression) || (flags2 & kBusTech); }
  static ChunkHeader decode(const u8* bytes);
  void append_to(std::vector<u8>& bytes) const;
};

class ChunkFile final : public TapeFile {
 public:
  enum class Format : u8 { aws, het };

  ChunkFile(Image image, Format format, const TapeOptions& options)
      : TapeFile(std::move(image), options), format_(format) {}
  std::string_view format() const override { return format_ == Format::aws ? "AWS" : "HET"; }

 private:
  Result<std::optional<Record>> scan(u64 offset, std::vector<u8>* block) override;
  bool can_write() const override { return true; }
  Result<std::vector<u8>> encode_block(std::span<const u8> block) override;
  Result<std::vector<u8>> encode_tape_mark() override;

  Result<std::optional<ChunkHeader>> read_header(u64 offset) const;
  bool is_unfinished(u64 offset, const ChunkHeader& header) const;
  Status check_chunk(u64 offset, const ChunkHeader& header, const ChunkHeader& first, bool is_first, u64 total) const;
  Status read_data(u64 offset, u16 length, std::vector<u8>& block) const;
  Result<std::optional<Record>> scan_chunks(u64 offset, std::vector<u8>* block, ChunkHeader& first) const;
  Status expand_block(u64 offset, const ChunkHeader& first, std::vector<u8>& block) const;
  Result<u16> length_of_chunk_before();

  Format format_;
  // The length of the chunk that ends at an offset: of the record scanned or written last.
  struct {
    u64 end = 0;
    u16 length = 0;
  } last_chunk_;
};

}  // namespace replica
