// A decoded instruction: the fields that its format has, and where it stands. Decoding is branch-free and inlined into the
// handler of each opcode, so an interpreter needs no cache of decoded instructions, and self-modifying code needs no care.
#pragma once

#include "base/big_endian.h"
#include "frontend/instruction_table.h"

namespace replica {

// Addresses in storage and instruction addresses have 24 bits.
inline constexpr u32 kAddressMask = 0xFFFFFF;

// Fields that the format does not have are zero. Where a format has two names for one field, both are set.
struct Insn {
  u32 address = 0;  // of the instruction; under EXECUTE, of the EXECUTE
  u8 ilc = 0;       // instruction-length code, 1-3; under EXECUTE, 2
  u8 r1 = 0;        // also M1
  u8 r2 = 0;        // RR, RRE
  u8 r3 = 0;        // RS, SS_R; also M3, I3
  u8 x2 = 0;
  u8 b1 = 0;
  u8 b2 = 0;
  u8 l1 = 0;  // length codes: bytes minus 1
  u8 l2 = 0;
  u8 i2 = 0;  // SI; RR_I
  u16 d1 = 0;
  u16 d2 = 0;

  // The address of the next sequential instruction.
  u32 next() const { return (address + 2 * ilc) & kAddressMask; }
};

// Decodes the instruction at `p`, which has the format `F` and so that many bytes. `address` and `ilc` are those of the
// instruction itself, or of the EXECUTE that it is the target of. GA22-7000 "Instruction Formats".
template <Format F>
inline Insn decode(const u8* p, u32 address, u8 ilc) {
  Insn insn;
  insn.address = address;
  insn.ilc = ilc;
  const auto registers = [&](u8 byte) {
    insn.r1 = byte >> 4;
    insn.r2 = byte & 15;
  };
  const auto base_displacement = [](const u8* field, u8& base, u16& displacement) {
    const u16 halfword = load_be16(field);
    base = static_cast<u8>(halfword >> 12);
    displacement = halfword & 0xFFF;
  };
  switch (F) {
    case Format::RR:
    case Format::RR_M:
    case Format::RR_R:
    case Format::RR_F: registers(p[1]); break;
    case Format::RR_I: insn.i2 = p[1]; break;
    case Format::RRE:
    case Format::RRE_F: registers(p[3]); break;
    case Format::RX:
    case Format::RX_M:
    case Format::RX_F:
      insn.r1 = p[1] >> 4;
      insn.x2 = p[1] & 15;
      base_displacement(p + 2, insn.b2, insn.d2);
      break;
    case Format::RS:
    case Format::RS_S:
    case Format::RS_M:
      insn.r1 = p[1] >> 4;
      insn.r3 = p[1] & 15;
      base_displacement(p + 2, insn.b2, insn.d2);
      break;
    case Format::SI:
      insn.i2 = p[1];
      base_displacement(p + 2, insn.b1, insn.d1);
      break;
    case Format::S:
    case Format::S_0: base_displacement(p + 2, insn.b2, insn.d2); break;
    case Format::SS_L:
    case Format::SS_LL:
    case Format::SS_I:
    case Format::SS_R:
    case Format::SSE:
      if (F == Format::SS_L) {
        insn.l1 = p[1];
      } else if (F == Format::SS_LL) {
        insn.l1 = p[1] >> 4;
        insn.l2 = p[1] & 15;
      } else if (F == Format::SS_I) {
        insn.l1 = p[1] >> 4;
        insn.r3 = p[1] & 15;
      } else if (F == Format::SS_R) {
        insn.r1 = p[1] >> 4;
        insn.r3 = p[1] & 15;
      }
      base_displacement(p + 2, insn.b1, insn.d1);
      base_displacement(p + 4, insn.b2, insn.d2);
      break;
  }
  return insn;
}

}  // namespace replica
