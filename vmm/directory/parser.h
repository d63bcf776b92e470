// From the source of a directory to its users, statement by statement. What only shows when all users are known is for
// checks.h.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>

#include "vmm/directory/directory.h"
#include "vmm/directory/findings.h"

namespace replica::vmm {

struct ParsedDirectory {
  Directory directory;  // without its notes; what has errors is missing or incomplete
  Findings findings;
  std::unordered_set<std::string> incomplete;  // users who have a statement with an error
};

// What the parser does about passwords in plain text.
enum class PlainHandling : u8 {
  refuse,
  hash,
  only_check,  // their syntax, for those who replace them; the parsed passwords are none
};

ParsedDirectory parse_statements(std::string_view text, const std::string& name, PlainHandling plain);

}  // namespace replica::vmm
