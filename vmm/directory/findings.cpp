#include "vmm/directory/findings.h"

#include <algorithm>
#include <charconv>

namespace replica::vmm {

void Findings::add(std::vector<Finding>& findings, const std::string& place, const std::string& text) {
  u32 line = 0;
  const std::size_t colon = place.rfind(':');
  if (colon != std::string::npos) std::from_chars(place.data() + colon + 1, place.data() + place.size(), line);
  findings.push_back({line, fmt::format("{}: {}", place, text)});
}

std::vector<std::string> Findings::sorted(std::vector<Finding> findings) {
  std::stable_sort(findings.begin(), findings.end(), [](const auto& a, const auto& b) { return a.line < b.line; });
  std::vector<std::string> texts;
  texts.reserve(findings.size());
  for (Finding& finding : findings) texts.push_back(std::move(finding.text));
  return texts;
}

std::string Findings::errors() const { return fmt::format("{}", fmt::join(sorted(errors_), "\n")); }

std::vector<std::string> Findings::notes() const { return sorted(notes_); }

}  // namespace replica::vmm
