#include "tests/style/rules.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <sstream>

namespace replica::style {
namespace {

using Prefixes = std::vector<std::string_view>;

// A folder, and the folders or single headers that it may include beside its own. This is the order of the house:
// base <- frontend <- cpu <- jit <- vmm <- tools; base <- mmu <- {cpu, devices}; devices <- vmm.
struct Folder {
  std::string_view prefix;
  Prefixes may_include;
};

const Folder kFolders[] = {
    {"base/", {}},
    {"frontend/", {"base/"}},
    {"mmu/", {"base/"}},
    {"cpu/", {"base/", "frontend/", "mmu/"}},
    // Of the CPU, channels see the interface that they implement, and the units of its times.
    {"devices/", {"base/", "mmu/", "cpu/interfaces.h", "cpu/clocks.h"}},
    {"jit/", {"base/", "frontend/", "mmu/", "cpu/"}},
    {"vmm/", {"base/", "frontend/", "mmu/", "cpu/", "devices/", "jit/"}},
    {"tools/", {"base/", "frontend/", "mmu/", "cpu/", "devices/", "jit/", "vmm/"}},
    {"benchmarks/", {"base/", "frontend/", "mmu/", "cpu/", "devices/", "jit/", "vmm/", "tools/"}},
    {"tests/", {"base/", "frontend/", "mmu/", "cpu/", "devices/", "jit/", "vmm/", "tools/", "benchmarks/"}},
};

// Third-party headers by the beginning of their names, and the folders that may include them. A test stands in the
// fence of the folder that it mirrors: tests/jit/llvm/ may do what jit/llvm/ may.
struct Fence {
  std::string_view header;
  Prefixes folders;
};

const Fence kFences[] = {
    {"asmjit/", {"jit/asmjit/"}},
    {"capstone/", {"jit/observers/host_disassembler.cpp", "tests/jit/asmjit/"}},
    {"llvm/", {"jit/llvm/"}},
    {"llvm-c/", {"jit/llvm/"}},
    {"CLI/", {"tools/", "tests/"}},  // tests/ has programs too: the fuzzers
    {"nlohmann/", {"tools/", "benchmarks/", "tests/"}},
    {"spdlog/", {"base/"}},
    {"tl/", {"base/"}},
    {"fmt/", {""}},  // what std::format will be
    {"zlib.h", {"devices/"}},
    {"bzlib.h", {"devices/"}},
    {"asio.hpp", {"devices/network/network.cpp"}},
    {"libtelnet.h", {"devices/terminal/telnet.cpp"}},
    {"crypt.h", {"vmm/directory/password.cpp"}},
    {"sqlite3.h", {"base/sqlite/database.cpp"}},
    {"sys/socket.h", {"devices/"}},
    {"sys/un.h", {"devices/"}},
    {"netdb.h", {"devices/"}},
    {"netinet/", {"devices/"}},
    {"arpa/", {"devices/"}},
    {"histedit.h", {"tools/hercules/terminal_desk.cpp"}},
    {"gtest/", {"tests/"}},
    {"gmock/", {"tests/"}},
    {"benchmark/", {"benchmarks/"}},
    {"sys/", {""}},  // the rest of the operating system's
    {"linux/", {""}},
};

bool starts_with_any(std::string_view text, const Prefixes& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](std::string_view prefix) { return text.starts_with(prefix); });
}

bool ends_with_any(std::string_view text, const Prefixes& suffixes) {
  return std::any_of(suffixes.begin(), suffixes.end(), [&](std::string_view suffix) { return text.ends_with(suffix); });
}

const Folder* folder_of(std::string_view path) {
  const auto* folder = std::find_if(std::begin(kFolders), std::end(kFolders),
                                    [&](const Folder& f) { return path.starts_with(f.prefix); });
  return folder == std::end(kFolders) ? nullptr : folder;
}

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

// Calls visit(number, line) for each line.
template <typename Visit>
void for_each_line(const std::string& text, Visit visit) {
  std::istringstream lines(text);
  unsigned number = 0;
  for (std::string line; std::getline(lines, line);) visit(++number, std::string_view(line));
}

std::string_view without_leading_blanks(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return text;
}

struct Include {
  std::string_view name;
  bool angled;
};

std::optional<Include> include_in(std::string_view line) {
  line = without_leading_blanks(line);
  if (!line.starts_with('#')) return std::nullopt;
  line = without_leading_blanks(line.substr(1));
  if (!line.starts_with("include")) return std::nullopt;
  line = without_leading_blanks(line.substr(7));
  if (line.empty() || (line[0] != '"' && line[0] != '<')) return std::nullopt;
  const size_t end = line.find(line[0] == '"' ? '"' : '>', 1);
  if (end == std::string_view::npos) return std::nullopt;
  return Include{line.substr(1, end - 1), line[0] == '<'};
}

