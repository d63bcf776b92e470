#include "frontend/instruction_table.h"

#include <array>

namespace replica {
namespace {

// 1 + the row of each opcode, 0 where there is none; 16-bit opcodes by their first byte's page.
struct Index {
  std::array<u8, 256> by_first{};
  std::array<u8, 256> b2{}, e5{}, e6{};

  constexpr Index() {
    u8 row = 0;
    for (const InstructionInfo& info : kInstructionTable) {
      ++row;
      const u8 second = static_cast<u8>(info.code);
      switch (info.first_byte()) {
        case 0xB2: b2[second] = row; break;
        case 0xE5: e5[second] = row; break;
        case 0xE6: e6[second] = row; break;
        default:
          if (!info.is_two_byte()) by_first[second] = row;
      }
    }
  }
};

constexpr Index kIndex;

}  // namespace

const InstructionInfo* find_instruction(u8 first, u8 second) {
  u8 row = 0;
  switch (first) {
    case 0xB2: row = kIndex.b2[second]; break;
    case 0xE5: row = kIndex.e5[second]; break;
    case 0xE6: row = kIndex.e6[second]; break;
    case 0x9C: return &info_of(second & 1 ? Opcode::SIOF : Opcode::SIO);
    case 0x9D: return &info_of(second & 1 ? Opcode::CLRIO : Opcode::TIO);
    case 0x9E: return &info_of(second & 1 ? Opcode::HDV : Opcode::HIO);
    case 0x9F: return &info_of(second & 1 ? Opcode::CLRCH : Opcode::TCH);
    default: row = kIndex.by_first[first];
  }
  return row == 0 ? nullptr : &kInstructionTable[row - 1];
}

}  // namespace replica
