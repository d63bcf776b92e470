// Makes CKD drives from the arguments of a device statement:
//
//   FILE [readonly] [fakewrite] [lazywrite] [fulltrackio] [sf=TEMPLATE] [cu=TYPE]
//
// fulltrackio (ftio), noreadahead and the like say how Hercules reads and writes; they are taken and change nothing.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "devices/device.h"
#include "devices/device_environment.h"

namespace replica {

// `type` is a name as of find_ckd_geometry(). The image must be one of that type; which model, the image says.
Result<std::unique_ptr<Device>> make_ckd_device(std::string_view type, std::span<const std::string> arguments,
                                                const DeviceEnvironment& environment);

}  // namespace replica
