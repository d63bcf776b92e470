// The results as tables of text.
#pragma once

#include <string>
#include <vector>

#include "tools/overhead/experiment.h"

namespace replica::overhead {

std::string overhead_table(const std::vector<Measurement>& measurements);

}  // namespace replica::overhead
