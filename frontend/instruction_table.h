// The opcode table as data: one InstructionInfo per row of instructions.def, and the look-up from instruction bytes.
#pragma once

#include <span>
#include <string_view>

#include "base/types.h"

namespace replica {

// Instruction formats by operand syntax. The layout in storage follows from the part before the underscore.
enum class Format : u8 {
  RR,     // R1,R2
  RR_M,   // M1,R2
  RR_I,   // I
  RR_R,   // R1
  RR_F,   // R1,R2 floating-point registers
  RRE,    // R1,R2
  RRE_F,  // R1,R2 floating-point registers
  RX,     // R1,D2(X2,B2)
  RX_M,   // M1,D2(X2,B2)
  RX_F,   // R1,D2(X2,B2) floating-point register
  RS,     // R1,R3,D2(B2)
  RS_S,   // R1,D2(B2)
  RS_M,   // R1,M3,D2(B2)
  SI,     // D1(B1),I2
  S,      // D2(B2)
  S_0,    // no operands
  SS_L,   // D1(L,B1),D2(B2)
  SS_LL,  // D1(L1,B1),D2(L2,B2)
  SS_I,   // D1(L1,B1),D2(B2),I3
  SS_R,   // D1(R1,B1),D2(B2),R3
  SSE,    // D1(B1),D2(B2)
};

enum class Privilege : u8 { problem, semiprivileged, privileged };

enum class Facility : u8 {
#define FACILITY(identifier, ...) identifier,
#include "frontend/facilities.def"
#undef FACILITY
};

struct FacilityInfo {
  bool installed;
  std::string_view name;
  std::string_view reason;  // why it is not installed; empty if it is
};

// One enumerator per row of instructions.def, in its order; the value indexes instruction_table().
enum class Opcode : u8 {
#define INSTRUCTION(code, mnemonic, ...) mnemonic,
#include "frontend/instructions.def"
#undef INSTRUCTION
};

struct InstructionInfo {
  u16 code;  // 8-bit opcodes stand in the low byte
  Opcode opcode;
  std::string_view mnemonic;
  Format format;
  Privilege privilege;
  Facility facility;
  std::string_view condition_codes;  // see instructions.def
  std::string_view exceptions;       // see instructions.def
  std::string_view title;

  // True for opcodes of 16 bits.
  constexpr bool is_two_byte() const { return code > 0xFF; }
  constexpr u8 first_byte() const { return static_cast<u8>(is_two_byte() ? code >> 8 : code); }
};

inline constexpr InstructionInfo kInstructionTable[] = {
#define INSTRUCTION(code, mnemonic, format, privilege, facility, cc, exceptions, title) \
  {code, Opcode::mnemonic, #mnemonic, Format::format, Privilege::privilege, Facility::facility, cc, exceptions, title},
#include "frontend/instructions.def"
#undef INSTRUCTION
};

inline constexpr FacilityInfo kFacilityTable[] = {
#define FACILITY(identifier, installed, name, reason) {installed, name, reason},
#include "frontend/facilities.def"
#undef FACILITY
};

constexpr const InstructionInfo& info_of(Opcode opcode) { return kInstructionTable[static_cast<u8>(opcode)]; }
constexpr const FacilityInfo& info_of(Facility facility) { return kFacilityTable[static_cast<u8>(facility)]; }
constexpr bool is_installed(const InstructionInfo& info) { return info_of(info.facility).installed; }

// The length in bytes of the instruction whose first byte is `first`: 2, 4 or 6, by bits 0-1 (GA22-7000 "Instruction
// Formats").
constexpr unsigned instruction_length(u8 first) { return 2 + (((first >> 6) + 1) & 6); }

// The row for an instruction that starts with these two bytes, or nullptr if the opcode is unassigned. Of the second byte
// of an I/O instruction only bit 15 is looked at.
const InstructionInfo* find_instruction(u8 first, u8 second);

}  // namespace replica
