#include "tools/tape_labels.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/check.h"
#include "devices/code_page.h"

namespace replica::tools {
namespace {

constexpr size_t kLabelLength = 80;
constexpr size_t kNameLength = 17;

std::vector<u8> in_ebcdic(std::string text) {
  CHECK(text.size() <= kLabelLength);
  text.resize(kLabelLength, ' ');
  std::vector<u8> label;
  for (const char c : text) label.push_back(default_code_page().to_ebcdic[static_cast<u8>(c)]);
  return label;
}

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

bool may_be_in_a_name(char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.'; }

}  // namespace

std::vector<u8> volume_label(const std::string& volume, const std::string& owner) {
  return in_ebcdic(fmt::format("VOL1{:6}{:31}{:.10}", volume, "", owner));
}

// No generation, no dates, no protection.
std::vector<u8> first_label(const std::string& kind, const DataSetLabel& label) {
  return in_ebcdic(fmt::format("{}1{:17}{:6}0001{:04}{:6} 00000 000000{:06}{:13}", kind, label.name, label.volume,
                               label.sequence % 10000, "", label.blocks % 1000000, "REPLICA370"));
}

// Density 3: 1600 bits per inch.
std::vector<u8> second_label(const std::string& kind, const DataSetLabel& label) {
  const bool blocked = label.fixed && label.block_length > label.record_length;
  return in_ebcdic(fmt::format("{}2{}{:05}{:05}30{:17}{:4}{}", kind, label.fixed ? 'F' : 'U', label.block_length,
                               label.fixed ? label.record_length : 0, "", "", blocked ? 'B' : ' '));
}

std::string data_set_name(const std::string& path) {
  std::string name = std::filesystem::path(path).filename().string();
  std::transform(name.begin(), name.end(), name.begin(), upper);
  std::erase_if(name, [](char c) { return !may_be_in_a_name(c); });
  if (name.size() > kNameLength) name.resize(kNameLength);
  return name;
}

}  // namespace replica::tools
