// The compressed files of one volume: a base file and up to eight shadow files on it. A shadow file holds what changed since it
// was made: reads look from the newest file to the oldest, writes go to the newest. All others are only read.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "devices/dasd/compressed_file.h"

namespace replica {

struct VolumeOptions {
  std::filesystem::path file;
  // Template of the shadow files' names; empty for none. The character before the last period of the name, or the last
  // character if there is no period, stands for the number of the file: "shadow/pack_*.cckd", "shadow/pack_1.cckd".
  std::filesystem::path shadow;
  bool read_only = false;
};

// The shadow file with this number, 1 to 8.
std::filesystem::path shadow_name(const std::filesystem::path& pattern, u32 number);

// How a file is opened: for writing only if the host permits it.
ImageFile::Access possible_access(const std::filesystem::path& path, bool read_only);

// Puts what `from` has, compressed as it is, into `to`, a file of the same shape. What `from` defers is left alone.
Status copy_images(const CompressedFile& from, CompressedFile& to);

// A copy of a file without free space, which takes the place of the old one.
Result<std::unique_ptr<CompressedFile>> pack(const CompressedFile& old);

class ImageStack {
 public:
  static constexpr u32 kMostShadows = 8;

  // What the headers of a file say of its images; fails if they are not those of the kind of volume that is wanted.
  using ShapeOf = Result<CompressedFile::Shape> (*)(const CompressedFile::Headers&);
  static Result<std::unique_ptr<CompressedFile>> open_file(ImageFile file, ShapeOf shape_of);

  // All files there are. If the newest can only be read and there is a template, a shadow file is made.
  static Result<std::unique_ptr<ImageStack>> open(const VolumeOptions& options, ShapeOf shape_of);
  // Of a new base alone.
  explicit ImageStack(std::unique_ptr<CompressedFile> base);

  const CompressedFile& base() const { return *files_.front(); }
  const CompressedFile& newest() const { return *files_.back(); }
  u32 shadows() const { return static_cast<u32>(files_.size()) - 1; }
  bool writable() const { return newest().file().writable(); }

  // Of the newest file that does not defer.
  Result<CompressedFile::Image> read(u32 number) const;
  // For messages: the file that read() takes the image from, and where it is.
  std::string place(u32 number) const;
  Status write(u32 number, std::span<const u8> bytes) { return files_.back()->write(number, bytes); }
  // Uncompressed, for the time being.
  Status write_raw(u32 number, std::span<const u8> bytes) { return files_.back()->write_raw(number, bytes); }
  Status write_null(u32 number, u8 format) { return files_.back()->write_null(number, format); }
  Status flush() { return files_.back()->flush(); }
  Status publish() { return files_.back()->publish(); }
  Status refresh() { return files_.back()->refresh(); }
  std::string description() const;

  // What the operator can do with shadow files: sf+, sf-, sfc, sfd.
  Status add_shadow();
  enum class Removal : u8 { merge, force_merge, discard };
  // Merges what changed into the file below, or forgets it. A base that was opened read-only takes part in a merge only
  // by force.
  Status remove_shadow(Removal removal);
  // Gives the bytes saved in the newest file.
  Result<u64> pack_newest();
  // One line for each file.
  std::vector<std::string> report() const;

 private:
  ImageStack() = default;

  Status open_shadow(const std::filesystem::path& path, ImageFile::Access access, ShapeOf shape_of);
  Status create_shadow();
  Status merge_down();

  VolumeOptions options_;
  std::vector<std::unique_ptr<CompressedFile>> files_;  // the base first
};

}  // namespace replica
