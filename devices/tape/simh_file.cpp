#include "devices/tape/simh_file.h"

namespace replica {
namespace {

constexpr u32 kTapeMark = 0;
constexpr u32 kGap = 0xFFFFFFFE;
constexpr u32 kEndOfMedium = 0xFFFFFFFF;
constexpr u32 kWord = 4;
constexpr u32 kClassGood = 0;
constexpr u32 kClassBad = 8;

u32 class_of(u32 word) { return word >> 28; }
u32 length_of(u32 word) { return word & 0x00FFFFFF; }

// Gaps before a record count as part of it. More than this many are not those of a tape.
constexpr u64 kMaximumGaps = u64{1} << 20;

}  // namespace

// Nothing: the file has no whole word there.
Result<std::optional<u32>> SimhFile::read_word(u64 offset) const {
  u8 bytes[kWord];
  const auto count = read_file(offset, bytes);
  if (!count) return tl::unexpected(count.error());
  if (*count < kWord) return std::nullopt;
  return u32{bytes[0]} | u32{bytes[1]} << 8 | u32{bytes[2]} << 16 | u32{bytes[3]} << 24;
}

// Where the gaps that begin at `offset` end.
Result<u64> SimhFile::skip_gaps(u64 offset) const {
  for (u64 gaps = 0; gaps < kMaximumGaps; ++gaps) {
    const auto word = read_word(offset);
    if (!word) return tl::unexpected(word.error());
    if (!*word || **word != kGap) return offset;
    offset += kWord;
  }
  return fail("{}: offset {}: found more than {} words of gap; expected a record", name(), offset, kMaximumGaps);
}

// How many bytes the record at `offset` takes, whose first word is `word`.
Result<u32> SimhFile::extent(u64 offset, u32 word) const {
  const u32 length = length_of(word);
  const u32 padded = length + (length & 1);
  const auto after = read_word(offset + kWord + padded);
  if (!after) return tl::unexpected(after.error());
  if (*after == word) return padded + 2 * kWord;
  if (padded != length) {
    const auto unpadded = read_word(offset + kWord + length);
    if (!unpadded) return tl::unexpected(unpadded.error());
    if (*unpadded == word) return length + 2 * kWord;
  }
  if (!*after) {
    return fail(
        "{}: offset {}: found a record of {} bytes that goes beyond the end of the file, {}; expected it within",
        name(), offset, length, size());
  }
  return fail("{}: offset {}: found {:08X} before and {:08X} behind a record; expected the same", name(), offset, word,
              **after);
}

Result<std::optional<TapeFile::Record>> SimhFile::scan_data(u64 offset, u32 word, std::vector<u8>* block) const {
  const u32 length = length_of(word);
  const bool good_class = class_of(word) == kClassGood || class_of(word) == kClassBad;
  if (!good_class || (word & 0x0F000000) != 0 || length == 0 || length > kMaximumTapeBlock) {
    return fail("{}: offset {}: found word {:08X}; expected a tape mark or the length of a block, 1 to {} bytes",
                name(), offset, word, kMaximumTapeBlock);
  }
  const auto bytes = extent(offset, word);
  if (!bytes) return tl::unexpected(bytes.error());
  Record record;
  record.bytes = *bytes;
  if (class_of(word) == kClassBad) {
    record.damage =
        Error{fmt::format("{}: offset {}: found a block that was read from its tape with an error; expected "
                          "a good one",
                          name(), offset)};
  }
  if (block) {
    block->resize(length);
    const auto count = read_file(offset + kWord, *block);
    if (!count) return tl::unexpected(count.error());
    if (*count < length) return fail("{}: offset {}: the file has become shorter", name(), offset);
  }
  return record;
}

Result<std::optional<TapeFile::Record>> SimhFile::scan(u64 offset, std::vector<u8>* block) {
  const auto begin = skip_gaps(offset);
  if (!begin) return tl::unexpected(begin.error());
  const auto word = read_word(*begin);
  if (!word) return tl::unexpected(word.error());
  if (!*word || **word == kEndOfMedium) return std::nullopt;
  const auto gaps = static_cast<u32>(*begin - offset);
  if (**word == kTapeMark) {
    Record mark;
    mark.bytes = gaps + kWord;
    mark.tape_mark = true;
    return mark;
  }
  auto record = scan_data(*begin, **word, block);
  if (record && *record) (*record)->bytes += gaps;
  return record;
}

Result<std::vector<u8>> SimhFile::encode_block(std::span<const u8>) {
  return fail("{}: images of SIMH are read only; expected AWS or HET", name());
}

Result<std::vector<u8>> SimhFile::encode_tape_mark() { return encode_block({}); }

}  // namespace replica
