#include "vmm/minidisk/extent_store.h"

#include "base/check.h"

namespace replica::vmm {

ExtentStore::ExtentStore(std::shared_ptr<TrackStore> volume, Extent extent)
    : TrackStore(volume->geometry(), extent.cylinders), volume_(std::move(volume)), extent_(extent) {
  CHECK(extent.cylinders > 0 && extent.end() <= volume_->cylinders());
}

u32 ExtentStore::real(u32 track) const {
  CHECK(track < tracks());
  return track + extent_.first * geometry().heads;
}

Result<Track> ExtentStore::read(u32 track) {
  auto read = volume_->read(real(track));
  if (read) read->set_cylinder(address(track).cylinder);
  return read;
}

Status ExtentStore::write(const Track& track) {
  CHECK(track.address().cylinder < cylinders() && track.address().head < geometry().heads);
  if (extent_.first == 0) return volume_->write(track);
  moved_ = track;
  moved_->set_cylinder(track.address().cylinder + extent_.first);
  return volume_->write(*moved_);
}

std::string ExtentStore::description() const {
  return fmt::format("cylinders {} to {} of {}", extent_.first, extent_.end() - 1, volume_->description());
}

}  // namespace replica::vmm
