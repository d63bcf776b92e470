// Channel-to-channel adapters of a configuration: "CTCA NAME". The two devices of one name are the two sides of one adapter.
#pragma once

#include "base/result.h"
#include "tools/hercules/machine_builder.h"

namespace replica::tools {

// Errors: the address is in use, there is no name, or two devices have it already.
Status attach_adapter(System& system, const DeviceStatement& statement);

}  // namespace replica::tools
