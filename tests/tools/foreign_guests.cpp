#include "tests/tools/foreign_guests.h"

#include <cstdlib>
#include <regex>

namespace replica::tools {

namespace fs = std::filesystem;

fs::path foreign_guests_folder() {
  if (const char* folder = std::getenv("REPLICA_GUESTS")) return folder;
  return fs::path(REPLICA_SOURCE_DIR) / "../shared/guests";
}

void copy_guest(const fs::path& from, const fs::path& to) {
  const auto make_writable = [](const fs::path& path) {
    fs::permissions(path, fs::perms::owner_write, fs::perm_options::add);
  };
  fs::copy(from, to, fs::copy_options::recursive);
  make_writable(to);
  for (const auto& entry : fs::recursive_directory_iterator(to)) make_writable(entry.path());
}

std::string without_times(std::string text) {
  const std::pair<const char*, const char*> replacements[] = {
      {"\r", ""},
      {"[0-9][0-9][.:][0-9][0-9][.:][0-9][0-9]", "TT.TT.TT"},
      {"[0-9][0-9][./][0-9]{3}", "YY.DDD"},
      {"[0-9][0-9]\\.[0-9][0-9] (?=[0-9][0-9]/[0-9][0-9]/[0-9][0-9])", "HH.MM "},
      {"SYS[0-9]{5}", "SYSYYDDD"},
      {"\\.T[0-9]{6}\\.", ".THHMMSS."},
      {"[0-9]+MIN [0-9]+\\.[0-9]+SEC", "MINSEC"},
      {"[0-9]{1,2}/[0-9][0-9]/[0-9][0-9]", "MM/DD/YY"},
      {"(^|\n)[0-9]{6} (?=8000 )", "$1HHMMSS "},
      {"[ \t]+(?=\n|$)", ""},
  };
  for (const auto& [pattern, replacement] : replacements)
    text = std::regex_replace(text, std::regex(pattern), replacement);
  return text;
}

}  // namespace replica::tools
