// A raw CKD image: a header, then all tracks in order, each in a place of the same size. A large volume can be a sequence of
// files, name_1, name_2, ..., each of which begins with a header and holds whole cylinders. Tracks are written in place,
// secured by a journal (track_journal.h).
#pragma once

#include <vector>

#include "devices/dasd/image_file.h"
#include "devices/dasd/image_header.h"
#include "devices/dasd/track_journal.h"
#include "devices/dasd/track_store.h"

namespace replica {

class RawStore : public TrackStore {
 public:
  // `path` names the only file, or the first of the sequence.
  static Result<std::unique_ptr<TrackStore>> open(const std::filesystem::path& path, ImageFile::Access access);
  ~RawStore() override;

  Result<Track> read(u32 track) override;
  Status write(const Track& track) override;
  bool writable() const override;
  Status flush() override;
  std::string description() const override;

 private:
  struct Part {
    ImageFile file;
    TrackJournal journal;
    u32 first_track;
    u32 tracks;
    // A track whose write was cut off, if the file may only be read.
    std::optional<TrackJournal::Track> unfinished;
  };

  RawStore(const CkdGeometry& geometry, u32 cylinders, std::vector<Part> parts);

  static Result<Part> open_part(const std::filesystem::path& path, ImageFile::Access access, ImageHeader& header);
  static Status recover(Part& part);
  // The part that holds `track`, and where in it.
  std::pair<Part*, u64> locate(u32 track);

  std::vector<Part> parts_;
  bool changed_ = false;
};

}  // namespace replica
