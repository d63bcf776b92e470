#include "tools/hercules/symbols.h"

#include <cstdlib>
#include <optional>

namespace replica::tools {

// Those of a device number stand for themselves until the number is known (tools/hercules/device_statement.h).
Symbols::Symbols() {
  for (const char* name : {"CUU", "cuu", "CCUU", "ccuu"}) define(name, fmt::format("$({})", name));
  define("CSS", "0");
  define("VERSION", REPLICA_VERSION);
}

template <typename Otherwise>
std::string Symbols::replace(const std::string& text, Otherwise otherwise) const {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const bool opens = text[at] == '$' && at + 1 < text.size() && (text[at + 1] == '(' || text[at + 1] == '{');
    const std::size_t end = opens ? text.find(text[at + 1] == '(' ? ')' : '}', at) : std::string::npos;
    if (end == std::string::npos) {
      result += text[at++];
      continue;
    }
    std::string name = text.substr(at + 2, end - at - 2);
    std::optional<std::string> fallback;
    if (const std::size_t equals = name.find('='); equals != std::string::npos) {
      fallback = name.substr(equals + 1);
      name.resize(equals);
    }
    if (const auto found = values_.find(name); found != values_.end()) {
      result += found->second;
    } else if (const char* environment = std::getenv(name.c_str())) {
      result += environment;
    } else {
      result += fallback ? *fallback : otherwise(name);
    }
    at = end + 1;
  }
  return result;
}

Result<std::string> Symbols::substitute(const std::string& text) const {
  std::string missing;
  std::string result = replace(text, [&](const std::string& name) {
    if (missing.empty()) missing = name;
    return std::string();
  });
  if (missing.empty()) return result;
  return fail("the symbol {} is not defined; expected DEFSYM {} VALUE before, or an environment variable", missing,
              missing);
}

std::string Symbols::substitute_all(const std::string& text) const {
  return replace(text, [](const std::string&) { return std::string("**UNRESOLVED**"); });
}

}  // namespace replica::tools
