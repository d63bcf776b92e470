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
  CommandText() = default;
  explicit CommandText(std::string line);
  // The text from the n-th word on, as it was typed.
  std::string rest(std::size_t n) const;
  // So many words from the n-th on, or as many as there are.
  CommandText part(std::size_t n, std::size_t count) const;

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
std::span<const CpCommand> spool_device_commands();
std::span<const CpCommand> spool_commands();
std::span<const CpCommand> writer_commands();
std::span<const CpCommand> device_commands();
std::span<const CpCommand> real_device_commands();
std::span<const CpCommand> set_commands();
std::span<const CpCommand> message_commands();
std::span<const CpCommand> attention_commands();
std::span<const CpCommand> lock_commands();
std::span<const CpCommand> indicate_commands();
std::span<const CpCommand> display_commands();
std::span<const CpCommand> store_commands();
std::span<const CpCommand> trace_commands();
std::span<const CpCommand> accounting_commands();
// All of these; a word is looked for in this order.
std::vector<std::span<const CpCommand>> all_commands();

// What QUERY may ask for, by the word behind it.
std::span<const CpCommand> system_queries();
std::span<const CpCommand> spool_queries();
std::span<const CpCommand> device_queries();
std::vector<std::span<const CpCommand>> all_queries();

Status query_settings(ControlProgram& cp, Requester& requester, const CommandText& command);

// The command of a group that a word names, or nullptr.
const CpCommand* find_command(std::span<const CpCommand> group, std::string_view word);

// Executes a line and prints what goes wrong. Gives the number of the message, as a program gets it that has asked by DIAGNOSE: 0 if
// nothing went wrong, and 1 for an error without a number.
u32 execute_command(ControlProgram& cp, Requester& requester, const std::string& line);

// What a user has typed to CP: one command, or several with the symbol for the end of a line between them. Answers go to the user's
// terminal. The session may be gone afterwards; false then.
bool execute_user_line(ControlProgram& cp, Session& session, const std::string& typed);

// What a user has typed to the virtual machine, which has a console: a line, or several as above.
void enter_guest_line(const ControlProgram& cp, Session& session, const std::string& typed);

}  // namespace replica::vmm
