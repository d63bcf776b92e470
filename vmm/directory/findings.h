// What is wrong in a directory source, and what is only remarkable, in the order of the lines. Of each kind the first 10,000
// that are found are kept, and the others counted: a file that is no directory at all must not fill the host's storage.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/types.h"

namespace replica::vmm {

class Findings {
 public:
  // `place` is "file:line".
  template <typename... Args>
  void error(const std::string& place, fmt::format_string<Args...> format, Args&&... args) {
    add(errors_, place, fmt::format(format, std::forward<Args>(args)...));
  }
  template <typename... Args>
  void note(const std::string& place, fmt::format_string<Args...> format, Args&&... args) {
    add(notes_, place, fmt::format(format, std::forward<Args>(args)...));
  }

  bool has_errors() const { return !errors_.findings.empty(); }
  // A line each, without a line end behind the last.
  std::string errors() const;
  std::vector<std::string> notes() const;

 private:
  struct Finding {
    u32 line;
    std::string text;  // with its place
  };
  struct List {
    std::vector<Finding> findings;
    std::size_t more = 0;  // that were not kept
  };
  static void add(List& list, const std::string& place, const std::string& text);
  static std::vector<std::string> sorted(List list);

  List errors_, notes_;
};

}  // namespace replica::vmm
