// The date that a TOD clock shows, which counts from 1900.
#pragma once

#include <ctime>

#include "cpu/clocks.h"

namespace replica::vmm {

inline std::tm calendar_date(u64 tod) {
  constexpr i64 kSecondsTo1970 = 2'208'988'800;
  const std::time_t seconds = static_cast<i64>(tod / (kUnitsPerMicrosecond * 1'000'000)) - kSecondsTo1970;
  std::tm date{};
  gmtime_r(&seconds, &date);
  return date;
}

}  // namespace replica::vmm
