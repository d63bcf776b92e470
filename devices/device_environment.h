// What the models of devices know of the machine's configuration.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "devices/code_page.h"

namespace replica {

struct DeviceEnvironment {
  const CodePage* code_page = &default_code_page();  // outlives every device
  std::filesystem::path directory;                   // relative files resolve against it; empty: the current directory
  bool sense_id = false;                             // LEGACYSENSEID: devices older than SENSE ID accept it
  // Where a model tells the operator what went wrong; the standard error output, if empty. Called on the thread that drives
  // the device, for the last time when that is destroyed.
  std::function<void(const std::string&)> report;

  std::filesystem::path resolve(const std::string& file) const { return directory / file; }
};

}  // namespace replica
