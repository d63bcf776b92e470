// The CKD drives: how many cylinders, heads and bytes they have, and how much of a track a record takes. Manuals: GA26-3599
// (2311), GA26-3599 (2314), GA26-1589 (2305), GA26-1592 (3330), GA26-1619 (3340), GA26-1638 (3350), GA26-1664 (3380).
#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "base/types.h"

namespace replica {

// What a record costs beside its key and data: gaps, address mark, count, check bytes.
struct CkdOverhead {
  enum class Rule : u8 {
    plain,      // key + data + fixed, and `key` more if there is a key
    tolerance,  // as plain, but key + data grow by numerator / denominator in all records except the last
    cells,      // count and data, and the key if there is one, rounded up to 32 bytes each
  };
  Rule rule;
  u32 key;
  u32 fixed;
  u32 numerator = 1;
  u32 denominator = 1;
};

struct CkdGeometry {
  std::string_view name;  // "3330-11"
  u16 type;               // X'3330'
  u8 model;               // as SENSE ID gives it
  u32 cylinders;
  u32 alternates;  // cylinders that hold alternate tracks, behind `cylinders`
  u32 heads;
  u32 largest_r0;  // data bytes
  u32 largest_r1;
  u32 capacity;  // of a track behind R0, in the unit of record_space()
  u32 sectors;   // of rotational position sensing; 0 without
  CkdOverhead overhead;
  u16 control_unit;
  u8 control_unit_model;
  u32 sense_length;

  // Byte 16 of an image's header.
  u8 type_byte() const { return static_cast<u8>(type); }
  // The bytes a track takes in an image: home address, R0, one largest record and the end marker, rounded up to 512.
  u32 track_size() const;
  // What a record with this key and data takes of `capacity`, `last` being the one after which the track is empty.
  u32 record_space(u32 key_length, u32 data_length, bool last) const;
  // How many such records a track holds beside R0.
  u32 records_per_track(u32 key_length, u32 data_length) const;
  u32 all_cylinders() const { return cylinders + alternates; }
};

std::span<const CkdGeometry> ckd_geometries();

// By the name in a configuration, "3330" or "3330-11"; null if there is none.
const CkdGeometry* find_ckd_geometry(std::string_view name);

// By what the header of an image says. The smallest model that has this many cylinders is taken. The error names what
// was expected; the caller puts the file's name before it.
Result<const CkdGeometry*> ckd_geometry_of_image(u8 type_byte, u32 heads, u32 track_size, u32 cylinders);

}  // namespace replica
