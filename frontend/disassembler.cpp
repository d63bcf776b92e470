#include "frontend/disassembler.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "frontend/insn.h"
#include "frontend/instruction_table.h"

namespace replica {
namespace {

// D(B)
std::string based(u16 displacement, u8 base) {
  return base == 0 ? fmt::format("{}", displacement) : fmt::format("{}({})", displacement, base);
}

// D(X,B)
std::string indexed(u16 displacement, u8 index, u8 base) {
  if (index == 0) return base == 0 ? fmt::format("{}", displacement) : fmt::format("{}(,{})", displacement, base);
  return fmt::format("{}({},{})", displacement, index, base);
}

// D(L,B) or D(R,B): the length is never left out.
std::string sized(u16 displacement, unsigned length, u8 base) {
  return fmt::format("{}({},{})", displacement, length, base);
}

template <Format F>
std::string operands(const u8* bytes) {
  const Insn i = decode<F>(bytes, 0, 0);
  switch (F) {
    case Format::RR:
    case Format::RR_M:
    case Format::RR_F:
    case Format::RRE:
    case Format::RRE_F: return fmt::format("{},{}", i.r1, i.r2);
    case Format::RR_I: return fmt::format("{}", i.i2);
    case Format::RR_R: return fmt::format("{}", i.r1);
    case Format::RX:
    case Format::RX_M:
    case Format::RX_F: return fmt::format("{},{}", i.r1, indexed(i.d2, i.x2, i.b2));
    case Format::RS:
    case Format::RS_M: return fmt::format("{},{},{}", i.r1, i.r3, based(i.d2, i.b2));
    case Format::RS_S: return fmt::format("{},{}", i.r1, based(i.d2, i.b2));
    case Format::SI: return fmt::format("{},X'{:02X}'", based(i.d1, i.b1), i.i2);
    case Format::S: return based(i.d2, i.b2);
    case Format::S_0: return "";
    case Format::SS_L: return fmt::format("{},{}", sized(i.d1, i.l1 + 1u, i.b1), based(i.d2, i.b2));
    case Format::SS_LL: return fmt::format("{},{}", sized(i.d1, i.l1 + 1u, i.b1), sized(i.d2, i.l2 + 1u, i.b2));
    case Format::SS_I: return fmt::format("{},{},{}", sized(i.d1, i.l1 + 1u, i.b1), based(i.d2, i.b2), i.r3);
    case Format::SS_R: return fmt::format("{},{},{}", sized(i.d1, i.r1, i.b1), based(i.d2, i.b2), i.r3);
    case Format::SSE: return fmt::format("{},{}", based(i.d1, i.b1), based(i.d2, i.b2));
  }
  return "";
}

using OperandsOf = std::string (*)(const u8*);

// One function for each format, by its number.
constexpr auto kOperands = []<std::size_t... N>(std::index_sequence<N...>) {
  return std::array<OperandsOf, sizeof...(N)>{operands<static_cast<Format>(N)>...};
}
(std::make_index_sequence<static_cast<std::size_t>(Format::SSE) + 1>());

// The row of the instruction, if it is one and all of it is there.
const InstructionInfo* whole_instruction(const u8* bytes, std::size_t available) {
  if (available < 2 || available < instruction_length(bytes[0])) return nullptr;
  return find_instruction(bytes[0], bytes[1]);
}

}  // namespace

std::string disassemble(const u8* bytes, std::size_t available) {
  if (available == 0) return "";
  const InstructionInfo* info = whole_instruction(bytes, available);
  if (!info && available == 1) return fmt::format("{:<5} X'{:02X}'", "DC", bytes[0]);
  if (!info) return fmt::format("{:<5} X'{:02X}{:02X}'", "DC", bytes[0], bytes[1]);
  const std::string text = kOperands[static_cast<std::size_t>(info->format)](bytes);
  return text.empty() ? std::string(info->mnemonic) : fmt::format("{:<5} {}", info->mnemonic, text);
}

std::size_t disassembled_length(const u8* bytes, std::size_t available) {
  if (whole_instruction(bytes, available)) return instruction_length(bytes[0]);
  return std::min<std::size_t>(available, 2);
}

}  // namespace replica
