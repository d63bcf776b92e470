// What is done with images outside of a machine: make, look at, check, copy, pack. CKD and FBA alike.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "devices/dasd/compression.h"
#include "devices/dasd/open_volume.h"

namespace replica {

// How an image is kept.
struct ImageFormat {
  bool raw = false;
  Compression compression = Compression::zlib;  // unless raw
};

// What a new CKD image is like.
struct NewVolume {
  const CkdGeometry* geometry;
  u32 cylinders;
  ImageFormat format;
};

// Makes an image whose tracks `track` gives, called once for each in ascending order. Until the image is complete its file has
// another name.
Status create_volume(const std::filesystem::path& path, const NewVolume& volume,
                     const std::function<Result<Track>(TrackAddress)>& track);

// Track 0 of a volume with this serial number of up to six characters, in EBCDIC: IPL records that load a disabled wait, and
// the volume label, which says that there is no VTOC yet.
Track label_track(std::span<const u8> serial);

// The serial number that the volume label gives, six bytes of EBCDIC; empty if there is no label that can be read.
std::vector<u8> volume_serial(TrackStore& store);

struct ImageSummary {
  std::string format;  // "CKD", "CCKD, zlib"
  std::string drive;   // "3330"; "FBA" for those, whose images do not tell
  u32 cylinders = 0;   // of CKD
  u32 heads = 0;
  u32 blocks = 0;          // of FBA
  std::vector<u8> serial;  // six bytes of EBCDIC; empty if there is no volume label
  u64 file_size = 0;
  // Of compressed files.
  bool compressed = false;
  bool up_to_date = true;  // what the file says of its free space
  u32 stored = 0;          // tracks, or groups of blocks, that take space
  u64 used = 0;
  u64 free = 0;
  u32 free_extents = 0;
};
Result<ImageSummary> summarize_image(const std::filesystem::path& path);

// What is wrong with an image, every table and every track; nothing if all is well. Fails only if there is no such file.
Result<std::vector<std::string>> check_image(const VolumeOptions& options);

// Brings what a compressed file says of its free space up to date.
Status refresh_image(const VolumeOptions& options);

// Copies a volume, with its shadow files, to a new image. `cylinders` are those of the copy; 0 for all.
Status copy_image(const VolumeOptions& from, const std::filesystem::path& to, const ImageFormat& format, u32 cylinders);

// Rewrites one compressed file, base or shadow, so that it has no free space; gives the bytes saved.
Result<u64> compress_image(const std::filesystem::path& path);

}  // namespace replica
