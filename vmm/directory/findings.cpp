#include "vmm/directory/findings.h"

#include <algorithm>
#include <charconv>

namespace replica::vmm {
namespace {

constexpr std::size_t kMostFindings = 10'000;

}  // namespace

void Findings::add(List& list, const std::string& place, const std::string& text) {
  if (list.findings.size() == kMostFindings) {
    ++list.more;
    return;
  }
  u32 line = 0;
  const std::size_t colon = place.rfind(':');
  if (colon != std::string::npos) std::from_chars(place.data() + colon + 1, place.data() + place.size(), line);
  list.findings.push_back({line, fmt::format("{}: {}", place, text)});
}

std::vector<std::string> Findings::sorted(List list) {
  std::stable_sort(list.findings.begin(), list.findings.end(),
                   [](const Finding& a, const Finding& b) { return a.line < b.line; });
  std::vector<std::string> texts;
  texts.reserve(list.findings.size() + 1);
  for (Finding& finding : list.findings) texts.push_back(std::move(finding.text));
  if (list.more > 0) texts.push_back(fmt::format("and {} more", list.more));
  return texts;
}

std::string Findings::errors() const { return fmt::format("{}", fmt::join(sorted(errors_), "\n")); }

std::vector<std::string> Findings::notes() const { return sorted(notes_); }

}  // namespace replica::vmm
