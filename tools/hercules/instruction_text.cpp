#include "tools/hercules/instruction_text.h"

#include <fmt/format.h>

#include <cctype>
#include <iterator>

#include "base/big_endian.h"
#include "frontend/instruction_table.h"

namespace replica::tools {
namespace {

// D(B), of the halfword at `field`.
std::string based(const u8* field) {
  const u16 halfword = load_be16(field);
  return fmt::format("{}({})", halfword & 0xFFF, halfword >> 12);
}

// D(first,B)
std::string based_with(const u8* field, unsigned first) {
  const u16 halfword = load_be16(field);
  return fmt::format("{}({},{})", halfword & 0xFFF, first, halfword >> 12);
}

std::string operands(Format format, const u8* bytes) {
  const unsigned high = bytes[1] >> 4, low = bytes[1] & 15;
  switch (format) {
    case Format::RR:
    case Format::RR_M:
    case Format::RR_F: return fmt::format("{},{}", high, low);
    case Format::RR_I: return fmt::format("{}", bytes[1]);
    case Format::RR_R: return fmt::format("{}", high);
    case Format::RRE:
    case Format::RRE_F: return fmt::format("{},{}", bytes[3] >> 4, bytes[3] & 15);
    case Format::RX:
    case Format::RX_M:
    case Format::RX_F: return fmt::format("{},{}", high, based_with(bytes + 2, low));
    case Format::RS:
    case Format::RS_M: return fmt::format("{},{},{}", high, low, based(bytes + 2));
    case Format::RS_S: return fmt::format("{},{}", high, based(bytes + 2));
    case Format::SI: return fmt::format("{},{}", based(bytes + 2), bytes[1]);
    case Format::S: return based(bytes + 2);
    case Format::S_0: return ",";
    case Format::SS_L: return fmt::format("{},{}", based_with(bytes + 2, bytes[1] + 1u), based(bytes + 4));
    case Format::SS_LL: return fmt::format("{},{}", based_with(bytes + 2, high + 1), based_with(bytes + 4, low + 1));
    case Format::SS_I: return fmt::format("{},{},{}", based_with(bytes + 2, high), based(bytes + 4), low);
    case Format::SS_R: return fmt::format("{},{},{}", based_with(bytes + 2, high), based(bytes + 4), low);
    case Format::SSE: return fmt::format("{},{}", based(bytes + 2), based(bytes + 4));
  }
  return "";
}

std::string name_of(const InstructionInfo& info) {
  std::string name;
  for (const char c : info.title) {
    if (c == '/') continue;
    name += c == ' ' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return name;
}

}  // namespace

std::string instruction_text(const u8* bytes) {
  const InstructionInfo* info = find_instruction(bytes[0], bytes[1]);
  if (!info) return fmt::format("{:<5} {:<23}{}", "?????", ",", "?");
  return fmt::format("{:<5} {:<23}{}", info->mnemonic, operands(info->format, bytes), name_of(*info));
}

std::string instruction_bytes_and_text(const u8* bytes) {
  std::string digits;
  for (unsigned n = 0; n < instruction_length(bytes[0]); ++n) {
    fmt::format_to(std::back_inserter(digits), "{:02X}", bytes[n]);
  }
  return fmt::format("{:<12} {}", digits, instruction_text(bytes));
}

}  // namespace replica::tools
