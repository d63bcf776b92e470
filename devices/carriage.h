// The carriage of a line printer: where on the form the paper stands, at which lines the channels 1 to 12 of the carriage
// tape or forms control buffer (FCB) are, and which characters of a text file stand for its motion.
//
// Spacing is line feeds. A skip to a line further down is line feeds as well; to one further up, a form feed and the line
// feeds from line 1. A skip to the line where the paper stands moves nothing, unless the last line was printed without
// moving: then it is a whole form. That is Hercules 3.13 to the byte; among it, that line numbers grow beyond the end of the
// form until the next skip, and that a UCS buffer load counts as printing without moving.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/types.h"

namespace replica {

class Carriage {
 public:
  static constexpr u32 kMostLines = 256;  // as in Hercules; a 3211 has 180
  static constexpr u32 kChannels = 12;

  // 66 lines, 6 to the inch, with Hercules' own channels: 1:1 7:2 13:3 19:4 25:5 31:6 37:7 43:8 49:10 55:11 61:12 63:9.
  Carriage();

  // The carriage tape of the option fcb=. `text` is either the lines of the channels 1 to 12, or LINE:CHANNEL pairs; all
  // separated by commas.
  Status set_form(u32 lines, u32 lines_per_inch, std::optional<std::string_view> text);
  void set_index(u32 index) { index_ = index; }
  // LOAD FCB: an optional index byte (bit 0 or 1 on), then a byte for each line: its channel, and X'10' at the last line or,
  // at the first, for 8 lines to the inch. False, and nothing has changed, if a channel is above 12 or no line is the last.
  bool load_buffer(std::span<const u8> image);
  // What LOAD FCB would take: without the index byte, which is what READ FCB has, and with it.
  std::vector<u8> buffer() const;
  std::vector<u8> image() const;

  // Prepare motion; the characters for it are appended to `text`.
  void space(u32 lines, std::string& text);
  // False if the form has no line with that channel.
  bool skip(u32 channel, std::string& text);
  void hold() { held_ = true; }
  // New paper is in the printer, at line 1.
  void begin_form() {
    line_ = 1;
    held_ = false;
  }

  // The line on the form, from 1.
  u32 line() const { return static_cast<u32>((line_ - 1) % lines_) + 1; }
  u8 channel_at(u32 line) const { return channels_[line]; }
  u32 lines() const { return lines_; }
  u32 lines_per_inch() const { return lines_per_inch_; }
  // Printing begins at this position; 0 and 1 are the first.
  u32 index() const { return index_; }

 private:
  using Channels = std::array<u8, kMostLines + 1>;  // by line, from 1; 0 is no channel

  static Result<Channels> channels_in_order(std::string_view text, u32 lines);
  static Result<Channels> channels_by_line(std::string_view text, u32 lines);

  Channels channels_{};
  u32 lines_ = 66;
  u32 lines_per_inch_ = 6;
  u32 index_ = 0;
  u64 line_ = 1;       // since the last form feed
  bool held_ = false;  // printed without moving
};

}  // namespace replica
