// DISPLAY and DUMP: storage and registers of the user's own virtual machine. Addresses are real to the guest. VM/370 CP Command
// Reference (GC20-1820).
#include <algorithm>

#include "base/big_endian.h"
#include "vmm/cp/console_spool.h"
#include "vmm/cp/operands.h"
#include "vmm/cp/storage_range.h"

namespace replica::vmm {
namespace {

// How much a terminal is given at once.
constexpr u32 kMostDisplayed = 16 * 1024;
constexpr u32 kCsw = 64, kCaw = 72;

using Print = std::function<void(const std::string&)>;

struct Subject {
  const CodePage& code_page;
  Cpu& cpu;
  GuestStorage& storage;

  u32 word(u32 address) const { return load_be32(storage.at(apply_prefix(address, cpu.prefix))); }
  u8 key(u32 address) const { return storage.key(apply_prefix(address, cpu.prefix) >> kBlockShift); }
};

Subject subject_of(ControlProgram& cp, Session& session) {
  return {cp.code_page(), session.machine->cpu(), session.machine->storage()};
}

std::string words_at(const Subject& subject, u32 address, u32 words) {
  std::string line;
  for (u32 n = 0; n < words; ++n) line += fmt::format(" {:08X}", subject.word(address + 4 * n));
  return line;
}

// What the bytes are as characters.
std::string text_at(const Subject& subject, u32 address, u32 length) {
  std::string text;
  for (u32 n = 0; n < length; ++n) {
    const u8 byte = static_cast<u8>(subject.word((address + n) & ~3u) >> (24 - 8 * ((address + n) & 3)));
    const u8 character = subject.code_page.to_host[byte];
    text += byte < 0x40 || character < ' ' || character > '~' ? '.' : static_cast<char>(character);
  }
  return text;
}

Status display_storage(const Subject& subject, std::string_view operand, bool with_text, const Print& print) {
  const auto range = parse_range(operand, subject.storage.size() - 1, 4);
  if (!range) return tl::unexpected(range.error());
  if (range->last - range->first >= kMostDisplayed)
    return fail("DMKCDB009E INVALID RANGE - {}: more than {}K; DUMP prints it", operand, kMostDisplayed >> 10);
  for (u32 address = range->first & ~15u; address <= range->last; address += 16) {
    const std::string text = with_text ? fmt::format("  *{}*", text_at(subject, address, 16)) : "";
    print(fmt::format("{:06X} {}{}", address, words_at(subject, address, 4), text));
  }
  return {};
}

// Blocks with the same key in a row are one line.
void print_keys(const Subject& subject, const Range& range, const Print& print) {
  for (u32 address = range.first & ~(kBlockSize - 1); address <= range.last;) {
    const u8 key = subject.key(address);
    u32 end = address;
    while (end <= range.last && subject.key(end) == key) end += kBlockSize;
    print(fmt::format("{:06X} TO {:06X} KEY = {:02X}", address, end - 1, key));
    address = end;
  }
}

Status display_keys(const Subject& subject, std::string_view operand, const Print& print) {
  const auto range = parse_range(operand, subject.storage.size() - 1, kBlockSize);
  if (!range) return tl::unexpected(range.error());
  print_keys(subject, *range, print);
  return {};
}

Status display_words(std::string_view name, const u32* registers, std::string_view operand, const Print& print) {
  const auto range = parse_range(operand, 15, 1);
  if (!range) return fail("DMKCDB010E INVALID REGISTER - {}", operand);
  for (u32 n = range->first; n <= range->last; n += 4) {
    std::string line = fmt::format("{} {:>2} =", name, n);
    for (u32 k = n; k <= std::min(range->last, n + 3); ++k) line += fmt::format(" {:08X}", registers[k]);
    print(line);
  }
  return {};
}

Status display_floating(const Cpu& cpu, std::string_view operand, const Print& print) {
  const auto range = parse_range(operand, 6, 1);
  if (!range || range->first % 2 != 0) return fail("DMKCDB010E INVALID REGISTER - {}", operand);
  for (u32 n = range->first; n <= range->last; n += 2) print(fmt::format("FPR {} = {:016X}", n, cpu.fpr[n / 2]));
  return {};
}

std::string psw_line(const Cpu& cpu) {
  const u64 psw = cpu.psw.pack();
  return fmt::format("PSW = {:08X} {:08X}", psw >> 32, static_cast<u32>(psw));
}

Status display_one(const Subject& subject, std::string_view operand, const Print& print) {
  const auto is = [&](std::string_view name, std::size_t shortest) { return abbreviates(operand, name, shortest); };
  if (is("PSW", 1)) return print(psw_line(subject.cpu)), Status{};
  if (is("CAW", 3)) return print(fmt::format("CAW = {:08X}", subject.word(kCaw))), Status{};
  if (is("CSW", 3))
    return print(fmt::format("CSW = {:08X} {:08X}", subject.word(kCsw), subject.word(kCsw + 4))), Status{};
  const std::string_view rest = operand.substr(1);
  switch (operand[0]) {
    case 'G': return display_words("GPR", subject.cpu.gr, rest, print);
    case 'X': return display_words("ECR", subject.cpu.cr, rest, print);
    case 'Y': return display_floating(subject.cpu, rest, print);
    case 'K': return display_keys(subject, rest, print);
    case 'T': return display_storage(subject, rest, true, print);
    case 'L':
    case 'N': return display_storage(subject, rest, false, print);
    default: return display_storage(subject, operand, false, print);
  }
}

// DISPLAY [L|T|K]range, G|Y|X[range], PSW, CAW, CSW; several of them. Nothing: the first words.
Status execute_display(ControlProgram& cp, Requester& requester, const CommandText& command) {
  const auto session = own_session(requester);
  if (!session) return tl::unexpected(session.error());
  Operands operands(command);
  if (operands.at_end()) return fail("DMKCDB026E OPERAND MISSING OR INVALID: expected what to display");
  cp.monitor().release_cpu();
  const Subject subject = subject_of(cp, **session);
  while (!operands.at_end()) {
    if (Status shown = display_one(subject, operands.take(), requester.print); !shown) return shown;
  }
  return {};
}

// ---- DUMP ----

void dump_registers(const Subject& subject, const Print& print) {
  print(psw_line(subject.cpu));
  static_cast<void>(display_words("GPR", subject.cpu.gr, "", print));
  static_cast<void>(display_words("ECR", subject.cpu.cr, "", print));
  static_cast<void>(display_floating(subject.cpu, "", print));
}

void dump_storage(const Subject& subject, const Range& range, const Print& print) {
  std::string previous;
  u32 same = 0;
  for (u32 address = range.first & ~31u; address <= range.last; address += 32) {
    const std::string words = words_at(subject, address, 8);
    if (words == previous) {
      ++same;
      continue;
    }
    if (same != 0) print(fmt::format("        {} LINES SUPPRESSED SAME AS ABOVE", same));
    same = 0;
    print(fmt::format("{:06X} {}  *{}*", address, words, text_at(subject, address, 32)));
    previous = words;
  }
  if (same != 0) print(fmt::format("        {} LINES SUPPRESSED SAME AS ABOVE", same));
}

// DUMP [L|T]range... [*text]: to the virtual printer, with registers and keys.
Status execute_dump(ControlProgram& cp, Requester& requester, const CommandText& command) {
  const auto session = own_session(requester);
  if (!session) return tl::unexpected(session.error());
  SpoolOutput* printer = first_printer(**session);
  if (!printer) return fail("DMKCDM040E DEV PRT DOES NOT EXIST");
  cp.monitor().release_cpu();
  const Subject subject = subject_of(cp, **session);
  const u32 most = subject.storage.size() - 1;
  std::vector<Range> ranges;
  std::string title;
  for (Operands operands(command); !operands.at_end();) {
    if (operands.peek()[0] == '*') {
      title = command.rest(operands.position());
      break;
    }
    std::string_view word = operands.peek();
    if (word[0] == 'L' || word[0] == 'T' || word[0] == 'N') word.remove_prefix(1);
    const auto range = parse_range(word, most, 4);
    if (!range) return tl::unexpected(range.error());
    ranges.push_back(*range);
    operands.take();
  }
  if (ranges.empty()) ranges.push_back({0, most});
  Status printed;
  const Print print = [&](const std::string& line) {
    if (printed) printed = print_line(*printer, cp.code_page(), line);
  };
  print(fmt::format("DUMP OF {} {}", (*session)->name(), title));
  dump_registers(subject, print);
  for (const Range& range : ranges) {
    print_keys(subject, range, print);
    dump_storage(subject, range, print);
  }
  if (!printed) return fail("DMKCDM428E {}", printed.error().message);
  requester.print("COMMAND COMPLETE");
  return {};
}

}  // namespace

std::span<const CpCommand> display_commands() {
  static constexpr CpCommand kCommands[] = {
      {"DISPLAY", 1, "G", execute_display},
      {"DUMP", 2, "G", execute_dump},
  };
  return kCommands;
}

}  // namespace replica::vmm
