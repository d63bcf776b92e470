#include "devices/initial_program_load.h"

#include "base/big_endian.h"

namespace replica {

Status initial_program_load(Machine& machine, ChannelSubsystem& channels, u16 address, bool clear) {
  machine.system_reset(clear);
  if (Status status = channels.load(address, machine.cpu().io_context()); !status) return status;
  machine.cpu().load_psw(load_be64(machine.cpu().fetch_low(0)));
  return {};
}

}  // namespace replica
