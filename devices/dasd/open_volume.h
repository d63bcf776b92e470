// Opens a CKD volume whatever its format is, with its shadow files.
#pragma once

#include "devices/dasd/image_stack.h"
#include "devices/dasd/track_store.h"

namespace replica {

// A file that the host does not permit to write is opened for reading. If there are shadow files, all files but the newest
// are; if the base may only be read and a template is given, a shadow file is made.
Result<std::unique_ptr<TrackStore>> open_volume(const VolumeOptions& options);

}  // namespace replica
