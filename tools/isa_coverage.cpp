#include "tools/isa_coverage.h"

#include <algorithm>

#include "tools/text_table.h"
#include "tools/vectors/coverage.h"
#include "tools/vectors/parser.h"

namespace replica::tools {
namespace {

using Outcomes = std::vector<std::string>;

// The condition codes among the outcomes, as in the opcode table: "012".
std::string condition_codes(const Outcomes& outcomes) {
  std::string codes;
  for (const std::string& outcome : outcomes) {
    if (outcome.starts_with("cc=")) codes += outcome.substr(3);
  }
  return codes.empty() ? "-" : codes;
}

std::string in_words(const Outcomes& outcomes) {
  return outcomes.empty() ? "-" : fmt::format("{}", fmt::join(outcomes, " "));
}

// The exceptions among the outcomes.
std::string exceptions(const Outcomes& outcomes) {
  Outcomes letters;
  std::copy_if(outcomes.begin(), outcomes.end(), std::back_inserter(letters), [](const std::string& outcome) {
    return outcome != "hex" && outcome != "normal" && !outcome.starts_with("cc=");
  });
  return in_words(letters);
}

}  // namespace

Result<std::string> isa_coverage(const std::filesystem::path& folder) {
  const auto files = vectors::parse_folder(folder);
  if (!files) return tl::unexpected(files.error());
  const auto coverage = vectors::measure_coverage(*files);
  if (!coverage) return tl::unexpected(coverage.error());

  TextTable table{{"mnemonic", "cases", "CC", "exceptions", "missing", "cannot happen"}, {}};
  std::size_t cases = 0;
  for (const vectors::InstructionCoverage& row : coverage->instructions) {
    cases += row.cases;
    table.rows.push_back({std::string(row.info->mnemonic), fmt::format("{}", row.cases), condition_codes(row.tested),
                          exceptions(row.tested), in_words(row.missing), in_words(row.unreachable)});
  }
  const std::size_t reachable = coverage->tested() + coverage->missing();
  return fmt::format("{}\n{} instructions, {} cases: {} of {} outcomes tested, {} cannot happen on this machine.\n",
                     table.as_text(), coverage->instructions.size(), cases, coverage->tested(), reachable,
                     coverage->unreachable());
}

}  // namespace replica::tools
