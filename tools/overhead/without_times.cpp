#include "tools/overhead/without_times.h"

#include <regex>

namespace replica::overhead {

std::string without_times(std::string text) {
  static const std::pair<std::regex, const char*> kReplacements[] = {
      {std::regex("\r"), ""},
      {std::regex("[0-9][0-9][.:][0-9][0-9][.:][0-9][0-9]"), "TT.TT.TT"},
      {std::regex("[0-9][0-9][./][0-9]{3}"), "YY.DDD"},
      {std::regex("[0-9][0-9]\\.[0-9][0-9] (?=[0-9][0-9]/[0-9][0-9]/[0-9][0-9])"), "HH.MM "},
      {std::regex("SYS[0-9]{5}"), "SYSYYDDD"},
      {std::regex("\\.T[0-9]{6}\\."), ".THHMMSS."},
      {std::regex("[0-9]+MIN [0-9]+\\.[0-9]+SEC"), "MINSEC"},
      {std::regex("[0-9]{1,2}/[0-9][0-9]/[0-9][0-9]"), "MM/DD/YY"},
      {std::regex("(^|\n)[0-9]{6} (?=8000 )"), "$1HHMMSS "},
      {std::regex("[ \t]+(?=\n|$)"), ""},
  };
  for (const auto& [pattern, replacement] : kReplacements) text = std::regex_replace(text, pattern, replacement);
  return text;
}

}  // namespace replica::overhead
