// A track in storage: home address, R0 and the records behind it, as an image holds them (facts 6.15, Hercules):
//
//   home address   flag, cylinder (2), head (2)
//   record         cylinder (2), head (2), record number, key length, data length (2); then key, then data
//   ...            R0 comes first
//   end marker     X'FFFFFFFFFFFFFFFF' in the place of a count
//
// A Track has been parsed: all that its records say of lengths lies within its bytes.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "base/types.h"

namespace replica {

struct TrackAddress {
  u32 cylinder;
  u32 head;
  bool operator==(const TrackAddress&) const = default;
};

// The eight bytes before a record's key and data.
struct CountField {
  static constexpr u32 kSize = 8;
  // In the first byte: the record goes on, on the next track (track overflow).
  static constexpr u8 kOverflow = 0x80;

  u8 bytes[kSize];

  u8 record() const { return bytes[4]; }
  u32 key_length() const { return bytes[5]; }
  u32 data_length() const { return static_cast<u32>(bytes[6]) << 8 | bytes[7]; }
  u32 record_length() const { return kSize + key_length() + data_length(); }
  bool is_end_marker() const;
  bool overflows() const { return bytes[0] != 0xFF && (bytes[0] & kOverflow) != 0; }
};

CountField make_count(TrackAddress address, u8 record, u32 key_length, u32 data_length);

// What an image says of a track that it has no bytes for.
enum class NullFormat : u8 {
  end_of_file = 0,  // R0 and an end-of-file record R1
  empty = 1,        // R0
  blank_pages = 2,  // R0 and twelve records of 4096 zeros
};

class Track {
 public:
  static constexpr u32 kHomeAddressSize = 5;
  static constexpr u32 kFirstRecord = kHomeAddressSize;

  // `bytes` may go on behind the end marker; what is there is dropped. An error says what is wrong at which offset.
  static Result<Track> parse(std::vector<u8> bytes, TrackAddress address);
  // A track with R0 alone.
  explicit Track(TrackAddress address);
  static Track null(TrackAddress address, NullFormat format);
  // The format of which this track is an instance.
  std::optional<NullFormat> null_format() const;

  TrackAddress address() const;
  // Becomes the same track of another cylinder: its home address, and R0 if that names either of the two cylinders, which
  // are exchanged there. Doing it again with the old number gives back what was.
  void set_cylinder(u32 cylinder);
  std::span<const u8> home_address() const { return std::span(bytes_).first(kHomeAddressSize); }
  // With R0.
  u32 record_count() const { return static_cast<u32>(offsets_.size()); }
  CountField count(u32 index) const;
  // Count, key and data.
  std::span<const u8> record(u32 index) const;
  std::span<const u8> key(u32 index) const;
  std::span<const u8> data(u32 index) const;
  // From the home address to the end marker, both included.
  std::span<const u8> bytes() const { return bytes_; }

  void set_key(u32 index, std::span<const u8> key);
  // Zeros follow if `data` is shorter than the field.
  void set_data(u32 index, std::span<const u8> data);
  // Keeps the first `records` records and puts the end marker behind them.
  void truncate(u32 records);
  void append(const CountField& count, std::span<const u8> key_and_data);

 private:
  Track() = default;
  u32 end() const { return static_cast<u32>(bytes_.size()) - CountField::kSize; }

  std::vector<u8> bytes_;
  std::vector<u32> offsets_;  // of the counts
};

}  // namespace replica
