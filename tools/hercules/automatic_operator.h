// The Automatic Operator of Hercules 3.13 (`hao`): rules, each a pattern and a command. A line of the log that matches the
// pattern (a POSIX extended regular expression, anywhere in the line) makes the command be executed; it is called firing.
//
// The operator neither looks at its own messages (HHCAO...) nor at `hao` commands. It fires one command after the other: as
// long as a script that it started has not ended, what is due waits.
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace replica::tools {

class AutomaticOperator {
 public:
  static constexpr unsigned kRules = 64;

  // `log` receives the answers of the command, which may have several lines.
  explicit AutomaticOperator(std::function<void(const std::string&)> log);
  ~AutomaticOperator();

  // The command `hao`, of which this is what follows: "tgt PATTERN", "cmd COMMAND", "list [N]", "del N" or "clear".
  void command(const std::string& text);

  // A line of the log. True if a command is due.
  bool see(const std::string& line);

  // The next command that is due.
  std::optional<std::string> take_due();

 private:
  class Pattern;
  struct Rule {
    std::string target;
    std::unique_ptr<Pattern> pattern;  // null: the rule is free
    std::optional<std::string> command;
  };

  void define_target(const std::string& text);
  void define_command(const std::string& text);
  void list(const std::string& text);
  void remove(const std::string& text);
  void clear();

  std::function<void(const std::string&)> log_;
  std::array<Rule, kRules> rules_;
  std::deque<std::string> due_;
};

}  // namespace replica::tools
