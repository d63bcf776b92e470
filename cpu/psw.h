// The program-status word, unpacked. GA22-7000 "Program-Status Word".
#pragma once

#include <array>
#include <bit>

#include "base/bits.h"
#include "base/types.h"

namespace replica {

struct Psw {
  bool ec_mode = false;
  bool machine_check = false;
  bool wait = false;
  bool problem = false;
  u8 system_mask = 0;  // bits 0-7 as loaded; their meaning depends on the mode
  u8 key = 0;          // 0-15
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

// Interruptions are frequent, so these two make all one-byte fields at once: as the bytes of a word, in the order above.
namespace psw_fields {

static_assert(std::endian::native == std::endian::little);
inline constexpr unsigned kSystemMask = 32, kKey = 40, kCc = 48, kProgramMask = 56;

// The bits 12-15, each in a byte.
constexpr u64 spread(u64 flags) {
  return (flags >> 3) | (flags >> 2 & 1) << 8 | (flags >> 1 & 1) << 16 | (flags & 1) << 24;
}
inline constexpr auto kSpread = [] {
  std::array<u32, 16> table{};
  for (u32 flags = 0; flags < 16; ++flags) table[flags] = static_cast<u32>(spread(flags));
  return table;
}();
// The other way: each byte's bit is moved to its place in the left byte of a word, and no two moves meet.
constexpr u64 gather(u32 bytes) { return (bytes * (1u << 27 | 1u << 18 | 1u << 9 | 1u)) >> 24 & 15; }
static_assert(gather(kSpread[0b1011]) == 0b1011 && gather(kSpread[0b0100]) == 0b0100);

}  // namespace psw_fields

inline Psw Psw::unpack(u64 image) {
  struct Fields {
    u64 bytes;
    u32 address, reserved;
  };
  static_assert(sizeof(Fields) == sizeof(Psw));
  const bool is_ec = image & kEcMode;
  // Condition code and program mask: bits 18-23 or 34-39.
  const u64 codes = is_ec ? image >> 40 : image >> 24;
  const u64 flags = psw_fields::kSpread[image >> 48 & 15];
  return std::bit_cast<Psw>(Fields{
      .bytes = flags | image >> 56 << psw_fields::kSystemMask | (image >> 52 & 15) << psw_fields::kKey |
               (codes >> 4 & 3) << psw_fields::kCc | (codes & 15) << psw_fields::kProgramMask,
      .address = static_cast<u32>(image) & 0x00FFFFFF,
      .reserved = is_ec ? static_cast<u32>(image >> 16) & kEcReserved : 0,
  });
}

inline u64 Psw::pack(u16 code, u8 ilc) const {
  const u64 flags = psw_fields::gather(std::bit_cast<std::array<u32, 4>>(*this)[0]);
  const u64 image = u64{system_mask} << 56 | u64{key} << 52 | flags << 48 | address;
  if (ec_mode) return image | u64{cc} << 44 | u64{program_mask} << 40 | u64{reserved} << 16;
  return image | u64{code} << 32 | u64{ilc} << 30 | u64{cc} << 28 | u64{program_mask} << 24;
}

}  // namespace replica
