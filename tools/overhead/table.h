// The results as tables on a terminal.
#pragma once

#include <string>
#include <vector>

#include "tools/overhead/summary.h"

namespace replica::overhead {

// Overhead by workload and setting, beside the paper's band and the machine of the time; what it is made of; events.
std::string tables(const std::vector<Summary>& summaries, const std::string& machine);

// "3.1%", "12%".
std::string percent(double part);
// "12.3% (11.9 to 12.8)".
std::string percent(const statistics::Estimate& estimate);
// Where it lies: "below 10-15%", "in 10-15%", "above 10-15%".
std::string beside_band(double overhead);

}  // namespace replica::overhead
