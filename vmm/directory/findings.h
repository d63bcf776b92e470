// What is wrong in a directory source, and what is only remarkable, in the order of the lines.
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

  bool has_errors() const { return !errors_.empty(); }
  // A line each, without a line end behind the last.
  std::string errors() const;
  std::vector<std::string> notes() const;

 private:
  struct Finding {
    u32 line;
    std::string text;  // with its place
  };
  static void add(std::vector<Finding>& findings, const std::string& place, const std::string& text);
  static std::vector<std::string> sorted(std::vector<Finding> findings);

  std::vector<Finding> errors_, notes_;
};

}  // namespace replica::vmm
