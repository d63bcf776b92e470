// Initial program load: GA22-7000 "Initial Program Loading".
#pragma once

#include "cpu/machine.h"
#include "devices/channels.h"

namespace replica {

// Resets, loads from the device, and loads the PSW that it brought. `clear` also clears storage and registers. The machine is
// the one that the channels belong to. Errors: how the load failed.
Status initial_program_load(Machine& machine, ChannelSubsystem& channels, u16 address, bool clear);

}  // namespace replica
