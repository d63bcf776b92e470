#include "tools/hercules/command.h"

#include <strings.h>

#include <algorithm>

#include "tools/hercules/text_file.h"

namespace replica::tools {

CommandLine::CommandLine(std::string line) : text(std::move(line)), words(split_words(text)) {}

std::string CommandLine::rest(std::size_t n) const {
  constexpr const char* kBlanks = " \t";
  std::size_t at = text.find_first_not_of(kBlanks);
  for (std::size_t k = 0; k < n && at != std::string::npos; ++k) {
    at = text.find_first_of(kBlanks, at);
    if (at != std::string::npos) at = text.find_first_not_of(kBlanks, at);
  }
  return at == std::string::npos ? "" : text.substr(at);
}

std::vector<Command> all_commands() {
  std::vector<Command> all;
  for (const auto group : {panel_commands(), cpu_commands(), watch_commands(), storage_commands(), device_commands()}) {
    all.insert(all.end(), group.begin(), group.end());
  }
  return all;
}

const Command* find_command(std::string_view name) {
  static const std::vector<Command> all = all_commands();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Command& command) {
    return command.name.size() == name.size() && strncasecmp(command.name.data(), name.data(), name.size()) == 0;
  });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace replica::tools
