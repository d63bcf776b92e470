#include "cpu/psw.h"

namespace replica {

u64 Psw::pack(u16 code, u8 ilc) const {
  u64 image = u64{system_mask} << 56 | u64{key} << 52 | address;
  if (machine_check) image |= kMachineCheck;
  if (wait) image |= kWait;
  if (problem) image |= kProblem;
  if (ec_mode) return image | kEcMode | u64{cc} << 44 | u64{program_mask} << 40 | u64{reserved} << 16;
  return image | u64{code} << 32 | u64{ilc} << 30 | u64{cc} << 28 | u64{program_mask} << 24;
}

}  // namespace replica
