// A minidisk's tracks: cylinders of a real volume, numbered from 0. A drive over them finds no others: whatever a command
// asks for, it is a track of the extent or an error. docs/decisions/0011 tells what is renumbered.
//
//   home address, R0   name the virtual cylinder here, and the real one on the volume
//   all other records  are as the guest wrote them, so that their counts name virtual cylinders
#pragma once

#include <memory>
#include <optional>

#include "devices/dasd/track_store.h"

namespace replica::vmm {

struct Extent {
  u32 first = 0;  // cylinder
  u32 cylinders = 0;

  u32 end() const { return first + cylinders; }
  bool overlaps(const Extent& other) const { return first < other.end() && other.first < end(); }
  bool operator==(const Extent&) const = default;
};

class ExtentStore final : public TrackStore {
 public:
  // The extent lies within the volume.
  ExtentStore(std::shared_ptr<TrackStore> volume, Extent extent);

  Result<Track> read(u32 track) override;
  Status write(const Track& track) override;
  bool writable() const override { return volume_->writable(); }
  u64 version(u32 track) const override { return volume_->version(real(track)); }
  Status flush() override { return volume_->flush(); }
  std::string description() const override;

 private:
  u32 real(u32 track) const;

  std::shared_ptr<TrackStore> volume_;
  Extent extent_;
  std::optional<Track> moved_;  // that was written last; kept for its memory
};

}  // namespace replica::vmm
