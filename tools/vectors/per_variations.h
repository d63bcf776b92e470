// Program-event recording, asked of every case: what must be reported follows from what the case expects. A general
// register or storage that it mentions as changed is an alteration, "next=" is a successful branch, and there is
// nothing else. GA22-7000 "Program-Event Recording".
#pragma once

#include <vector>

#include "tools/vectors/case.h"
#include "tools/vectors/state.h"

namespace replica::vectors {

// The ways to watch the case; none if it does not lend itself to that.
std::vector<Variation::Per> per_variations(const Case& c);

}  // namespace replica::vectors
