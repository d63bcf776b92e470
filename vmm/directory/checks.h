// What is wrong in a directory beyond its single statements: extents that overlap, links that lead nowhere or in a circle,
// and, as notes, devices that several users want.
#pragma once

#include "vmm/directory/parser.h"

namespace replica::vmm {

// Adds to parsed.findings.
void check_directory(ParsedDirectory& parsed);

}  // namespace replica::vmm
