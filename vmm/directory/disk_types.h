// The device types of MDISK statements, and how many cylinders they have for minidisks. VM/370 Planning Guide (GC20-1801),
// "MDISK", table of maximum minidisk sizes.
#pragma once

#include <string_view>

#include "base/result.h"
#include "base/types.h"

namespace replica::vmm {

// The cylinders of the largest drive of the type: a 3330 may be a 3330-11, since a VM/370 directory does not distinguish
// them. The error has what was found and what was expected.
Result<u32> cylinders_of_type(std::string_view type);

// True if a drive of one type may be of the other also: "3330" and "3330-11", "2314" and "2319".
bool may_be_same_type(std::string_view one, std::string_view other);

}  // namespace replica::vmm
