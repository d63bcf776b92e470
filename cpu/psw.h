// The program-status word, unpacked. GA22-7000 "Program-Status Word".
#pragma once

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

}  // namespace replica
