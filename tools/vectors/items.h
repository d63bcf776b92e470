// The items of a case: "r1=80000000", "800:9999999C", "cc=3", "problem". See tests/vectors/README.md for the list.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "tools/vectors/case.h"

namespace replica::vectors {

enum class Side : u8 { before, after };

// One item. Registers whose value is "@" have it from their access pattern: they are added to `placed`, if that is
// given.
Result<Item> parse_item(std::string_view text, Side side, std::vector<unsigned>* placed = nullptr);

}  // namespace replica::vectors
