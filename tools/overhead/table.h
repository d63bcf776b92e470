// The results as tables, for the terminal and for the page.
#pragma once

#include <string>
#include <vector>

#include "tools/overhead/summary.h"
#include "tools/text_table.h"

namespace replica::overhead {

// A line for each measurement: its overhead beside the paper's band and the machine of the time.
tools::TextTable overhead_table(const std::vector<Summary>& summaries);
// A line for each part and a column for each measurement of which the parts are known; no lines if there is none.
tools::TextTable parts_table(const std::vector<Summary>& summaries);
// Likewise each event, the most frequent one first: how many in a million instructions.
tools::TextTable events_table(const std::vector<Summary>& summaries);

// All of it. `machine` is that of the cost table.
std::string tables(const std::vector<Summary>& summaries, const std::string& machine);

// "mixed vma x4"
std::string column_name(const Summary& summary);
// "3.1%", "12%".
std::string percent(double part);
// Where it lies: "below 10-15%", "in 10-15%", "above 10-15%".
std::string beside_band(double overhead);

}  // namespace replica::overhead
