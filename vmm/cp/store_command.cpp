// STORE: into storage and registers of the user's own virtual machine. VM/370 CP Command Reference (GC20-1820). All operands are
// checked before the first is stored.
#include <algorithm>

#include "base/big_endian.h"
#include "vmm/cp/operands.h"

namespace replica::vmm {
namespace {

using Action = std::function<void()>;

struct Storing {
  VirtualMachine& machine;
  std::vector<Action> actions;

  Cpu& cpu() const { return machine.cpu(); }
  // Bytes at a real address of the guest, which are all there.
  void store(u32 address, std::vector<u8> bytes) {
    actions.push_back([&machine = machine, address, bytes = std::move(bytes)] {
      for (u32 n = 0; n < bytes.size(); ++n) {
        const u32 absolute = apply_prefix(address + n, machine.cpu().prefix);
        machine.storage().record_store(absolute, 1);
        *machine.storage().at(absolute) = bytes[n];
      }
    });
  }
};

bool is_hexadecimal(std::string_view word) {
  return !word.empty() && word.find_first_not_of("0123456789ABCDEF") == std::string_view::npos;
}

// The words that follow, as many as there are, at least one.
Result<std::vector<u32>> take_words(Operands& operands, std::size_t most) {
  std::vector<u32> words;
  while (words.size() < most && is_hexadecimal(operands.peek())) {
    const auto word = parse_hexadecimal(operands.take(), ~u32{0});
    if (!word) return fail("DMKCDS005E INVALID HEXDATA: {}", word.error().message);
    words.push_back(*word);
  }
  if (words.empty()) return fail("DMKCDS005E INVALID HEXDATA - {}", operands.peek());
  return words;
}

Result<u32> location(const Storing& storing, std::string_view word, u32 alignment) {
  const auto address = parse_hexadecimal(word, storing.machine.storage().size() - 1);
  if (!address || *address % alignment != 0) return fail("DMKCDS004E INVALID HEXLOC - {}", word);
  return *address;
}

Status take_storage(Storing& storing, std::string_view where, Operands& operands) {
  const auto address = location(storing, where, 4);
  if (!address) return tl::unexpected(address.error());
  const auto words = take_words(operands, ~std::size_t{0});
  if (!words) return tl::unexpected(words.error());
  if (*address + 4 * words->size() > storing.machine.storage().size())
    return fail("DMKCDS160E HEXLOC {} EXCEEDS STORAGE", where);
  std::vector<u8> bytes(4 * words->size());
  for (std::size_t n = 0; n < words->size(); ++n) store_be32(&bytes[4 * n], (*words)[n]);
  storing.store(*address, std::move(bytes));
  return {};
}

// Shexloc string: bytes, on any boundary.
Status take_string(Storing& storing, std::string_view where, Operands& operands) {
  const auto address = location(storing, where, 1);
  if (!address) return tl::unexpected(address.error());
  std::string digits;
  while (is_hexadecimal(operands.peek())) digits += operands.take();
  if (digits.empty() || digits.size() % 2 != 0)
    return fail("DMKCDS005E INVALID HEXDATA - {}{}", digits, operands.peek());
  std::vector<u8> bytes;
  for (std::size_t n = 0; n < digits.size(); n += 2)
    bytes.push_back(static_cast<u8>(*parse_hexadecimal(digits.substr(n, 2), 0xFF)));
  if (*address + bytes.size() > storing.machine.storage().size())
    return fail("DMKCDS160E HEXLOC {} EXCEEDS STORAGE", where);
  storing.store(*address, std::move(bytes));
  return {};
}

Status take_registers(Storing& storing, char kind, std::string_view which, Operands& operands) {
  const auto first = parse_hexadecimal(which, 15);
  if (!first) return fail("DMKCDS010E INVALID REGISTER - {}{}", kind, which);
  const auto words = take_words(operands, 16 - *first);
  if (!words) return tl::unexpected(words.error());
  storing.actions.push_back([&cpu = storing.cpu(), kind, first = *first, words = *words] {
    std::copy(words.begin(), words.end(), (kind == 'G' ? cpu.gr : cpu.cr) + first);
    if (kind == 'X') cpu.control_register_changed();
  });
  return {};
}

Status take_floating(Storing& storing, std::string_view which, Operands& operands) {
  const auto n = parse_hexadecimal(which, 6);
  if (!n || *n % 2 != 0) return fail("DMKCDS010E INVALID REGISTER - Y{}", which);
  const std::string digits = operands.take();
  if (!is_hexadecimal(digits) || digits.size() > 16) return fail("DMKCDS005E INVALID HEXDATA - {}", digits);
  const u64 value = std::stoull(digits, nullptr, 16);
  // As the manual has it, the digits begin at the left.
  const u64 image = value << (4 * (16 - digits.size()));
  storing.actions.push_back([&cpu = storing.cpu(), n = *n, image] { cpu.fpr[n / 2] = image; });
  return {};
}

// PSW [word] word: both halves, or the right one.
Status take_psw(Storing& storing, Operands& operands) {
  const auto words = take_words(operands, 2);
  if (!words) return tl::unexpected(words.error());
  storing.actions.push_back([&cpu = storing.cpu(), words = *words] {
    const u64 left = words.size() == 2 ? words[0] : cpu.psw.pack() >> 32;
    cpu.load_psw(left << 32 | words.back());
  });
  return {};
}

Status take_one(Storing& storing, Operands& operands) {
  const std::string what = operands.take();
  if (abbreviates(what, "PSW", 1)) return take_psw(storing, operands);
  const std::string_view rest = std::string_view(what).substr(1);
  switch (what[0]) {
    case 'G':
    case 'X': return take_registers(storing, what[0], rest, operands);
    case 'Y': return take_floating(storing, rest, operands);
    case 'S': return take_string(storing, rest, operands);
    case 'L':
    case 'N': return take_storage(storing, rest, operands);
    default: return take_storage(storing, what, operands);
  }
}

// STORE [L]hexloc word..., Shexloc bytes, Greg word..., Xreg word..., Yreg digits, PSW [word] word; or STATUS
Status execute_store(ControlProgram& cp, Requester& requester, const CommandText& command) {
  const auto session = own_session(requester);
  if (!session) return tl::unexpected(session.error());
  Operands operands(command);
  if (Status status = operands.expect_more("where to store"); !status) return status;
  cp.monitor().release_cpu();
  Storing storing{*(*session)->machine, {}};
  if (operands.take("STATUS", 4)) {
    if (Status status = operands.expect_end(); !status) return status;
    storing.cpu().store_status();
  }
  while (!operands.at_end()) {
    if (Status taken = take_one(storing, operands); !taken) return taken;
  }
  for (const Action& action : storing.actions) action();
  requester.print("STORE COMPLETE");
  return {};
}

}  // namespace

std::span<const CpCommand> store_commands() {
  static constexpr CpCommand kCommands[] = {
      {"STORE", 2, "G", execute_store},
  };
  return kCommands;
}

}  // namespace replica::vmm
