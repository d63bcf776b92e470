// Commands that display, alter, load and save storage: r, v, u, loadcore, savecore.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "frontend/insn.h"
#include "frontend/instruction_table.h"
#include "tools/files.h"
#include "tools/hercules/display.h"
#include "tools/hercules/fingerprint.h"
#include "tools/hercules/instruction_text.h"
#include "tools/hercules/operands.h"
#include "tools/hercules/panel.h"
#include "tools/parse.h"

namespace replica::tools {
namespace {

constexpr u32 kDefaultLength = 64;
constexpr u32 kLineLength = 16;
constexpr std::size_t kMostAltered = 32;

// ---- Display and alter ----

// Tells the fault of a range, and whether there is one.
bool report_fault(Panel& panel, const AddressOperand& operand, const std::string& text) {
  if (operand.fault == AddressOperand::Fault::none) return false;
  panel.log((operand.fault == AddressOperand::Fault::malformed ? "HHCPN144E Invalid operand: "
                                                               : "HHCPN145E Invalid range: ") +
            text);
  return true;
}

void display(Panel& panel, Space space, AddressRange range) {
  const char letter = space == Space::real ? 'R' : 'V';
  for (u32 address = range.first; address <= range.last; address += kLineLength) {
    panel.log(storage_line(panel.cpu(), space, letter, address, *panel.system().environment.code_page));
  }
}

// Stores what can be located: as many bytes as storage has, but nothing at all if the first cannot be.
void alter(Panel& panel, Space space, u32 address, const std::vector<u8>& bytes) {
  Storage& storage = panel.machine().storage();
  for (u32 n = 0; n < bytes.size() && address + n <= kAddressMask; ++n) {
    const Located located = locate(panel.cpu(), space, address + n);
    if (located.code != ProgramCode::none) return;
    storage.data()[located.absolute] = bytes[n];
    storage.record_store(located.absolute >> kBlockShift);
  }
}

// "V:00001000 (primary) R:00001000"
std::string translation_line(Cpu& cpu, u32 address) {
  const Located located = locate(cpu, Space::logical, address);
  const std::string real = located.code == ProgramCode::none || located.code == ProgramCode::addressing
                               ? fmt::format(" R:{:08X}", located.real)
                               : std::string();
  return fmt::format("V:{:08X} ({}){}", address, cpu.psw.dat() ? "primary" : "dat off", real);
}

void storage(Panel& panel, const CommandLine& line, Space space) {
  const std::string text = line.rest(1);
  const std::string blank = space == Space::real ? " " : "";  // as in Hercules
  const std::size_t equals = text.find('=');
  AddressOperand operand = parse_address_range(std::string_view(text).substr(0, equals), kDefaultLength);
  if (equals != std::string::npos) {
    const auto bytes = parse_hex_bytes(std::string_view(text).substr(equals + 1));
    const bool is_single = text.find_first_of("-.:") >= equals;
    if (!bytes || !is_single || operand.fault == AddressOperand::Fault::malformed) {
      return panel.log("HHCPN144E Invalid operand: " + blank + text);
    }
    if (bytes->size() > kMostAltered) {
      return panel.log(
          fmt::format("HHCPN143E Invalid value: expected at most {} bytes, found {}", kMostAltered, bytes->size()));
    }
    if (report_fault(panel, operand, blank + text)) return;
    operand.range.last = std::min(operand.range.first + static_cast<u32>(bytes->size()) - 1, kAddressMask);
    alter(panel, space, operand.range.first, *bytes);
  }
  if (report_fault(panel, operand, blank + text)) return;
  if (space == Space::logical) panel.log(translation_line(panel.cpu(), operand.range.first));
  display(panel, space, operand.range);
}

void real_storage(Panel& panel, const CommandLine& line) { storage(panel, line, Space::real); }
void virtual_storage(Panel& panel, const CommandLine& line) { storage(panel, line, Space::logical); }

void disassemble(Panel& panel, const CommandLine& line) {
  const std::string text = line.rest(1);
  const AddressOperand operand = parse_address_range(text, kDefaultLength);
  if (report_fault(panel, operand, text)) return;
  Cpu& cpu = panel.cpu();
  for (u32 address = operand.range.first; address <= operand.range.last;) {
    const auto bytes = instruction_at(cpu, Space::logical, address);
    if (!bytes) {
      const Located located = locate(cpu, Space::logical, address);
      const bool is_translation = located.code != ProgramCode::none && located.code != ProgramCode::addressing;
      return panel.log(is_translation ? fmt::format("Translation exception {:04X}", static_cast<unsigned>(located.code))
                                      : "Addressing exception");
    }
    panel.log(
        fmt::format("{}{:08X}: {}", cpu.psw.dat() ? 'P' : 'R', address, instruction_bytes_and_text(bytes->data())));
    address += instruction_length((*bytes)[0]);
  }
}

// ---- Files ----

void load_core(Panel& panel, const CommandLine& line) {
  if (line.words.size() < 2) return panel.log("HHCPN108E loadcore rejected: filename missing");
  const std::string& name = line.words[1];
  if (access(name.c_str(), R_OK) != 0) {
    return panel.log(fmt::format("HHCPN109E Cannot open {}: {}", name, std::strerror(errno)));
  }
  u32 address = 0;
  Storage& storage = panel.machine().storage();
  if (line.words.size() > 2) {
    const auto parsed = parse_address(line.words[2]);
    if (!parsed || *parsed >= storage.size()) return panel.log("HHCPN110E invalid address: " + line.words[2] + " ");
    address = *parsed;
  }
  if (panel.processor().is_operating()) return panel.log("HHCPN111E loadcore rejected: CPU not stopped");
  const auto bytes = read_file(name, {storage.size() - address, fmt::format("from address {:06X} on", address)});
  if (!bytes) return panel.log("HHCPN109E Cannot open " + bytes.error().message);
  panel.log(fmt::format("HHCPN112I Loading {} to location {:x} ", name, address));
  const auto length = static_cast<u32>(bytes->size());
  std::copy(bytes->begin(), bytes->end(), storage.data() + address);
  for (u32 block = address >> kBlockShift; block <= (address + length - 1) >> kBlockShift; ++block) {
    storage.record_store(block);
  }
  panel.log(fmt::format("HHCPN113I {} bytes read from {}", length, name));
}

// An operand of savecore: an address, or '*' or nothing for `otherwise`.
std::optional<u32> save_address(const CommandLine& line, std::size_t n, u32 otherwise, u32 size) {
  if (line.words.size() <= n || line.words[n] == "*") return otherwise;
  const auto address = parse_address(line.words[n]);
  if (!address || *address >= size) return std::nullopt;
  return *address;
}

// Everything from the first block that has been changed to the last.
AddressRange changed_storage(const Storage& storage) {
  u32 first = 0, last = 0;
  for (u32 block = 0; block < storage.blocks(); ++block) {
    if (!(storage.key(block) & storage_key::kChange)) continue;
    if (last == 0) first = block << kBlockShift;
    last = ((block + 1) << kBlockShift) - 1;
  }
  return {.first = first, .last = last};
}

// An existing file is not replaced, as in Hercules.
void save_core(Panel& panel, const CommandLine& line) {
  if (line.words.size() < 2) return panel.log("HHCPN099E savecore rejected: filename missing");
  const Storage& storage = panel.machine().storage();
  const AddressRange changed = changed_storage(storage);
  const auto first = save_address(line, 2, changed.first, storage.size());
  if (!first) return panel.log(fmt::format("HHCPN100E savecore: invalid starting address: {} ", line.words[2]));
  const auto last = save_address(line, 3, changed.last, storage.size());
  if (!last) return panel.log(fmt::format("HHCPN101E savecore: invalid ending address: {} ", line.words[3]));
  if (panel.processor().is_operating()) return panel.log("HHCPN102E savecore rejected: CPU not stopped");
  if (*first >= *last) return panel.log(fmt::format("HHCPN103E invalid range: {:08X}-{:08X}", *first, *last));
  const std::string& name = line.words[1];
  panel.log(fmt::format("HHCPN104I Saving locations {:08X}-{:08X} to {}", *first, *last, name));
  const int file = open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
  if (file < 0) return panel.log(fmt::format("HHCPN105E savecore error creating {}: {}", name, std::strerror(errno)));
  const std::size_t length = *last - *first + 1;
  const ssize_t written = write(file, storage.data() + *first, length);
  const int error = errno;
  const bool closed = close(file) == 0;
  if (written < 0 || !closed) {
    return panel.log(fmt::format("HHCPN106E savecore error writing to {}: {}", name, std::strerror(error)));
  }
  const auto missing = length - static_cast<std::size_t>(written);
  if (missing != 0) return panel.log(fmt::format("HHCPN107E savecore: unable to save {} bytes", missing));
  panel.log("HHCPN170I savecore command complete.");
}

void show_fingerprint(Panel& panel, const CommandLine&) { panel.log(fingerprint(panel.machine())); }

constexpr Command kCommands[] = {
    {"r", real_storage, "display or alter real storage",
     "Format: \"r addr[.len]\" or \"r addr-addr\" to display real\n"
     "storage, or \"r addr=value\" to alter real storage, where 'value'\n"
     "is a hex string of up to 32 pairs of digits."},
    {"v", virtual_storage, "display or alter virtual storage",
     "Format: \"v addr[.len]\" or \"v addr-addr\" to display virtual\n"
     "storage, or \"v addr=value\" to alter virtual storage, where 'value'\n"
     "is a hex string of up to 32 pairs of digits."},
    {"u", disassemble, "disassemble storage", "Format: \"u addr[.len]\" or \"u addr-addr\"."},
    {"savecore", save_core, "save a core image to file",
     "Format: \"savecore filename [start | *] [end | *]\" where '*' or nothing is the first or last\n"
     "byte of the storage that has been modified."},
    {"loadcore", load_core, "load a core image file", "Format: \"loadcore filename [address]\"; 0 if left out."},
    {"fingerprint", show_fingerprint, "count of instructions and hash of storage",
     "Two runs in virtual time are the same if they end with the same line."},
};

}  // namespace

std::span<const Command> storage_commands() { return kCommands; }

}  // namespace replica::tools