// The message if a file in `folder` may not include our own header `name`.
std::optional<std::string> against_the_order(const Folder& folder, std::string_view name) {
  if (name.starts_with(folder.prefix) || starts_with_any(name, folder.may_include)) return std::nullopt;
  if (!folder_of(name)) {
    return quoted(name) + " does not name a file from the top of the tree, such as 'base/types.h'";
  }
  std::string message = quoted(folder.prefix) + " may not include " + quoted(name) + "; it may include";
  for (std::string_view allowed : folder.may_include) message += " " + std::string(allowed);
  return message + (folder.may_include.empty() ? " nothing but its own files" : " and its own files");
}

// The message if the file at `path` may not include the third-party header `name`.
std::optional<std::string> outside_of_the_fence(std::string_view path, std::string_view name) {
  const auto* fence =
      std::find_if(std::begin(kFences), std::end(kFences), [&](const Fence& f) { return name.starts_with(f.header); });
  if (fence == std::end(kFences)) {
    if (name.find('/') == std::string_view::npos) return std::nullopt;  // <vector>, <unistd.h>
    return "<" + std::string(name) + "> is of a library that has no fence yet: give it one in tests/style/rules.cpp";
  }
  const std::string_view mirrored = path.starts_with("tests/") ? path.substr(6) : path;
  if (starts_with_any(path, fence->folders) || starts_with_any(mirrored, fence->folders)) return std::nullopt;
  std::string message = "<" + std::string(name) + "> may be included only in";
  for (std::string_view allowed : fence->folders) message += " " + std::string(allowed);
  return message;
}

// The path from the top of the tree of `target`, which a document at `path` names relative to itself.
std::string resolved(const std::string& path, std::string_view target) {
  return (std::filesystem::path(path).parent_path() / target).lexically_normal().generic_string();
}

// Calls visit(text) for each piece of `line` between `open` and `close`.
template <typename Visit>
void for_each_between(std::string_view line, std::string_view open, std::string_view close, Visit visit) {
  for (size_t begin = line.find(open); begin != std::string_view::npos; begin = line.find(open, begin)) {
    begin += open.size();
    const size_t end = line.find(close, begin);
    if (end == std::string_view::npos) return;
    visit(line.substr(begin, end - begin));
    begin = end + close.size();
  }
}

// True for the name of one source file from the top of the tree; false for patterns and for placeholders in capitals.
bool is_source_name(std::string_view text) {
  if (!folder_of(text) && !text.starts_with("guests/")) return false;
  if (text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-./") != std::string_view::npos) return false;
  return ends_with_any(text, {".h", ".cpp", ".def", ".s", ".py", ".md", ".txt"});
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Violation& violation) {
  return out << violation.path << ":" << violation.line << ": " << violation.message;
}

Violations check_includes(const SourceFile& file) {
  const Folder* folder = folder_of(file.path);
  if (!folder) return {{file.path, 1, "is in a folder that has no place in the order; see tests/style/rules.cpp"}};
  Violations violations;
  for_each_line(file.text, [&](unsigned number, std::string_view line) {
    const auto include = include_in(line);
    if (!include) return;
    const bool ours = !include->angled || folder_of(include->name);
    const auto message =
        ours ? against_the_order(*folder, include->name) : outside_of_the_fence(file.path, include->name);
    if (message) violations.push_back({file.path, number, *message});
  });
  return violations;
}

Violations check_header(const SourceFile& file) {
  Violations violations;
  bool has_pragma = false;
  bool has_comment = false;
  for_each_line(file.text, [&](unsigned number, std::string_view line) {
    if (number == 1) has_comment = line.starts_with("// ") && line.find_first_not_of("/ -=*") != std::string_view::npos;
    has_pragma |= line == "#pragma once";
  });
  if (!has_comment) violations.push_back({file.path, 1, "does not begin with a comment that says what it owns"});
  if (!has_pragma && file.path.ends_with(".h")) violations.push_back({file.path, 1, "has no #pragma once"});
  return violations;
}

Violations check_document(const SourceFile& file, const std::function<bool(const std::string&)>& exists) {
  Violations violations;
  const bool is_record = file.path.starts_with("docs/decisions/");
  for_each_line(file.text, [&](unsigned number, std::string_view line) {
    for_each_between(line, "](", ")", [&](std::string_view target) {
      target = target.substr(0, target.find('#'));
      if (target.empty() || target.find(':') != std::string_view::npos) return;
      if (!exists(resolved(file.path, target))) {
        violations.push_back({file.path, number, "the link to " + quoted(target) + " leads nowhere"});
      }
    });
    if (is_record) return;
    for_each_between(line, "`", "`", [&](std::string_view name) {
      if (is_source_name(name) && !exists(std::string(name))) {
        violations.push_back({file.path, number, "names " + quoted(name) + ", which does not exist"});
      }
    });
  });
  return violations;
}

Violations check_length(const SourceFile& file, unsigned most) {
  const auto lines = static_cast<unsigned>(std::count(file.text.begin(), file.text.end(), '\n'));
  if (lines <= most) return {};
  return {
      {file.path, lines, "has " + std::to_string(lines) + " lines; at most " + std::to_string(most) + " are wanted"}};
}

}  // namespace replica::style
