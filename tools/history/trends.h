// The page of trends: how a metric of each benchmark went from commit to commit.
#pragma once

#include <vector>

#include "base/result.h"
#include "tools/history/comparison.h"
#include "tools/report/page.h"

namespace replica::history {

// Commits come in the order of the dates of their first runs; each host has a section of its own, since times of two hosts
// cannot be compared. Errors: no results of this selection; a filter that is no regular expression.
Result<report::Page> trends_page(const std::vector<Run>& history, const ComparisonOptions& options);

}  // namespace replica::history
