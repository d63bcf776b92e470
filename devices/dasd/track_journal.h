// Makes the write of a track in place all or nothing.
//
// A raw image has one place for each track. The host writes it page by page, and a process that is killed in the midst
// leaves some pages of the old track and some of the new. So the new track goes to a file of its own first, IMAGE.journal,
// together with a sum of each sector of the old track. Whoever opens the image next and finds a mixture of the two puts
// the new track there. If the place holds anything else, the write has not begun or was completed, or the image is not as
// it was left, and the journal is void. flush() removes it: it is there only while the image is in use, or after a crash.
#pragma once

#include <optional>
#include <vector>

#include "devices/dasd/image_file.h"

namespace replica {

class TrackJournal {
 public:
  struct Track {
    u64 offset;
    std::vector<u8> bytes;
  };

  explicit TrackJournal(const std::filesystem::path& image);

  // The track that must be written to `image`, if a write was cut off.
  Result<std::optional<Track>> unfinished(const ImageFile& image) const;
  // Before `next` replaces what the image has at `offset`.
  Status note(const ImageFile& image, u64 offset, std::span<const u8> next);
  // When the image is complete, and the host's disk has it.
  Status remove();

 private:
  std::filesystem::path path_;
  std::optional<ImageFile> file_;
};

}  // namespace replica
