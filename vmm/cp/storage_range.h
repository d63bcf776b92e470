// What DISPLAY, STORE and DUMP call a range: 100, 100-1FF, 100:1FF, 100.20, each with END for the last. VM/370 CP Command Reference
// (GC20-1820).
#pragma once

#include <string_view>

#include "base/result.h"
#include "base/types.h"

namespace replica::vmm {

struct Range {
  u32 first = 0;
  u32 last = 0;  // of the range
};

// `most` is the last there is; a number alone is `alone` long, and no text is all. In registers, numbers are hexadecimal too.
Result<Range> parse_range(std::string_view text, u32 most, u32 alone);

}  // namespace replica::vmm
