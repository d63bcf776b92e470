// Dates as Hercules' commands print them, without the zone of the host.
#pragma once

#include <chrono>
#include <string>

#include "base/types.h"

namespace replica::tools {

using Date = std::chrono::sys_time<std::chrono::microseconds>;

// "Mon Nov 23 01:42:30 2026"
std::string date_and_time(Date date);

// "01:42:30"
std::string time_of_day(Date date);

// A TOD clock value whose epoch is 1900, as "2026.327 01:42:30.769163".
std::string tod_date(u64 tod);

// The TOD clock value of a date, with 1900 as its epoch.
u64 tod_of(Date date);

}  // namespace replica::tools
