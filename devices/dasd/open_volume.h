// Opens a CKD volume whatever its format is, with its shadow files.
#pragma once

#include <filesystem>

#include "devices/dasd/track_store.h"

namespace replica {

struct VolumeOptions {
  std::filesystem::path file;
  // Template of the shadow files' names; empty for none. The character before the last period of the name, or the last
  // character if there is no period, stands for the number of the file: "shadow/pack_*.cckd", "shadow/pack_1.cckd".
  std::filesystem::path shadow;
  bool read_only = false;
};

// The shadow file with this number, 1 to 8.
std::filesystem::path shadow_name(const std::filesystem::path& pattern, u32 number);

// A file that the host does not permit to write is opened for reading. If there are shadow files, all files but the newest
// are; if the base may only be read and a template is given, a shadow file is made.
Result<std::unique_ptr<TrackStore>> open_volume(const VolumeOptions& options);

}  // namespace replica
