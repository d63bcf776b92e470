// The tracks of a volume that is compressed files. The last few are kept as they are, since a guest comes back to them (a
// VTOC, a directory) and expanding takes longer than all else but compressing. A track that is written goes into the file as it
// is, so that it is there if the process is killed; it is compressed, and written again, when it is no longer kept.
#pragma once

#include "devices/dasd/image_stack.h"
#include "devices/dasd/track_store.h"

namespace replica {

// What the headers of a file of compressed tracks say; for ImageStack.
Result<CompressedFile::Shape> shape_of_tracks(const CompressedFile::Headers& headers);

class CompressedStore : public TrackStore {
 public:
  static Result<std::unique_ptr<CompressedStore>> open(const VolumeOptions& options);
  // A volume whose tracks are all empty, in a new file, which gets its name by files().publish().
  static Result<std::unique_ptr<CompressedStore>> create(ImageFile file, const CkdGeometry& geometry, u32 cylinders,
                                                         Compression compression);

  // Whoever asks may change the files.
  ImageStack& files();

  Result<Track> read(u32 track) override;
  Status write(const Track& track) override;
  bool writable() const override { return files_->writable(); }
  Status flush() override;
  std::string description() const override { return files_->description(); }

 private:
  CompressedStore(const CkdGeometry& geometry, u32 cylinders, std::unique_ptr<ImageStack> files)
      : TrackStore(geometry, cylinders), files_(std::move(files)) {}

  struct Kept {
    u32 number;
    u64 used;           // when, by clock_
    bool uncompressed;  // in the file
    Track track;
  };
  static constexpr size_t kMostKept = 32;

  // Whether a track goes into the file as it is and is compressed later.
  bool compresses_later() const;
  Result<Track> expand(u32 track);
  Kept* find_kept(u32 track);
  void keep(u32 number, const Track& track, bool uncompressed);
  Status compress(Kept& kept);

  std::unique_ptr<ImageStack> files_;
  std::vector<Kept> kept_;
  u64 clock_ = 0;
  bool is_new_ = false;  // and has no name yet: nothing is lost if the process is killed
};

}  // namespace replica
