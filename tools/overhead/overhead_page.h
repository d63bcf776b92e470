// The results as one HTML page.
#pragma once

#include <string>
#include <vector>

#include "tools/overhead/results.h"
#include "tools/overhead/summary.h"

namespace replica::overhead {

// The text of the file.
std::string overhead_page(const Results& results, const std::vector<Summary>& summaries, const CostTable& costs);

}  // namespace replica::overhead
