// What tells at a glance whether two runs came to the same end.
#pragma once

#include <span>
#include <string>

#include "base/types.h"
#include "cpu/machine.h"

namespace replica::tools {

// The 64-bit hash FNV-1a of Fowler, Noll and Vo (RFC 9923), the same on every host.
u64 fnv1a(std::span<const u8> bytes);

// "Executed 4711 instructions; storage AF63DC4C8601EC8C (FNV-1a)"
std::string fingerprint(Machine& machine);

}  // namespace replica::tools
