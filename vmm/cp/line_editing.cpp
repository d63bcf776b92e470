#include "vmm/cp/line_editing.h"

namespace replica::vmm {
namespace {

std::optional<char> symbol(const EditSymbol& given, std::optional<char> of_system) {
  switch (given.kind) {
    case EditSymbol::Kind::system: return of_system;
    case EditSymbol::Kind::off: return {};
    case EditSymbol::Kind::own: break;
  }
  return given.character;
}

}  // namespace

EditSymbols edit_symbols(const User& user) {
  const EditSymbols of_system;
  return {.line_end = symbol(user.line_end, of_system.line_end),
          .line_delete = symbol(user.line_delete, of_system.line_delete),
          .character_delete = symbol(user.character_delete, of_system.character_delete),
          .escape = symbol(user.escape, of_system.escape)};
}

std::vector<std::string> logical_lines(std::string_view typed, const EditSymbols& symbols) {
  std::vector<std::string> lines(1);
  for (std::size_t n = 0; n < typed.size(); ++n) {
    const char c = typed[n];
    if (c == symbols.escape && n + 1 < typed.size()) {
      lines.back() += typed[++n];
    } else if (c == symbols.line_end) {
      lines.emplace_back();
    } else if (c == symbols.line_delete) {
      lines.back().clear();
    } else if (c == symbols.character_delete) {
      if (!lines.back().empty()) lines.back().pop_back();
    } else {
      lines.back() += c;
    }
  }
  return lines;
}

}  // namespace replica::vmm
