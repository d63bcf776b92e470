// Commands of the channel-to-channel adapter. GA22-6983 "Commands". The bits that do not tell the kind of a command have no
// meaning to the adapter: SENSE COMMAND BYTE gives them to the other side, where programs may give them one.
#pragma once

#include "base/types.h"

namespace replica {

enum class AdapterCommand : u8 {
  none,
  write,           // 0xxx xx01
  write_end_mark,  // 1xxx xx01
  read,            // xxxx xx10
  read_backward,   // xxxx 1100
  control,         // xxxx x111
  no_operation,    // xxxx x011
  sense,           // xxx0 0100
  sense_command,   // xxx1 0100
};

constexpr AdapterCommand adapter_command(u8 code) {
  if ((code & 0x03) == 0x01) return (code & 0x80) != 0 ? AdapterCommand::write_end_mark : AdapterCommand::write;
  if ((code & 0x03) == 0x02) return AdapterCommand::read;
  if ((code & 0x0F) == 0x0C) return AdapterCommand::read_backward;
  if ((code & 0x07) == 0x07) return AdapterCommand::control;
  if ((code & 0x07) == 0x03) return AdapterCommand::no_operation;
  if ((code & 0x0F) == 0x04) return (code & 0x10) != 0 ? AdapterCommand::sense_command : AdapterCommand::sense;
  return AdapterCommand::none;
}

}  // namespace replica
