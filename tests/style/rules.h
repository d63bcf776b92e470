// The rules of the tree that no compiler enforces: which folder may include which, where a third-party header may be
// seen, how a header begins, and that documents name files that exist. Each rule is a function from one file's text to
// its violations; tree_test.cpp applies them to the whole tree, rules_test.cpp shows that they find what they are for.
#pragma once

#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace replica::style {

struct SourceFile {
  std::string path;  // from the top of the tree, with '/'
  std::string text;
};

struct Violation {
  std::string path;
  unsigned line = 0;  // counted from 1
  std::string message;

  bool operator==(const Violation&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Violation& violation);

using Violations = std::vector<Violation>;

// Every #include names a file from the top of the tree, in a folder that the file's own folder may use; and a
// third-party header is included only inside of its fence. For files of C++ (.h, .cpp, .def).
Violations check_includes(const SourceFile& file);

// A header (.h, .def) begins with a comment that says what it owns; a .h has #pragma once.
Violations check_header(const SourceFile& file);

// In a document (.md): relative links lead to files that exist, and so do names of sources in backquotes, such as
// `mmu/dat.cpp`. `exists` answers for a path from the top of the tree. Decision records may name sources that are gone.
Violations check_document(const SourceFile& file, const std::function<bool(const std::string& path)>& exists);

// At most `most` lines.
Violations check_length(const SourceFile& file, unsigned most);

}  // namespace replica::style
