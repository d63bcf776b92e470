#include "tools/text_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace replica::tools {
namespace {

std::vector<std::size_t> widths_of(const TextTable& table) {
  std::vector<std::size_t> widths;
  for (std::size_t column = 0; column < table.headings.size(); ++column) {
    std::size_t width = table.headings[column].size();
    for (const auto& row : table.rows) width = std::max(width, row[column].size());
    widths.push_back(width);
  }
  return widths;
}

}  // namespace

std::string TextTable::as_text() const {
  const auto widths = widths_of(*this);
  std::string out;
  const auto append = [&](const std::vector<std::string>& cells) {
    std::string line;
    for (std::size_t n = 0; n < cells.size(); ++n) {
      fmt::format_to(std::back_inserter(line), "{:<{}}  ", cells[n], widths[n]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + '\n';
  };
  append(headings);
  for (const auto& row : rows) append(row);
  return out;
}

std::string TextTable::as_markdown() const {
  const auto widths = widths_of(*this);
  std::string out;
  const auto append = [&](const std::vector<std::string>& cells) {
    out += '|';
    for (std::size_t n = 0; n < cells.size(); ++n) {
      fmt::format_to(std::back_inserter(out), " {:<{}} |", cells[n], widths[n]);
    }
    out += '\n';
  };
  append(headings);
  out += '|';
  for (const std::size_t width : widths) out += std::string(width + 2, '-') + '|';
  out += '\n';
  for (const auto& row : rows) append(row);
  return out;
}

}  // namespace replica::tools
