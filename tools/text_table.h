// A table with headings, laid out in columns.
#pragma once

#include <string>
#include <vector>

namespace replica::tools {

struct TextTable {
  std::vector<std::string> headings;
  std::vector<std::vector<std::string>> rows;  // as many cells each as there are headings

  // Columns aligned with blanks, two between them; no blanks at the end of a line.
  std::string as_text() const;
  // A table of Markdown, aligned as well.
  std::string as_markdown() const;
};

}  // namespace replica::tools
