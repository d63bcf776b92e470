// The tracks of a volume that several devices use at the same time, on one thread: the drive itself, and minidisks. It tells
// who remembers a track whether somebody else has written it since.
#pragma once

#include <memory>
#include <vector>

#include "devices/dasd/track_store.h"

namespace replica {

class SharedStore final : public TrackStore {
 public:
  explicit SharedStore(std::shared_ptr<TrackStore> store)
      : TrackStore(store->geometry(), store->cylinders()), store_(std::move(store)), versions_(tracks()) {}

  Result<Track> read(u32 track) override { return store_->read(track); }
  Status write(const Track& track) override {
    ++versions_[number(track.address())];
    return store_->write(track);
  }
  bool writable() const override { return store_->writable(); }
  u64 version(u32 track) const override { return versions_[track]; }
  Status flush() override { return store_->flush(); }
  std::string description() const override { return store_->description(); }

 private:
  std::shared_ptr<TrackStore> store_;
  std::vector<u64> versions_;  // how often each track was written
};

}  // namespace replica
