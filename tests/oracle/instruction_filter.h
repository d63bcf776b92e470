// Which instructions the comparison with Hercules leaves out, and why.
#pragma once

#include "base/types.h"

namespace replica::oracle {

// The operation code: the first byte, or two bytes for B2xx and E5xx.
u16 operation_code(const u8* bytes);

// True if a case that executes the instruction at `bytes` cannot be compared:
//  - its result depends on time or on the model (STCK, STPT, SCK, STIDP, DIAGNOSE, SIGP);
//  - Hercules 3.13 has it and we have not (dual address space, MVS assists, ECPS, channel-set switching, IUCV), or leaves it
//    enabled in System/370 mode (IPM: fact sheet, section 11).
bool is_excluded(const u8* bytes);

}  // namespace replica::oracle
