// What the panel refuses while a VMM has the machine: keys and commands that would change its CPU, its storage or its devices
// under the VMM's hands. The message names the command of CP that does it for a virtual machine or a device.
#include <fmt/format.h>

#include <algorithm>

#include "base/types.h"
#include "tools/hercules/command.h"
#include "tools/hercules/text_file.h"

namespace replica::tools {
namespace {

enum class If : u8 { always, with_operand, without_operand, with_value };

struct Refused {
  std::string_view name;
  If when;
  std::string_view instead;
};

// clang-format off
constexpr Refused kRefused[] = {
    {"ipl",      If::always,          "IPL of the user"},
    {"iplc",     If::always,          "IPL of the user"},
    {"loadcore", If::always,          "IPL of the user"},
    {"start",    If::without_operand, "BEGIN of the user"},
    {"startall", If::always,          "BEGIN of the user"},
    {"g",        If::always,          "BEGIN of the user"},
    {"stop",     If::without_operand, "SHUTDOWN, or FORCE"},
    {"stopall",  If::always,          "SHUTDOWN, or FORCE"},
    {"restart",  If::always,          "SYSTEM RESTART of the user"},
    {"sysreset", If::always,          "SYSTEM RESET of the user"},
    {"sysclear", If::always,          "SYSTEM CLEAR of the user"},
    {"ext",      If::always,          "EXTERNAL of the user"},
    {"store",    If::always,          "STORE of the user"},
    {"psw",      If::with_operand,    "STORE of the user"},
    {"gpr",      If::with_operand,    "STORE of the user"},
    {"cr",       If::with_operand,    "STORE of the user"},
    {"r",        If::with_value,      "STORE of the user"},
    {"v",        If::with_value,      "STORE of the user"},
    {"s",        If::always,          "TRACE of the user"},
    {"s+",       If::always,          "TRACE of the user"},
    {"b",        If::always,          "ADSTOP of the user"},
    {"b+",       If::always,          "ADSTOP of the user"},
    {"attach",   If::always,          "VARY ONLINE, ATTACH"},
    {"detach",   If::always,          "VARY OFFLINE, DETACH"},
    {"define",   If::always,          "DEFINE of the user"},
};
// clang-format on

bool applies(If when, const CommandLine& line) {
  switch (when) {
    case If::always: return true;
    case If::with_operand: return line.words.size() > 1;
    case If::without_operand: return line.words.size() == 1;
    case If::with_value: return line.text.find('=') != std::string::npos;
  }
  return true;
}

}  // namespace

std::optional<std::string> refusal_under_cp(const CommandLine& line) {
  const std::string name = upper_case(line.words[0]);
  const auto found = std::find_if(std::begin(kRefused), std::end(kRefused),
                                  [&](const Refused& row) { return upper_case(std::string(row.name)) == name; });
  if (found == std::end(kRefused) || !applies(found->when, line)) return std::nullopt;
  return fmt::format("HHCPN053E {} rejected: the machine is CP's, with its devices; expected the CP command {}",
                     found->name, found->instead);
}

}  // namespace replica::tools
