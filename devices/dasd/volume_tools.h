// What is done with CKD images outside of a machine: make, look at, check, copy, pack.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "devices/dasd/compression.h"
#include "devices/dasd/open_volume.h"

namespace replica {

// What a new image is like.
struct NewVolume {
  const CkdGeometry* geometry;
  u32 cylinders;
  bool raw = false;
  Compression compression = Compression::zlib;  // unless raw
};

// Makes an image whose tracks `track` gives, called once for each in ascending order. Until the image is complete its file has
// another name.
Status create_volume(const std::filesystem::path& path, const NewVolume& volume,
                     const std::function<Result<Track>(TrackAddress)>& track);

// Track 0 of a volume with this serial number of up to six characters, in EBCDIC: IPL records that load a disabled wait, and
// the volume label, which says that there is no VTOC yet.
Track label_track(std::span<const u8> serial);

struct VolumeSummary {
  std::string format;  // "CKD", "CCKD, zlib"
  const CkdGeometry* geometry;
  u32 cylinders;
  std::vector<u8> serial;  // six bytes of EBCDIC; empty if there is no volume label
  u64 file_size = 0;
  bool was_left_open = false;
  // Of compressed files.
  u32 stored_tracks = 0;
  u64 used = 0;
  u64 free = 0;
  u32 free_extents = 0;
};
Result<VolumeSummary> summarize_volume(const std::filesystem::path& path);

// Every table, every track. The messages tell what is wrong; none if all is well. Fails only if the file cannot be read.
Result<std::vector<std::string>> check_volume(const VolumeOptions& options);

// Rewrites one compressed file, base or shadow, so that it has no free space; gives the bytes saved.
Result<u64> compress_image(const std::filesystem::path& path);

}  // namespace replica
