// The date that a TOD clock shows, which counts from 1900.
#pragma once

#include <fmt/format.h>

#include <ctime>
#include <string>

#include "cpu/clocks.h"

namespace replica::vmm {

inline std::tm calendar_date(u64 tod) {
  constexpr i64 kSecondsTo1970 = 2'208'988'800;
  const std::time_t seconds = static_cast<i64>(tod / (kUnitsPerMicrosecond * 1'000'000)) - kSecondsTo1970;
  std::tm date{};
  gmtime_r(&seconds, &date);
  return date;
}

// "mm/dd/yyhh:mm:ss": 16 characters, as programs are given it.
inline std::string date_and_time(u64 tod) {
  const std::tm date = calendar_date(tod);
  return fmt::format("{:02}/{:02}/{:02}{:02}:{:02}:{:02}", date.tm_mon + 1, date.tm_mday, date.tm_year % 100,
                     date.tm_hour, date.tm_min, date.tm_sec);
}

}  // namespace replica::vmm
