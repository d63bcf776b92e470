// The commands of the panel: a table for each group, made into one.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace replica::tools {

class Panel;

// A command as it was typed, without blanks at its ends, and its words.
struct CommandLine {
  explicit CommandLine(std::string line);

  // The text from the n-th word on, blanks inside kept; empty if there are fewer words.
  std::string rest(std::size_t n) const;

  std::string text;
  std::vector<std::string> words;  // at least one
};

struct Command {
  std::string_view name;
  void (*execute)(Panel& panel, const CommandLine& line);
  std::string_view summary;
  std::string_view details = {};  // what `help NAME` tells beside the summary
};

std::span<const Command> cpu_commands();
std::span<const Command> watch_commands();
std::span<const Command> storage_commands();
std::span<const Command> device_commands();
std::span<const Command> panel_commands();

// All of them, in the order of the help.
std::vector<Command> all_commands();
// Why a command cannot be had while a VMM has the machine; nothing if it can.
std::optional<std::string> refusal_under_cp(const CommandLine& line);
// The command of that name in any case of letters, or nullptr.
const Command* find_command(std::string_view name);

}  // namespace replica::tools
