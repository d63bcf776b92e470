#include "tools/hercules/automatic_operator.h"

#include <fmt/format.h>
#include <regex.h>
#include <strings.h>

#include <algorithm>
#include <charconv>

#include "tools/hercules/text_file.h"

namespace replica::tools {
namespace {

// A rule that fires on what its own command prints would fill the memory.
constexpr std::size_t kMostDue = 10'000;

constexpr const char* kUsage =
    "HHCAO007E Unknown hao command, valid commands are:\n"
    "  hao tgt <tgt> : define target rule (pattern) to react on\n"
    "  hao cmd <cmd> : define command for previously defined rule\n"
    "  hao list <n>  : list all rules/commands or only at index <n>\n"
    "  hao del <n>   : delete the rule at index <n>\n"
    "  hao clear     : delete all rules (stops automatic operator)";

bool starts_with_word(const std::string& text, const std::string& word) {
  return strncasecmp(text.c_str(), word.c_str(), word.size()) == 0;
}

// The decimal number that the text begins with.
std::optional<int> leading_number(const std::string& text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() ? std::optional(number) : std::nullopt;
}

// Whether the command, behind any number of "herc", is `hao`.
bool is_hao(std::string command) {
  while (starts_with_word(command, "herc ")) command = trimmed(command.substr(5));
  return strcasecmp(command.c_str(), "hao") == 0 || starts_with_word(command, "hao ");
}

}  // namespace

// A compiled regular expression.
class AutomaticOperator::Pattern {
 public:
  explicit Pattern(const std::string& text) : error_(regcomp(&compiled_, text.c_str(), REG_EXTENDED | REG_NOSUB)) {}
  ~Pattern() {
    if (error_ == 0) regfree(&compiled_);
  }
  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;

  bool is_valid() const { return error_ == 0; }
  std::string error() const {
    char text[256];
    regerror(error_, &compiled_, text, sizeof text);
    return text;
  }
  bool matches(const std::string& line) const { return regexec(&compiled_, line.c_str(), 0, nullptr, 0) == 0; }

 private:
  regex_t compiled_;
  int error_;
};

AutomaticOperator::AutomaticOperator(std::function<void(const std::string&)> log) : log_(std::move(log)) {}
AutomaticOperator::~AutomaticOperator() = default;

void AutomaticOperator::command(const std::string& text) {
  const std::string line = trimmed(text);
  if (starts_with_word(line, "tgt")) return define_target(trimmed(line.substr(3)));
  if (starts_with_word(line, "cmd")) return define_command(trimmed(line.substr(3)));
  if (starts_with_word(line, "list")) return list(trimmed(line.substr(4)));
  if (starts_with_word(line, "del")) return remove(trimmed(line.substr(3)));
  if (starts_with_word(line, "clear")) return clear();
  log_(kUsage);
}

void AutomaticOperator::define_target(const std::string& text) {
  const auto free = std::find_if(rules_.begin(), rules_.end(), [](const Rule& rule) { return !rule.pattern; });
  for (const Rule& rule : rules_) {
    if (rule.pattern && !rule.command) return log_("HHCAO011E Tgt command given, but cmd command expected");
  }
  if (free == rules_.end()) return log_("HHCAO010E Target not added, table full");
  if (text.empty()) return log_("HHCAO012E Empty target specified");
  for (const Rule& rule : rules_) {
    if (rule.pattern && rule.target == text) return log_("HHCAO013E Target not added, duplicate found in table");
  }
  auto pattern = std::make_unique<Pattern>(text);
  if (!pattern->is_valid()) return log_("HHCAO014E " + pattern->error());
  const auto index = free - rules_.begin();
  for (const Rule& rule : rules_) {
    if (rule.command && pattern->matches(*rule.command)) {
      return log_(fmt::format("HHCAO021E Target not added, causes loop with command at index {}", index));
    }
  }
  *free = {.target = text, .pattern = std::move(pattern), .command = std::nullopt};
  log_(fmt::format("HHCAO016I Target placed at index {}", index));
}

void AutomaticOperator::define_command(const std::string& text) {
  const auto waiting =
      std::find_if(rules_.begin(), rules_.end(), [](const Rule& rule) { return rule.pattern && !rule.command; });
  if (waiting == rules_.end()) return log_("HHCAO017E Cmd command given, but tgt command expected");
  if (text.empty()) return log_("HHCAO018E Empty command specified");
  if (is_hao(text)) return log_("HHCA0026E Command not added, may cause dead locks");
  for (std::size_t n = 0; n < rules_.size(); ++n) {
    if (rules_[n].pattern && rules_[n].pattern->matches(text)) {
      return log_(fmt::format("HHCAO019E Command not added; causes loop with target at index {}", n));
    }
  }
  waiting->command = text;
  log_(fmt::format("HHCAO020I Command placed at index {}", waiting - rules_.begin()));
}

void AutomaticOperator::list(const std::string& text) {
  const auto show = [this](std::size_t n, const char* without_command) {
    log_(
        fmt::format("HHCAO005I {:02}: '{}' -> '{}'", n, rules_[n].target, rules_[n].command.value_or(without_command)));
  };
  if (const auto index = leading_number(text)) {
    if (*index < 0 || *index >= static_cast<int>(kRules)) {
      return log_(fmt::format("HHCAO009E Invalid index, index must be between 0 and {}", kRules - 1));
    }
    const auto n = static_cast<std::size_t>(*index);
    if (!rules_[n].pattern) return log_(fmt::format("HHCAO008E No rule defined at index {}", n));
    return show(n, "not specified");
  }
  log_("HHCAO004I The defined Automatic Operator rule(s) are:");
  unsigned count = 0;
  for (std::size_t n = 0; n < rules_.size(); ++n) {
    if (!rules_[n].pattern) continue;
    show(n, "<not specified>");
    ++count;
  }
  log_(fmt::format("HHCAO006I {} rule(s) displayed", count));
}

void AutomaticOperator::remove(const std::string& text) {
  const auto index = leading_number(text);
  if (!index) return log_("HHCAO023E hao del command given without a valid index");
  if (*index < 0 || *index >= static_cast<int>(kRules)) {
    return log_(fmt::format("HHCAO009E Invalid index, index must be between 0 and {}", kRules - 1));
  }
  Rule& rule = rules_[static_cast<std::size_t>(*index)];
  if (!rule.pattern) return log_(fmt::format("HHCAO024E Rule at index {} not deleted, already empty", *index));
  rule = {};
  log_(fmt::format("HHCAO025I Rule at index {} succesfully deleted", *index));  // as Hercules spells it
}

void AutomaticOperator::clear() {
  for (Rule& rule : rules_) rule = {};
  log_("HHCAO022I All automatic operation rules cleared");
}

bool AutomaticOperator::see(const std::string& line) {
  const std::string text = trimmed(line);
  if (text.starts_with("HHCAO") || is_hao(text)) return false;
  for (const Rule& rule : rules_) {
    if (rule.command && due_.size() < kMostDue && rule.pattern->matches(text)) due_.push_back(*rule.command);
  }
  return !due_.empty();
}

std::optional<std::string> AutomaticOperator::take_due() {
  if (due_.empty()) return std::nullopt;
  std::string command = std::move(due_.front());
  due_.pop_front();
  return command;
}

}  // namespace replica::tools
