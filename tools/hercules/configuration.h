// Hercules configuration files, as they are. Facts about their language: the Hercules 3.13 "Configuration" page.
//
// A file is lines; `#` and `*` begin comment lines, and `#` after a blank a comment. System parameters come first, then
// device statements, which begin with a hexadecimal device number. $(NAME) and ${NAME=default} are replaced by symbols that
// DEFSYM or the environment defines. Statements that do not apply to this machine are accepted and named in a note.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/types.h"

namespace replica::tools {

struct DeviceStatement {
  u16 address = 0;
  std::string type;                    // upper case, as "3330" or "3215-C"
  std::vector<std::string> arguments;  // as written
  std::string place;                   // "file:line", for messages
};

struct Configuration {
  std::filesystem::path directory;  // of the file; what it names is relative to the working directory, as in Hercules
  u32 main_storage = 2;             // MB
  u32 cpu_serial = 1;
  u16 cpu_model = 0x0586;
  u8 cpu_version = 0xFD;
  int epoch_year = 1900;
  int year_offset = 0;
  int zone_offset_minutes = 0;
  std::optional<u16> console_port;
  std::string code_page = "default";
  std::vector<DeviceStatement> devices;
  std::vector<std::string> notes;  // statements that were accepted without effect, a line each
};

// Errors: file, line, what was found and what was expected.
Result<Configuration> read_configuration(const std::filesystem::path& file);
Result<Configuration> parse_configuration(const std::string& text, const std::string& name);

}  // namespace replica::tools
