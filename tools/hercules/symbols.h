// Symbols: $(NAME), ${NAME} and ${NAME=default} in configuration files and commands. DEFSYM defines them; a name that it
// does not define is looked for in the environment.
#pragma once

#include <map>
#include <string>

#include "base/result.h"

namespace replica::tools {

class Symbols {
 public:
  Symbols();

  void define(const std::string& name, const std::string& value) { values_[name] = value; }
  const std::map<std::string, std::string>& all() const { return values_; }

  // The text with its symbols replaced. Error: a name that nobody defines and that has no default.
  Result<std::string> substitute(const std::string& text) const;
  // The same, with "**UNRESOLVED**" for names that nobody defines, as in Hercules' commands.
  std::string substitute_all(const std::string& text) const;

 private:
  // Replaces each symbol by what `otherwise` says if nobody defines it.
  template <typename Otherwise>
  std::string replace(const std::string& text, Otherwise otherwise) const;

  std::map<std::string, std::string> values_;
};

}  // namespace replica::tools
