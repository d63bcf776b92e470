// Logical line editing: one line that is typed may hold several, and symbols by which characters are deleted. VM/370 CP
// Command Reference (GC20-1820), "Logical Line Editing Symbols".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vmm/directory/directory.h"

namespace replica::vmm {

struct EditSymbols {
  std::optional<char> line_end = '#';
  std::optional<char> line_delete = '[';
  std::optional<char> character_delete = '@';
  std::optional<char> escape = '"';

  static EditSymbols none() { return {{}, {}, {}, {}}; }
};

// The symbols that the directory gives a user.
EditSymbols edit_symbols(const User& user);

// The lines that a typed line consists of, without the symbols; at least one.
std::vector<std::string> logical_lines(std::string_view typed, const EditSymbols& symbols);

}  // namespace replica::vmm
