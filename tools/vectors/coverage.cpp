#include "tools/vectors/coverage.h"

#include <algorithm>
#include <map>
#include <set>

namespace replica::vectors {
namespace {

// What cases expect of an instruction.
struct Seen {
  std::size_t cases = 0;
  std::set<std::string> outcomes;
};
using SeenByOpcode = std::map<Opcode, Seen>;

struct Letters {
  std::string_view letters;
  u8 code;
};
// The program-interruption code of each exception in instructions.def, but for access exceptions, which patterns cover,
// and II, which is none.
constexpr Letters kLetters[] = {
    {"M", 0x02},  {"EX", 0x03}, {"Ad", 0x05}, {"SP", 0x06}, {"D", 0x07},  {"IF", 0x08}, {"IK", 0x09}, {"DF", 0x0A},
    {"DK", 0x0B}, {"EO", 0x0C}, {"EU", 0x0D}, {"LS", 0x0E}, {"FK", 0x0F}, {"TS", 0x12}, {"SO", 0x13}, {"MO", 0x40},
};

bool is_interruption(Field field) {
  return field == Field::program_interruption || field == Field::external_interruption ||
         field == Field::io_interruption;
}

bool ends_in_interruption(const Case& c) {
  return std::any_of(c.after.begin(), c.after.end(), [](const Item& item) { return is_interruption(item.field); });
}

void note_case(const Case& c, SeenByOpcode& opcodes) {
  const InstructionInfo* subject = c.subject();
  if (!subject) return;
  ++opcodes[subject->opcode].cases;
  std::set<std::string>& seen = opcodes[subject->opcode].outcomes;
  if (c.in_hex && c.instructions.size() == 1) seen.insert("hex");
  const Item* program = Case::find(c.after, Field::program_interruption);
  if (!ends_in_interruption(c)) seen.insert("normal");
  const Item* cc = Case::find(c.after, Field::condition_code);
  if (cc && cc->known == ~u64{0}) seen.insert(fmt::format("cc={}", cc->value));
  // The registers of an interruptible instruction tell how far it came before it was interrupted.
  if (ends_in_interruption(c) && c.has_after(Field::general_register)) seen.insert("II");
  if (!program) return;
  for (const Letters& letters : kLetters) {
    if (letters.code == program->value) seen.insert(std::string(letters.letters));
  }
}

void note_pattern(const AccessPattern& pattern, SeenByOpcode& opcodes) {
  static constexpr std::string_view kNames[] = {"Af", "As", "Au"};
  Seen& seen = opcodes[pattern.base.subject()->opcode];
  ++seen.cases;
  seen.outcomes.insert(std::string(kNames[static_cast<u8>(pattern.access)]));
}

Status check_unreachable(const Unreachable& entry, const SeenByOpcode& opcodes) {
  const InstructionInfo& info = info_of(entry.opcode);
  const auto all = outcomes_of(info);
  if (std::find(all.begin(), all.end(), entry.outcome) == all.end()) {
    return fail("{}:{}: {} has no outcome '{}'; it has {}", entry.file, entry.line, info.mnemonic, entry.outcome,
                fmt::join(all, ", "));
  }
  const auto seen = opcodes.find(entry.opcode);
  if (seen != opcodes.end() && seen->second.outcomes.contains(entry.outcome)) {
    return fail("{}:{}: {} is said never to have '{}', but a case expects it", entry.file, entry.line, info.mnemonic,
                entry.outcome);
  }
  return {};
}

}  // namespace

std::vector<std::string> outcomes_of(const InstructionInfo& info) {
  std::vector<std::string> outcomes = {"hex", "normal"};
  for (const char c : info.condition_codes) {
    if (c != '-') outcomes.push_back(fmt::format("cc={}", c));
  }
  for (std::string_view rest = info.exceptions; !rest.empty() && rest != "-";) {
    const std::size_t blank = std::min(rest.find(' '), rest.size());
    outcomes.emplace_back(rest.substr(0, blank));
    rest.remove_prefix(std::min(blank + 1, rest.size()));
  }
  return outcomes;
}

Result<Coverage> measure_coverage(const std::vector<VectorFile>& files) {
  SeenByOpcode seen;
  std::map<Opcode, std::set<std::string>> never;
  for (const VectorFile& file : files) {
    for (const Case& c : file.cases) note_case(c, seen);
    for (const AccessPattern& pattern : file.patterns) note_pattern(pattern, seen);
  }
  for (const VectorFile& file : files) {
    for (const Unreachable& entry : file.unreachable) {
      if (const auto status = check_unreachable(entry, seen); !status) return tl::unexpected(status.error());
      never[entry.opcode].insert(entry.outcome);
    }
  }
  Coverage coverage;
  for (const InstructionInfo& info : kInstructionTable) {
    if (!is_installed(info)) continue;
    const Seen& of_row = seen[info.opcode];
    InstructionCoverage row{.info = &info, .cases = of_row.cases, .tested = {}, .missing = {}, .unreachable = {}};
    for (const std::string& outcome : outcomes_of(info)) {
      auto& list = of_row.outcomes.contains(outcome)      ? row.tested
                   : never[info.opcode].contains(outcome) ? row.unreachable
                                                          : row.missing;
      list.push_back(outcome);
    }
    coverage.instructions.push_back(std::move(row));
  }
  return coverage;
}

std::size_t Coverage::tested() const {
  std::size_t count = 0;
  for (const auto& row : instructions) count += row.tested.size();
  return count;
}
std::size_t Coverage::missing() const {
  std::size_t count = 0;
  for (const auto& row : instructions) count += row.missing.size();
  return count;
}
std::size_t Coverage::unreachable() const {
  std::size_t count = 0;
  for (const auto& row : instructions) count += row.unreachable.size();
  return count;
}

}  // namespace replica::vectors
