// Where temporary minidisks (T-DISK) are: cylinders of system volumes that are nobody's for good. VM/370 keeps them by the
// ALLOCATE function; here they are the minidisks of a user of the directory, $TDISK$, so that the directory's own checks see
// that they are nobody else's.
//
// What is in use is not kept here: a piece that is somebody's has a link (links.h).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "vmm/minidisk/links.h"

namespace replica::vmm {

// A piece of so many cylinders of `space` on which nobody has a link, the lowest; none if there is no such piece.
std::optional<Extent> find_free_piece(const DiskLinks& links, u16 real_address, const Extent& space, u32 cylinders);

// Makes all tracks empty, so that who gets them learns nothing of who had them. Errors: the host cannot write.
Status clear_tracks(TrackStore& store);

}  // namespace replica::vmm
