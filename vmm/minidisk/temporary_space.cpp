#include "vmm/minidisk/temporary_space.h"

#include <algorithm>

namespace replica::vmm {

std::optional<Extent> find_free_piece(const DiskLinks& links, u16 real_address, const Extent& space, u32 cylinders) {
  auto taken = links.on(real_address, space);
  std::ranges::sort(taken, {}, [](const DiskLink* link) { return link->extent.first; });
  u32 first = space.first;
  for (const DiskLink* link : taken) {
    if (link->extent.first >= first + cylinders) break;
    first = std::max(first, link->extent.end());
  }
  if (first + cylinders > space.end()) return std::nullopt;
  return Extent{first, cylinders};
}

Status clear_tracks(TrackStore& store) {
  for (u32 track = 0; track < store.tracks(); ++track) {
    if (Status written = store.write(Track(store.address(track))); !written) return written;
  }
  return store.flush();
}

}  // namespace replica::vmm
