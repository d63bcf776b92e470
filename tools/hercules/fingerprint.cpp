#include "tools/hercules/fingerprint.h"

#include <fmt/format.h>

namespace replica::tools {

u64 fnv1a(std::span<const u8> bytes) {
  u64 hash = 0xCBF29CE484222325;
  for (const u8 byte : bytes) hash = (hash ^ byte) * 0x100000001B3;
  return hash;
}

std::string fingerprint(Machine& machine) {
  const Storage& storage = machine.storage();
  return fmt::format("Executed {} instructions; storage {:016X} (FNV-1a)", machine.cpu().instructions(),
                     fnv1a({storage.data(), storage.size()}));
}

}  // namespace replica::tools
