#include "devices/dasd/geometry.h"

#include <algorithm>

namespace replica {
namespace {

using Rule = CkdOverhead::Rule;

// clang-format off
constexpr CkdGeometry kGeometries[] = {
    // name     type    model  cyls alt heads    R0     R1  track  sectors  overhead                             control unit    sense
    {"2305-1",  0x2305, 0x00,    48,  0,   8, 14568, 14136, 14568,  90, {Rule::plain,     202, 432},             0x2835, 0x00,  6},
    {"2305-2",  0x2305, 0x02,    96,  0,   8, 14858, 14660, 14858,  90, {Rule::plain,      91, 198},             0x2835, 0x00,  6},
    {"2311",    0x2311, 0x00,   200,  3,  10,     0,  3625,  3625,   0, {Rule::tolerance,  20,  61,  537,  512}, 0x2841, 0x00,  6},
    {"2314",    0x2314, 0x00,   200,  3,  20,     0,  7294,  7294,   0, {Rule::tolerance,  45, 101, 2137, 2048}, 0x2314, 0x00,  6},
    {"3330",    0x3330, 0x01,   404,  7,  19, 13165, 13030, 13165, 128, {Rule::plain,      56, 135},             0x3830, 0x02, 24},
    {"3330-11", 0x3330, 0x11,   808,  7,  19, 13165, 13030, 13165, 128, {Rule::plain,      56, 135},             0x3830, 0x02, 24},
    {"3340",    0x3340, 0x01,   348,  1,  12,  8535,  8368,  8535,  64, {Rule::plain,      75, 167},             0x3830, 0x02, 24},
    {"3340-70", 0x3340, 0x02,   696,  2,  12,  8535,  8368,  8535,  64, {Rule::plain,      75, 167},             0x3830, 0x02, 24},
    {"3350",    0x3350, 0x00,   555,  5,  30, 19254, 19069, 19254, 128, {Rule::plain,      82, 185},             0x3830, 0x02, 24},
    {"3375",    0x3375, 0x02,   959,  3,  12, 36000, 35616, 36000, 196, {Rule::cells,     160, 384},             0x3880, 0x05, 24},
    {"3380",    0x3380, 0x02,   885,  1,  15, 47988, 47476, 47968, 222, {Rule::cells,     236, 492},             0x3880, 0x05, 24},
    {"3380-E",  0x3380, 0x0A,  1770,  2,  15, 47988, 47476, 47968, 222, {Rule::cells,     236, 492},             0x3880, 0x05, 24},
    {"3380-K",  0x3380, 0x1E,  2655,  3,  15, 47988, 47476, 47968, 222, {Rule::cells,     236, 492},             0x3880, 0x05, 24},
};

// Other names for the same drives.
constexpr struct { std::string_view alias, name; } kAliases[] = {
    {"2305",   "2305-1"},  {"2311-1",  "2311"}, {"2314-1", "2314"}, {"3330-1", "3330"},    {"3330-2", "3330-11"},
    {"3340-1", "3340"},    {"3340-35", "3340"}, {"3350-1", "3350"}, {"3340-2", "3340-70"}, {"3375-1", "3375"},
    {"3380-1", "3380"},    {"3380-A",  "3380"}, {"3380-B", "3380"}, {"3380-2", "3380-E"},  {"3380-3", "3380-K"},
};
// clang-format on

constexpr u32 round_up(u32 value, u32 unit) { return (value + unit - 1) / unit * unit; }

}  // namespace

u32 CkdGeometry::track_size() const {
  constexpr u32 kHomeAddress = 5;
  constexpr u32 kCount = 8;
  constexpr u32 kR0Data = 8;
  return round_up(kHomeAddress + kCount + kR0Data + kCount + largest_r1 + kCount, 512);
}

u32 CkdGeometry::record_space(u32 key_length, u32 data_length, bool last) const {
  const u32 key_extra = key_length > 0 ? overhead.key : 0;
  switch (overhead.rule) {
    case Rule::plain: return key_length + data_length + key_extra + overhead.fixed;
    case Rule::tolerance:
      if (last) return key_length + data_length + key_extra;
      return (key_length + data_length) * overhead.numerator / overhead.denominator + key_extra + overhead.fixed;
    case Rule::cells: break;
  }
  return round_up(data_length + overhead.fixed, 32) + (key_length > 0 ? round_up(key_length + overhead.key, 32) : 0);
}

u32 CkdGeometry::records_per_track(u32 key_length, u32 data_length) const {
  const u32 last = record_space(key_length, data_length, true);
  const u32 other = record_space(key_length, data_length, false);
  return last > capacity ? 0 : (capacity - last) / other + 1;
}

std::span<const CkdGeometry> ckd_geometries() { return kGeometries; }

const CkdGeometry* find_ckd_geometry(std::string_view name) {
  for (const auto& other : kAliases) {
    if (other.alias == name) name = other.name;
  }
  const auto* found = std::find_if(std::begin(kGeometries), std::end(kGeometries),
                                   [&](const CkdGeometry& geometry) { return geometry.name == name; });
  return found == std::end(kGeometries) ? nullptr : found;
}

Result<const CkdGeometry*> ckd_geometry_of_image(u8 type_byte, u32 heads, u32 track_size, u32 cylinders) {
  const CkdGeometry* largest = nullptr;
  for (const CkdGeometry& geometry : kGeometries) {
    if (geometry.type_byte() != type_byte || geometry.track_size() != track_size) continue;
    if (geometry.heads == heads && cylinders >= 1 && cylinders <= geometry.all_cylinders()) return &geometry;
    largest = &geometry;
  }
  if (!largest)
    return fail("device type X'{:02X}' with {} bytes a track is no drive that is known", type_byte, track_size);
  return fail("{} heads and {} cylinders; a {:04X} has {} heads and 1 to {} cylinders", heads, cylinders, largest->type,
              largest->heads, largest->all_cylinders());
}

}  // namespace replica
