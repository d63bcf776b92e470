// Images of SIMH (.tap), read only.
//
//   A record is a word of four bytes, the low byte first, the data, one byte more if their number is odd, and the word again:
//   bits 0-3 class (0 good, 8 the data were read with an error), 8-31 length. Words that stand alone: 00000000 tape mark,
//   FFFFFFFE gap, FFFFFFFF end of medium. "SIMH Magtape Representation and Handling".
//   Some programs leave out the odd byte; such records are read as well.
#pragma once

#include <optional>
#include <vector>

#include "devices/tape/tape_file.h"

namespace replica {

class SimhFile final : public TapeFile {
 public:
  SimhFile(Image image, const TapeOptions& options) : TapeFile(std::move(image), options) {}
  std::string_view format() const override { return "SIMH"; }

 private:
  Result<std::optional<Record>> scan(u64 offset, std::vector<u8>* block) override;
  bool can_write() const override { return false; }
  Result<std::vector<u8>> encode_block(std::span<const u8> block) override;
  Result<std::vector<u8>> encode_tape_mark() override;

  Result<std::optional<u32>> read_word(u64 offset) const;
  Result<u64> skip_gaps(u64 offset) const;
  Result<std::optional<Record>> scan_data(u64 offset, u32 word, std::vector<u8>* block) const;
  Result<u32> extent(u64 offset, u32 word) const;
};

}  // namespace replica
