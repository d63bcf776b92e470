// Where the work of a printer or punch goes: a file of the host (devices/host_output.h), or something that keeps the commands
// themselves and has them carried out later, as the spool of a VMM does.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/types.h"

namespace replica {

// A command that the device has carried out, but for its medium.
struct CompletedCommand {
  u8 command = 0;
  bool begins_chain = false;   // the first of its channel program
  bool lacks_channel = false;  // skips to a channel that the form does not have: equipment check, or no motion
  bool prepares = false;       // none of the guest's: it repeats what the device has been loaded with before
  std::span<const u8> data{};  // as it came from storage; a card is filled up to its 80 columns
  std::string_view text{};     // the same as bytes of a file of the host, with motion; empty if there is nothing to see
};

// All calls come on the thread of the device.
class OutputMedium {
 public:
  virtual ~OutputMedium() = default;

  // Called before each command but sense. An error: the device needs intervention.
  virtual Status open() = 0;
  // After an error everything is as it was before, so that the command can be repeated.
  virtual Status take(const CompletedCommand& command) = 0;
  // What comes next begins on new paper: a printer then stands at line 1, and repeats in front of the first command that can be
  // seen what it has been loaded with.
  virtual bool is_fresh() const = 0;
  // Writes what is buffered to the host.
  virtual Status flush() = 0;
  // The device is loaded anew, or taken away.
  virtual Status close() = 0;
  // What stands first in the device's description.
  virtual std::string name() const = 0;
};

}  // namespace replica
