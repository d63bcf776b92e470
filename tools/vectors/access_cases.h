// Access exceptions. Their rule is the same for all instructions, so that a case file gives only a pattern for each
// operand of each instruction, and the cases are made here from the rules of GA22-7000 "Access Exceptions":
// key-controlled, low-address and segment protection, addressing, segment and page translation, translation
// specification. An operand of several bytes is also put across a block boundary with only its first part accessible.
// Nothing may have changed.
#pragma once

#include <vector>

#include "tools/vectors/case.h"

namespace replica::vectors {

std::vector<Case> access_cases(const AccessPattern& pattern);

}  // namespace replica::vectors
