// Hercules configuration files, as they are. Facts about their language: the Hercules 3.13 "Configuration" page.
//
// A file is lines; `#` and `*` begin comment lines, and `#` after a blank a comment. System parameters come first, then
// device statements, which begin with a hexadecimal device number. Statements that do not apply to this machine are accepted
// and named in a note. A statement that Hercules does not know, or a value that it cannot have, is an error.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "tools/hercules/device_statement.h"
#include "tools/hercules/symbols.h"

namespace replica::tools {

struct Configuration {
  u32 main_storage = 2 << 20;  // bytes
  u32 cpu_serial = 1;
  u16 cpu_model = 0x0586;
  u8 cpu_version = 0xFD;
  int epoch_year = 1900;
  int year_offset = 0;
  int zone_offset_minutes = 0;
  std::string console_host;  // empty: all addresses of this machine
  std::optional<u16> console_port;
  std::string console_port_place;  // "file:line" of CNSLPORT
  std::string code_page = "default";
  std::string load_parameter;
  std::string operating_system = "NULL";  // OSTAILOR: which program interruptions are not worth a message
  bool sense_id = false;                  // LEGACYSENSEID
  Symbols symbols;
  std::vector<DeviceStatement> devices;  // each number once
  std::vector<std::string> notes;        // statements that were accepted without effect, a line each
};

// Errors: file, line, what was found and what was expected. Files that are named in a configuration are relative to the
// working directory, as in Hercules.
Result<Configuration> read_configuration(const std::filesystem::path& file);
Result<Configuration> parse_configuration(const std::string& text, const std::string& name);

// The names that OSTAILOR takes, in capitals, with the program interruptions that are not traced: bit n from the left for
// code n + 1.
struct Tailoring {
  const char* name;
  u64 suppressed;
};
// nullptr if there is none of that name, in any case of letters.
const Tailoring* find_tailoring(const std::string& name);

}  // namespace replica::tools
