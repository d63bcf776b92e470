// The known differences between Hercules 3.13 and the architecture, each with its reason. A finding that matches one is
// counted, anything else fails the comparison.
#pragma once

#include <span>

#include "tests/oracle/finding.h"

namespace replica::oracle {

struct Explanation {
  const char* name;
  const char* reason;  // with the section of the manual (GA22-7000), or of the project's fact sheet ("facts")
  bool (*matches)(const Finding& finding);
};

std::span<const Explanation> explanations();

// The first explanation that matches, or null.
const Explanation* explain(const Finding& finding);

}  // namespace replica::oracle
