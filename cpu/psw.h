// The program-status word, unpacked. GA22-7000 "Program-Status Word".
#pragma once

#include "base/bits.h"
#include "base/types.h"

namespace replica {

struct Psw {
  u8 system_mask = 0;  // bits 0-7 as loaded; their meaning depends on the mode
  u8 key = 0;          // 0-15
  bool ec_mode = false;
  bool machine_check = false;
  bool wait = false;
  bool problem = false;
  u8 cc = 0;
  u8 program_mask = 0;  // fixed-point overflow, decimal overflow, exponent underflow, significance: 8, 4, 2, 1
  u32 address = 0;      // of the next instruction
  u32 reserved = 0;     // of an EC-mode PSW: bits 16-17 and 24-39, which must be zero, in a word that holds bits 16-47

  // System-mask bits of EC mode.
  static constexpr u8 kPer = 0x40;
  static constexpr u8 kTranslation = 0x04;
  static constexpr u8 kIo = 0x02;        // BC: channels 6 and up
  static constexpr u8 kExternal = 0x01;  // both modes
  static constexpr u8 kMustBeZero = 0xB8;

  static constexpr u8 kFixedPointOverflow = 8;
  static constexpr u8 kDecimalOverflow = 4;
  static constexpr u8 kExponentUnderflow = 2;
  static constexpr u8 kSignificance = 1;

  // The bits of an image that are flags in both modes.
  static constexpr u64 kEcMode = ibm_mask<u64>(12);
  static constexpr u64 kMachineCheck = ibm_mask<u64>(13);
  static constexpr u64 kWait = ibm_mask<u64>(14);
  static constexpr u64 kProblem = ibm_mask<u64>(15);
  // Bits 16-17 and 24-39 of an EC-mode PSW, in a word that holds bits 16-47.
  static constexpr u32 kEcReserved = 0xC0FFFF00;

  bool dat() const { return ec_mode && (system_mask & kTranslation); }
  bool per() const { return ec_mode && (system_mask & kPer); }
  bool external_enabled() const { return system_mask & kExternal; }

  // False if the PSW calls for an early specification exception.
  bool is_valid() const { return !ec_mode || ((system_mask & kMustBeZero) == 0 && reserved == 0); }

  static Psw unpack(u64 image);

  // The image as an interruption stores it. In BC mode, bits 16-31 hold `code` and bits 32-33 `ilc`; EC mode has
  // neither.
  u64 pack(u16 code = 0, u8 ilc = 0) const;
};

inline Psw Psw::unpack(u64 image) {
  Psw psw;
  psw.system_mask = static_cast<u8>(image >> 56);
  psw.key = static_cast<u8>(image >> 52 & 15);
  psw.ec_mode = image & kEcMode;
  psw.machine_check = image & kMachineCheck;
  psw.wait = image & kWait;
  psw.problem = image & kProblem;
  // Condition code and program mask: bits 18-23 or 34-39.
  const u64 codes = psw.ec_mode ? image >> 40 : image >> 24;
  psw.cc = static_cast<u8>(codes >> 4 & 3);
  psw.program_mask = static_cast<u8>(codes & 15);
  psw.address = static_cast<u32>(image) & 0x00FFFFFF;
  psw.reserved = psw.ec_mode ? static_cast<u32>(image >> 16) & kEcReserved : 0;
  return psw;
}

}  // namespace replica
