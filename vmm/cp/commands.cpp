#include "vmm/cp/commands.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <sstream>

#include "vmm/cp/console_spool.h"
#include "vmm/cp/line_editing.h"

namespace replica::vmm {
namespace {

using Lines = std::vector<std::string>;

constexpr const char* kBlanks = " \t";

const CpCommand* find_anywhere(std::string_view word) {
  for (const auto group : all_commands()) {
    if (const CpCommand* command = find_command(group, word)) return command;
  }
  return nullptr;
}

// ECHO: a line comes back, until END.
void echo(ControlProgram& cp, Session& session, const std::string& line) {
  if (CommandText(line).words == std::vector<std::string>{"END"}) {
    session.echoes = 0;
    return;
  }
  for (u32 n = 0; n < session.echoes; ++n) cp.tell(session, line);
}

// Notes what was typed, and gives the lines it consists of.
Lines lines_of(const ControlProgram& cp, Session& session, const std::string& typed) {
  if (session.console_file) static_cast<void>(print_line(*session.console_file, cp.code_page(), typed));
  return logical_lines(typed, session.edits_lines ? edit_symbols(*session.user) : EditSymbols::none());
}

// A page of the guest may be lost.
Status execute_found(const CpCommand& known, ControlProgram& cp, Requester& requester, const CommandText& command) {
  try {
    return known.execute(cp, requester, command);
  } catch (const PagingError& error) {
    return fail("DMKPTR410W CONTINUOUS PAGING ERROR: {}", error.message);
  }
}

// The number in "DMKxxxnnnE TEXT".
u32 message_number(std::string_view message) {
  constexpr std::size_t kAt = 6, kDigits = 3;
  u32 number = 0;
  if (message.size() > kAt + kDigits && message.starts_with("DMK")) {
    std::from_chars(message.data() + kAt, message.data() + kAt + kDigits, number);
  }
  return number == 0 ? 1 : number;
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

CommandText CommandText::part(std::size_t n, std::size_t count) const {
  CommandText some;
  for (std::size_t k = n; k < std::min(n + count, words.size()); ++k) {
    some.words.push_back(words[k]);
    some.text += (some.text.empty() ? "" : " ") + words[k];
  }
  return some;
}

std::vector<std::span<const CpCommand>> all_commands() {
  return {machine_commands(),   user_commands(),    query_commands(),     spool_device_commands(),
          spool_commands(),     writer_commands(),  device_commands(),    real_device_commands(),
          set_commands(),       message_commands(), attention_commands(), lock_commands(),
          indicate_commands(),  display_commands(), store_commands(),     trace_commands(),
          accounting_commands()};
}

const CpCommand* find_command(std::span<const CpCommand> group, std::string_view word) {
  const auto found = std::find_if(group.begin(), group.end(), [&](const CpCommand& command) {
    return word.size() >= command.shortest && command.name.starts_with(word);
  });
  return found == group.end() ? nullptr : &*found;
}

u32 execute_command(ControlProgram& cp, Requester& requester, const std::string& line) {
  CommandText command(line);
  // CP in front of a command changes nothing.
  if (command.words.size() > 1 && command.words[0] == "CP") command = CommandText(command.rest(1));
  if (command.words.empty() || command.words[0][0] == '*') return 0;
  const CpCommand* known = find_anywhere(command.words[0]);
  if (!known || !requester.classes.has_any(PrivilegeClasses(known->classes))) {
    requester.print(fmt::format("DMKCFC001E ?CP: {}", command.words[0]));
    return 1;
  }
  // The command may end the session, and with it whoever printed.
  const auto print = requester.print;
  Status status = execute_found(*known, cp, requester, command);
  if (status) return 0;
  print(status.error().message);
  return message_number(status.error().message);
}

bool execute_user_line(ControlProgram& cp, Session& session, const std::string& typed) {
  const std::string name = session.name();
  for (const std::string& line : lines_of(cp, session, typed)) {
    Session* still = cp.find(name);
    if (still != &session) return false;
    if (session.echoes != 0) {
      echo(cp, session, line);
      continue;
    }
    Requester requester{.session = &session, .classes = session.user->classes, .print = {}};
    requester.print = [&cp, name](const std::string& answer) {
      if (Session* reader = cp.find(name)) cp.tell(*reader, answer);
    };
    execute_command(cp, requester, line);
  }
  return cp.find(name) == &session;
}

void enter_guest_line(const ControlProgram& cp, Session& session, const std::string& typed) {
  for (const std::string& line : lines_of(cp, session, typed)) session.console->enter(line);
}

}  // namespace replica::vmm
