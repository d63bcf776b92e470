#include "vmm/cp/commands.h"

#include <algorithm>
#include <cctype>
#include <sstream>

namespace replica::vmm {
namespace {

constexpr const char* kBlanks = " \t";

const CpCommand* find_command(std::string_view word) {
  for (const auto group : {machine_commands(), user_commands(), query_commands()}) {
    for (const CpCommand& command : group) {
      if (word.size() >= command.shortest && command.name.starts_with(word)) return &command;
    }
  }
  return nullptr;
}

}  // namespace

CommandText::CommandText(std::string line) : text(std::move(line)) {
  std::istringstream stream(text);
  for (std::string word; stream >> word;) {
    std::transform(word.begin(), word.end(), word.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    words.push_back(word);
  }
}

std::string CommandText::rest(std::size_t n) const {
  std::size_t at = text.find_first_not_of(kBlanks);
  for (std::size_t k = 0; k < n && at != std::string::npos; ++k) {
    at = text.find_first_of(kBlanks, at);
    if (at != std::string::npos) at = text.find_first_not_of(kBlanks, at);
  }
  return at == std::string::npos ? "" : text.substr(at);
}

void execute_command(ControlProgram& cp, Requester& requester, const std::string& line) {
  const CommandText command(line);
  if (command.words.empty() || command.words[0][0] == '*') return;
  const CpCommand* known = find_command(command.words[0]);
  if (!known || !requester.classes.has_any(PrivilegeClasses(known->classes))) {
    return requester.print(fmt::format("DMKCFC001E ?CP: {}", command.words[0]));
  }
  if (Status status = known->execute(cp, requester, command); !status) requester.print(status.error().message);
}

}  // namespace replica::vmm
