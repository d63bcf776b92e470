// Commands that act on the user's own virtual machine: IPL, BEGIN, SYSTEM, EXTERNAL, READY, ATTN, STORE, DISPLAY, SET.
#include "base/big_endian.h"
#include "vmm/cp/operands.h"

namespace replica::vmm {
namespace {

constexpr u32 kMostDisplayed = 4096;

Status execute_ipl(ControlProgram& cp, Requester& requester, const CommandText& command) {
  const auto session = own_session(requester);
  if (!session) return tl::unexpected(session.error());
  if (command.words.size() < 2) return fail("DMKCFG026E OPERAND MISSING OR INVALID");
  const auto address = parse_hexadecimal(command.words[1], 0xFFF);
  if (!address) return tl::unexpected(address.error());
  const bool clear = command.words.size() > 2 && command.words[2] == "CLEAR";
  return cp.monitor().load(*(*session)->machine, static_cast<u16>(*address), clear);
}

Status execute_begin(ControlProgram& cp, Requester& requester, const CommandText& command) {
  const auto session = own_session(requester);
  if (!session) return tl::unexpected(session.error());
  VirtualMachine& machine = *(*session)->machine;
  cp.monitor().stop(machine);
  if (command.words.size() > 1) {
    const auto address = parse_hexadecimal(command.words[1], 0xFFFFFF);
    if (!address) return tl::unexpected(address.error());
    machine.cpu().psw.address = *address;
  }
  cp.monitor().start(machine);
  return {};
}

Status execute_system(ControlProgram& cp, Requester& requester, const CommandText& command) {
  const auto session = own_session(requester);
  if (!session) return tl::unexpected(session.error());
  const std::string what = command.words.size() > 1 ? command.words[1] : "";
  VirtualMachine& machine = *(*session)->machine;
  if (what == "RESET" || what == "CLEAR") {
    cp.monitor().system_reset(machine, what == "CLEAR");
  } else if (what == "RESTART") {
    cp.monitor().stop(machine);
    machine.machine().restart();
    cp.monitor().start(machine);
  } else {
    return fail("DMKCPB026E OPERAND MISSING OR INVALID: expected RESET, CLEAR or RESTART");
  }
  return {};
}

// DISPLAY hexloc[.count]: guest real storage.
Status execute_display(ControlProgram& cp, Requester& requester, const CommandText& command) {
  const auto session = own_session(requester);
  if (!session) return tl::unexpected(session.error());
  VirtualMachine& machine = *(*session)->machine;
  cp.monitor().release_cpu();
  Cpu& cpu = machine.cpu();
  const std::string what = command.words.size() > 1 ? command.words[1] : "";
  if (what.starts_with("PSW") || what == "P") {
    const u64 psw = cpu.psw.pack();
    requester.print(fmt::format("PSW = {:08X} {:08X}", psw >> 32, static_cast<u32>(psw)));
    return {};
  }
  if (what.starts_with("G") || what.starts_with("X")) {
    const u32* registers = what[0] == 'G' ? cpu.gr : cpu.cr;
    for (unsigned n = 0; n < 16; n += 4) {
      requester.print(fmt::format("{}PR {:>2} = {:08X} {:08X} {:08X} {:08X}", what[0] == 'G' ? 'G' : 'E', n,
                                  registers[n], registers[n + 1], registers[n + 2], registers[n + 3]));
    }
    return {};
  }
  const std::size_t dot = what.find('.');
  const auto first = parse_hexadecimal(what.substr(0, dot), machine.storage().size() - 1);
  if (!first) return tl::unexpected(first.error());
  u32 count = 4;
  if (dot != std::string::npos) {
    const auto given = parse_hexadecimal(what.substr(dot + 1), kMostDisplayed);
    if (!given) return tl::unexpected(given.error());
    count = *given;
  }
  for (u32 address = *first & ~15u; address < *first + count && address < machine.storage().size(); address += 16) {
    std::string line = fmt::format("{:06X} ", address);
    for (u32 n = 0; n < 16; n += 4) line += fmt::format(" {:08X}", load_be32(machine.storage().at(address + n)));
    requester.print(line);
  }
  return {};
}

// STORE hexloc word...: guest real storage. The words are checked before the first is stored.
Status execute_store(ControlProgram& cp, Requester& requester, const CommandText& command) {
  const auto session = own_session(requester);
  if (!session) return tl::unexpected(session.error());
  Storage& storage = (*session)->machine->storage();
  if (command.words.size() < 3) return fail("DMKCDS026E OPERAND MISSING OR INVALID");
  const auto first = parse_hexadecimal(command.words[1], storage.size() - 1);
  if (!first) return tl::unexpected(first.error());
  const std::size_t count = command.words.size() - 2;
  if (*first % 4 != 0 || *first + 4 * count > storage.size())
    return fail("DMKCDS004E INVALID HEXLOC - {}", command.words[1]);
  std::vector<u32> words;
  for (std::size_t n = 0; n < count; ++n) {
    const auto word = parse_hexadecimal(command.words[2 + n], ~u32{0});
    if (!word) return tl::unexpected(word.error());
    words.push_back(*word);
  }
  cp.monitor().release_cpu();
  for (u32 n = 0; n < count; ++n) {
    storage.record_store(*first + 4 * n, 4);
    store_be32(storage.at(*first + 4 * n), words[n]);
  }
  requester.print("STORE COMPLETE");
  return {};
}

}  // namespace

std::span<const CpCommand> machine_commands() {
  static constexpr CpCommand kCommands[] = {
      {"IPL", 1, "G", execute_ipl},         {"BEGIN", 1, "G", execute_begin}, {"SYSTEM", 3, "G", execute_system},
      {"DISPLAY", 1, "G", execute_display}, {"STORE", 2, "G", execute_store},
  };
  return kCommands;
}

}  // namespace replica::vmm
