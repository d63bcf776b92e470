// Random cases. Case n of a seed is the same wherever and whenever it is made.
#pragma once

#include "tests/oracle/case.h"

namespace replica::oracle {

Case make_case(u64 seed, u32 number, u32 storage_bytes);

}  // namespace replica::oracle
