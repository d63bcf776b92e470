// The CP commands: a table for each group, found by name or abbreviation.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vmm/cp/control_program.h"

namespace replica::vmm {

// Who has entered a command: a user, or the operator's console, which has every class.
struct Requester {
  Session* session = nullptr;
  PrivilegeClasses classes{"ABCDEFGH"};
  std::function<void(const std::string&)> print;
};

// A line as it was typed, and its words in capitals.
struct CommandText {
  explicit CommandText(std::string line);
  // The text from the n-th word on, as it was typed.
  std::string rest(std::size_t n) const;

  std::string text;
  std::vector<std::string> words;
};

struct CpCommand {
  std::string_view name;
  std::size_t shortest;  // abbreviation
  const char* classes;   // that may enter it
  // Errors are the answer that the user gets.
  Status (*execute)(ControlProgram& cp, Requester& requester, const CommandText& command);
};

std::span<const CpCommand> machine_commands();
std::span<const CpCommand> user_commands();
std::span<const CpCommand> query_commands();

// Executes a line and prints what goes wrong.
void execute_command(ControlProgram& cp, Requester& requester, const std::string& line);

}  // namespace replica::vmm
