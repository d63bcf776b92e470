#include "tools/hercules/display.h"

#include <fmt/format.h>

#include <iterator>
#include <vector>

#include "base/big_endian.h"
#include "frontend/insn.h"
#include "mmu/dat.h"
#include "tools/hercules/instruction_text.h"

namespace replica::tools {
namespace {

constexpr u32 kBytesInLine = 16;
constexpr std::size_t kWidthOfBytes = 37;

// 16 registers, four in a line.
std::string sixteen(const char* name, const u32 (&registers)[16]) {
  std::string text;
  for (unsigned n = 0; n < 16; ++n) {
    fmt::format_to(std::back_inserter(text), "{}{:02}={:08X}{}", name, n, registers[n],
                   n == 15 ? "" : (n % 4 == 3 ? "\n" : "  "));
  }
  return text;
}

bool has_floating_point_operands(Format format) {
  return format == Format::RR_F || format == Format::RX_F || format == Format::RRE_F;
}

// The addresses of the operands that a trace shows, by the layout of the instruction and the registers.
std::vector<u32> operand_addresses(const Cpu& cpu, const u8* bytes) {
  const auto based = [&](const u8* field) {
    const unsigned base = field[0] >> 4;
    return (load_be16(field) & 0xFFF) + (base != 0 ? cpu.gr[base] : 0);
  };
  const unsigned length = instruction_length(bytes[0]);
  const InstructionInfo* info = find_instruction(bytes[0], bytes[1]);
  if (!info) return {};
  std::vector<u32> addresses;
  if (info->opcode == Opcode::MVCL || info->opcode == Opcode::CLCL) {
    addresses = {cpu.gr[bytes[1] >> 4], cpu.gr[bytes[1] & 15]};
  } else if (info->format == Format::RRE || info->format == Format::RRE_F) {
    addresses = {cpu.gr[bytes[3] >> 4], cpu.gr[bytes[3] & 15]};
  } else if (length >= 4) {
    const bool is_indexed = info->format == Format::RX || info->format == Format::RX_M || info->format == Format::RX_F;
    const unsigned index = is_indexed ? bytes[1] & 15 : 0;
    addresses.push_back(based(bytes + 2) + (index != 0 ? cpu.gr[index] : 0));
    if (length == 6) addresses.push_back(based(bytes + 4));
  }
  for (u32& address : addresses) address &= kAddressMask;
  return addresses;
}

}  // namespace

std::string general_registers(const Cpu& cpu) { return sixteen("GR", cpu.gr); }
std::string control_registers(const Cpu& cpu) { return sixteen("CR", cpu.cr); }

std::string floating_point_registers(const Cpu& cpu) {
  std::string text;
  for (unsigned n = 0; n < 8; n += 2) {
    fmt::format_to(std::back_inserter(text), "FPR{}={:08X} {:08X}{}", n, cpu.fpr[n] >> 32, cpu.fpr[n] & 0xFFFFFFFF,
                   n == 6 ? "" : (n == 2 ? "\n" : "  "));
  }
  return text;
}

std::string psw_line(const Psw& psw, u16 code, u8 ilc) {
  const u64 image = psw.pack(code, ilc);
  return fmt::format("PSW={:08X} {:08X}", image >> 32, image & 0xFFFFFFFF);
}

std::string psw_fields(const Psw& psw) {
  const unsigned cmwp = static_cast<unsigned>(psw.pack() >> 48 & 15);
  return fmt::format("psw sm={:02X} pk={} cmwp={:X} as=pri cc={} pm={:X} am=24 ia={:X}", psw.system_mask, psw.key, cmwp,
                     psw.cc, psw.program_mask, psw.address);
}

Located locate(Cpu& cpu, Space space, u32 address) {
  Located located{.real = address};
  if (space == Space::logical && cpu.psw.dat()) {
    const DatControls controls{.cr0 = cpu.cr[0], .cr1 = cpu.cr[1], .prefix = cpu.prefix};
    const Translation translation = translate(cpu.storage(), controls, address, WalkMode::look);
    if (translation.code != ProgramCode::none) return {.code = translation.code};
    located.real = translation.real;
  }
  located.absolute = apply_prefix(located.real, cpu.prefix);
  if (!cpu.storage().contains(located.absolute)) located.code = ProgramCode::addressing;
  return located;
}

std::string storage_line(Cpu& cpu, Space space, char letter, u32 address, const CodePage& code_page) {
  const Located first = locate(cpu, space, address);
  const std::string head = fmt::format("{}:{:08X}:", letter, address);
  if (first.code == ProgramCode::addressing) return head + " Real address is not valid";
  if (first.code != ProgramCode::none) {
    return fmt::format("{} Translation exception {:04X}", head, static_cast<unsigned>(first.code));
  }
  std::string digits, characters;
  for (u32 n = 0; n < kBytesInLine && address + n <= kAddressMask; ++n) {
    const Located located = locate(cpu, space, address + n);
    if (located.code != ProgramCode::none) break;
    const u8 byte = cpu.storage().data()[located.absolute];
    fmt::format_to(std::back_inserter(digits), "{:02X}{}", byte, (address + n) % 4 == 3 ? " " : "");
    const u8 host = code_page.to_host[byte];
    characters += host >= 0x20 && host < 0x7F ? static_cast<char>(host) : '.';
  }
  const u8 key = cpu.storage().key(first.absolute >> kBlockShift);
  return fmt::format("{}K:{:02X}={:<{}}{:<16}", head, key, digits, kWidthOfBytes, characters);
}

std::optional<std::array<u8, 6>> instruction_at(Cpu& cpu, Space space, u32 address) {
  std::array<u8, 6> bytes{};
  unsigned length = 2;
  for (unsigned n = 0; n < length; ++n) {
    const Located located = locate(cpu, space, (address + n) & kAddressMask);
    if (located.code != ProgramCode::none) return std::nullopt;
    bytes[n] = cpu.storage().data()[located.absolute];
    if (n == 0) length = instruction_length(bytes[0]);
  }
  return bytes;
}

std::string instruction_state(Cpu& cpu, const std::string& psw, const u8* bytes, const CodePage& code_page) {
  std::string text = psw + " INST=" + instruction_bytes_and_text(bytes);
  const char letter = cpu.psw.dat() ? 'V' : 'R';
  for (const u32 address : operand_addresses(cpu, bytes)) {
    text += "\n" + storage_line(cpu, Space::logical, letter, address, code_page);
  }
  text += "\n" + general_registers(cpu);
  if (cpu.psw.dat() || bytes[0] == 0xB2) text += "\n" + control_registers(cpu);
  const InstructionInfo* info = find_instruction(bytes[0], bytes[1]);
  if (info && has_floating_point_operands(info->format)) text += "\n" + floating_point_registers(cpu);
  return text;
}

}  // namespace replica::tools
