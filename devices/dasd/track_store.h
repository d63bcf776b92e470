// Where the tracks of a CKD volume are kept, whatever the format of the file.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "devices/dasd/geometry.h"
#include "devices/dasd/track.h"

namespace replica {

// Used from one thread. Tracks are numbered cylinder by cylinder: cylinder * heads + head.
class TrackStore {
 public:
  TrackStore(const CkdGeometry& geometry, u32 cylinders) : geometry_(&geometry), cylinders_(cylinders) {}
  virtual ~TrackStore() = default;

  const CkdGeometry& geometry() const { return *geometry_; }
  // Of this volume; can be fewer than the drive has.
  u32 cylinders() const { return cylinders_; }
  u32 tracks() const { return cylinders_ * geometry_->heads; }
  TrackAddress address(u32 track) const { return {track / geometry_->heads, track % geometry_->heads}; }
  u32 number(TrackAddress address) const { return address.cylinder * geometry_->heads + address.head; }

  // Fails if the host cannot read, or if what the image holds is no track; the message names file and offset.
  virtual Result<Track> read(u32 track) = 0;
  // Kept when it returns, even if the process is killed then. `track` knows its address.
  virtual Status write(const Track& track) = 0;
  virtual bool writable() const = 0;
  // A number that is another one when the track may have been written since, for who remembers what read() gave. It is
  // always the same if only one device uses the store (shared_store.h is for several).
  virtual u64 version(u32 /*track*/) const { return 0; }
  // Leaves the files as a program that ends properly leaves them.
  virtual Status flush() { return {}; }
  // Files and format, for the operator.
  virtual std::string description() const = 0;

 private:
  const CkdGeometry* geometry_;
  u32 cylinders_;
};

}  // namespace replica
