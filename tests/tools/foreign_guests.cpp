#include "tests/tools/foreign_guests.h"

#include <cstdlib>

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

}  // namespace replica::tools
