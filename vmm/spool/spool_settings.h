// What the CP command SPOOL, or the directory, sets for a virtual reader, printer or punch, and what CLOSE may say otherwise for
// one file.
#pragma once

#include <optional>
#include <string>

#include "base/types.h"

namespace replica::vmm {

struct SpoolSettings {
  // A reader takes files of this class, or of any (`*`); output gets it.
  char spool_class = 'A';
  // Reader: files stay in the queue when they have been read. Output: files go into user hold.
  bool hold = false;
  // Reader: all files are read as one deck; with `hold` as well, they go into user hold. Output: CLOSE is ignored.
  bool continuous = false;

  // Reader: unit exception behind the last card, not intervention required.
  bool end_of_file = true;

  // Output.
  u32 copies = 1;
  std::string to{};            // into the reader of this user, `*` is the owner's own; empty: to a real device
  std::string for_user{};      // to a real device, but as a file of this user; empty: the owner
  std::string distribution{};  // empty: none
};

// What CLOSE says about one file of output; what it does not say is as the settings have it.
struct SpoolClose {
  bool purge = false;
  std::optional<bool> hold{};
  std::optional<u32> copies{};
  std::optional<char> spool_class{};
  std::optional<std::string> distribution{};
  std::string name{};
  std::string type{};
  bool always = false;  // even of a device that is `continuous`
};

}  // namespace replica::vmm
