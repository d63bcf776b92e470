#include "tests/oracle/overlay.h"

#include "tests/oracle/image.h"

namespace replica::oracle {

std::vector<Patch> Overlay::patches() const {
  constexpr u32 kBridge = 4;  // a gap shorter than a patch header is cheaper to fill than to skip
  std::vector<Patch> patches;
  u32 last = 0;
  for (u32 offset = 0; offset < kRegionBytes; ++offset) {
    if (!touched_.test(offset)) continue;
    if (patches.empty() || offset - last > kBridge) {
      patches.push_back({static_cast<u16>(offset), {}});
    } else {
      for (u32 gap = last + 1; gap < offset; ++gap) patches.back().bytes.push_back(pristine_region()[gap]);
    }
    patches.back().bytes.push_back(bytes_[offset]);
    last = offset;
  }
  return patches;
}

}  // namespace replica::oracle
