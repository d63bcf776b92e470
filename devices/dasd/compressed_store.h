// The tracks of a volume that is one compressed file, or a base file and up to eight shadow files. A shadow file holds what
// changed since it was made; reads look from the newest file to the oldest, writes go to the newest.
#pragma once

#include <vector>

#include "devices/dasd/compressed_file.h"
#include "devices/dasd/track_store.h"

namespace replica {

// A base or shadow file of CKD tracks by itself; the headers tell the drive.
struct CompressedTracks {
  std::unique_ptr<CompressedFile> file;
  const CkdGeometry* geometry;
  u32 cylinders;
};
Result<CompressedTracks> open_compressed_tracks(ImageFile file);

// Puts what `from` has, compressed as it is, into `to`, a file of the same shape. What `from` defers is left alone.
Status copy_images(const CompressedFile& from, CompressedFile& to);

class CompressedStore : public TrackStore {
 public:
  static constexpr u32 kMostShadows = 8;

  static Result<std::unique_ptr<CompressedStore>> open(ImageFile base);
  // A volume whose tracks are all empty, in a new file; see publish().
  static Result<std::unique_ptr<CompressedStore>> create(ImageFile file, const CkdGeometry& geometry, u32 cylinders,
                                                         Compression compression);
  // Gives the new file its name.
  Status publish() { return files_.back()->publish(); }

  const CompressedFile& newest() const { return *files_.back(); }
  // Puts a file on top, which must be a shadow file of the same shape.
  Status add_shadow(ImageFile file);
  // Makes an empty shadow file and puts it on top.
  Status create_shadow(ImageFile file);

  Result<Track> read(u32 track) override;
  Status write(const Track& track) override;
  bool writable() const override { return newest().file().writable(); }
  Status flush() override;
  std::string description() const override;

 private:
  CompressedStore(const CkdGeometry& geometry, u32 cylinders) : TrackStore(geometry, cylinders) {}

  // What a file of this volume looks like.
  CompressedFile::Shape shape() const;

  std::vector<std::unique_ptr<CompressedFile>> files_;  // the base first
};

}  // namespace replica
