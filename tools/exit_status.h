// The exit statuses of `replica`.
#pragma once

namespace replica::tools {

enum ExitStatus : int {
  kSuccess = 0,
  kFailure = 1,        // the guest ended badly, or a result could not be delivered
  kBadInput = 2,       // refused before anything was done
  kInterrupted = 130,  // stopped by SIGINT, as shells report it
  kTerminated = 143,   // stopped by SIGTERM or SIGHUP, likewise
};

}  // namespace replica::tools
