// Reads generated code and finds out whether every access to guest storage stands behind its look-up in the access map: a load
// from the map, a sign test, and a jump to the cold stub if the entry is negative.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/types.h"

namespace replica {

struct AccessChecks {
  unsigned fetch_lookups = 0;
  unsigned store_lookups = 0;
  unsigned accesses = 0;  // to guest storage
  unsigned calls = 0;     // of instructions that are done as a whole
  std::vector<std::string> wrong;
};

// Follows the code of a block from its beginning the way it takes when no condition fails, up to its first unconditional jump.
AccessChecks find_access_checks(std::span<const u8> code);

// The same of the code of a region, up to where that way has been already. A negative entry leads out of it there.
AccessChecks find_access_checks_of_region(std::span<const u8> code);

}  // namespace replica
