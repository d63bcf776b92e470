#include "jit/regions/region.h"

#include <algorithm>

namespace replica {

std::size_t Region::index_of(u32 instruction) const {
  const auto found = std::lower_bound(instructions.begin(), instructions.end(), instruction,
                                      [](const RegionInstruction& i, u32 at) { return i.address() < at; });
  if (found == instructions.end() || found->address() != instruction) return instructions.size();
  return static_cast<std::size_t>(found - instructions.begin());
}

}  // namespace replica
