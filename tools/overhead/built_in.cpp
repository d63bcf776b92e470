#include "tools/overhead/built_in.h"

#include <algorithm>
#include <fstream>

#include "devices/code_page.h"
#include "tools/files.h"
#include "tools/hercules/text_file.h"
#include "tools/parse.h"

namespace replica::overhead {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kColumns = 80;
struct Known {
  const char* name;
  u64 millions;  // of instructions, if the user does not say: for a run of some tenths of a second
};
constexpr Known kKnown[] = {{"compute", 1000}, {"commercial", 100}, {"io", 50}, {"mixed", 100}, {"spaces", 100}};
constexpr const char* kDials[] = {"SVC", "SIO", "LPSW", "SSM", "TIMER", "SWITCH"};
constexpr u64 kMostPerMillion = 50'000;
const tools::SizeLimit kMostBytes = {.bytes = 1 << 20, .reason = "more than any deck of the monitor has"};

using Cards = std::vector<u8>;  // of 80 columns each, in EBCDIC

void add_card(Cards& cards, const std::string& text) {
  for (std::size_t column = 0; column < kColumns; ++column) {
    const char character = column < text.size() ? text[column] : ' ';
    cards.push_back(default_code_page().to_ebcdic[static_cast<u8>(character)]);
  }
}

// "SVC=2000" as the card that says so.
Result<std::string> dial_card(const std::string& spec, const std::string& dial) {
  const std::size_t equals = std::min(dial.find('='), dial.size());
  const std::string name = tools::upper_case(dial.substr(0, equals));
  const bool is_known = std::find(std::begin(kDials), std::end(kDials), name) != std::end(kDials);
  const auto value = tools::parse_decimal(equals == dial.size() ? "" : dial.substr(equals + 1));
  if (is_known && value && *value <= kMostPerMillion) return fmt::format("DIAL   {}={}", name, *value);
  return fail("--workload {}: found '{}'; expected one of {}, '=', and a number up to {}", spec, dial,
              fmt::join(kDials, ", "), kMostPerMillion);
}

struct Spec {
  std::string name;
  u64 millions = 0;
  std::vector<std::string> cards;
};

Result<Spec> parse_spec(const std::string& spec) {
  Spec parsed;
  std::size_t begin = 0;
  for (bool is_name = true; begin <= spec.size(); is_name = false) {
    const std::size_t end = std::min(spec.find(':', begin), spec.size());
    const std::string word = spec.substr(begin, end - begin);
    begin = end + 1;
    if (is_name) {
      parsed.name = word;
      continue;
    }
    auto card = dial_card(spec, word);
    if (!card) return tl::unexpected(card.error());
    parsed.cards.push_back(std::move(*card));
  }
  std::string names;
  for (const Known& known : kKnown) {
    if (parsed.name == known.name) parsed.millions = known.millions;
    names += fmt::format("{}{}", names.empty() ? "" : ", ", known.name);
  }
  if (parsed.millions != 0) return parsed;
  return fail("--workload: found '{}'; expected one of {}, with dials behind it like mixed:SVC=2000", spec, names);
}

Status write_deck(const fs::path& path, const Cards& cards) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(cards.data()), std::ssize(cards));
  if (file.flush()) return {};
  return fail("{}: cannot be written", path.string());
}

// The monitor, the workload's cards but for the END behind them, and what is said otherwise here: the last value counts.
Result<Cards> make_deck(const Spec& spec, const fs::path& guests) {
  const std::string monitor = (guests / "monitor.deck").string();
  auto deck = tools::read_file(monitor, kMostBytes);
  if (!deck) return fail("{}; the build's target monitor_workloads makes it", deck.error().message);
  auto cards = tools::read_file((guests / "monitor" / (spec.name + ".cards")).string(), kMostBytes);
  if (!cards) return tl::unexpected(cards.error());
  if (cards->size() % kColumns != 0 || cards->size() < kColumns) {
    return fail("{}.cards: found {} bytes; expected cards of {} columns", spec.name, cards->size(), kColumns);
  }
  deck->insert(deck->end(), cards->begin(), cards->end() - kColumns);
  add_card(*deck, fmt::format("RUN    MILLIONS={}", spec.millions));
  for (const std::string& card : spec.cards) add_card(*deck, card);
  add_card(*deck, "END");
  return *deck;
}

}  // namespace

std::vector<std::string> usual_workloads() { return {"compute", "commercial", "io", "mixed"}; }

Result<Workload> built_in_workload(const std::string& spec, std::optional<u64> millions, const fs::path& guests,
                                   const fs::path& folder) {
  auto parsed = parse_spec(spec);
  if (!parsed) return tl::unexpected(parsed.error());
  if (millions) parsed->millions = *millions;
  const auto deck = make_deck(*parsed, guests);
  if (!deck) return tl::unexpected(deck.error());
  const fs::path monitor = guests / "monitor";
  auto workload = read_workload(spec, (monitor / (parsed->name + ".cnf")).string(), (monitor / "monitor.rc").string());
  if (!workload) return workload;
  for (tools::DeviceStatement& statement : workload->configuration.devices) {
    const auto device_class = class_of(statement);
    if (!device_class || *device_class != DeviceClass::reader) continue;
    const fs::path path = folder / (spec + ".deck");
    if (Status written = write_deck(path, *deck); !written) return tl::unexpected(written.error());
    statement.arguments.at(0) = path.string();
  }
  return workload;
}

fs::path built_guests() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  return program.parent_path().parent_path() / "guests";
}

}  // namespace replica::overhead
