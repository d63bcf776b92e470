#include "tools/overhead/run_folder.h"

#include <stdlib.h>

#include <cerrno>
#include <cstring>

namespace replica::overhead {
namespace fs = std::filesystem;

Result<std::unique_ptr<RunFolder>> RunFolder::make() {
  std::error_code error;
  const fs::path parent = fs::temp_directory_path(error);
  if (error) return fail("there is no directory for temporary files: {}", error.message());
  std::string name = (parent / "replica-overhead-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) return fail("{}: {}", name, std::strerror(errno));
  return std::unique_ptr<RunFolder>(new RunFolder(name));
}

RunFolder::~RunFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

}  // namespace replica::overhead
