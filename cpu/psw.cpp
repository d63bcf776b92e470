#include "cpu/psw.h"

#include "base/bits.h"

namespace replica {
namespace {

constexpr u64 kEcMode = ibm_mask<u64>(12);
constexpr u64 kMachineCheck = ibm_mask<u64>(13);
constexpr u64 kWait = ibm_mask<u64>(14);
constexpr u64 kProblem = ibm_mask<u64>(15);

// Bits 16-17 and 24-39, in a word that holds bits 16-47.
constexpr u32 kEcReserved = 0xC0FFFF00;

}  // namespace

Psw Psw::unpack(u64 image) {
  Psw psw;
  psw.system_mask = static_cast<u8>(ibm_bits(image, 0, 7));
  psw.key = static_cast<u8>(ibm_bits(image, 8, 11));
  psw.ec_mode = image & kEcMode;
  psw.machine_check = image & kMachineCheck;
  psw.wait = image & kWait;
  psw.problem = image & kProblem;
  const unsigned cc_bit = psw.ec_mode ? 18 : 34;
  psw.cc = static_cast<u8>(ibm_bits(image, cc_bit, cc_bit + 1));
  psw.program_mask = static_cast<u8>(ibm_bits(image, cc_bit + 2, cc_bit + 5));
  psw.address = static_cast<u32>(ibm_bits(image, 40, 63));
  if (psw.ec_mode) psw.reserved = static_cast<u32>(ibm_bits(image, 16, 47)) & kEcReserved;
  return psw;
}

u64 Psw::pack(u16 code, u8 ilc) const {
  u64 image = u64{system_mask} << 56 | u64{key} << 52 | address;
  if (machine_check) image |= kMachineCheck;
  if (wait) image |= kWait;
  if (problem) image |= kProblem;
  if (ec_mode) return image | kEcMode | u64{cc} << 44 | u64{program_mask} << 40 | u64{reserved} << 16;
  return image | u64{code} << 32 | u64{ilc} << 30 | u64{cc} << 28 | u64{program_mask} << 24;
}

}  // namespace replica
