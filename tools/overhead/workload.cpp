#include "tools/overhead/workload.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "tools/hercules/text_file.h"
#include "tools/overhead/without_times.h"

namespace replica::overhead {
namespace fs = std::filesystem;
using tools::DeviceStatement;

namespace {

struct NamedClass {
  std::string_view type;
  DeviceClass device_class;
};
constexpr NamedClass kClasses[] = {
    {"3215-C", DeviceClass::console}, {"1052-C", DeviceClass::console}, {"1442", DeviceClass::reader},
    {"2501", DeviceClass::reader},    {"3505", DeviceClass::reader},    {"2540R", DeviceClass::reader},
    {"3525", DeviceClass::punch},     {"2540P", DeviceClass::punch},    {"1403", DeviceClass::printer},
    {"1443", DeviceClass::printer},   {"3203", DeviceClass::printer},   {"3211", DeviceClass::printer},
    {"3270", DeviceClass::display},   {"2305", DeviceClass::disk},      {"2314", DeviceClass::disk},
    {"3330", DeviceClass::disk},      {"3340", DeviceClass::disk},      {"3350", DeviceClass::disk},
    {"3375", DeviceClass::disk},      {"3380", DeviceClass::disk},      {"2400", DeviceClass::tape},
    {"2401", DeviceClass::tape},      {"2415", DeviceClass::tape},      {"2420", DeviceClass::tape},
    {"3410", DeviceClass::tape},      {"3411", DeviceClass::tape},      {"3420", DeviceClass::tape},
};

std::string in_front(const DeviceStatement& statement) {
  return fmt::format("{}: {:04X} {}: ", statement.place, statement.address, statement.type);
}

Status check_device(const DeviceStatement& statement) {
  const auto device_class = class_of(statement);
  if (!device_class) return tl::unexpected(device_class.error());
  for (const std::string& argument : statement.arguments) {
    if (argument.starts_with("sf=")) {
      return fail("{}found shadow files, '{}'; expected an image without, of which each guest gets a copy",
                  in_front(statement), argument);
    }
  }
  const bool writes_file = *device_class == DeviceClass::printer || *device_class == DeviceClass::punch;
  if (writes_file && !statement.arguments.empty() && statement.arguments[0].starts_with('|')) {
    return fail("{}found a pipe, '{}'; expected a file", in_front(statement), statement.arguments[0]);
  }
  return {};
}

// A copy that can be written, whatever the original is.
Status copy_image(const DeviceStatement& statement, const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::copy_file(from, to, error);
  if (!error) fs::permissions(to, fs::perms::owner_read | fs::perms::owner_write, fs::perm_options::add, error);
  if (error) return fail("{}copying {}: {}", in_front(statement), from.string(), error.message());
  return {};
}

// One statement with the files of this guest.
Result<DeviceStatement> device_of_guest(const Workload& workload, DeviceStatement statement, const fs::path& folder) {
  const auto device_class = class_of(statement);
  if (!device_class) return tl::unexpected(device_class.error());
  auto& arguments = statement.arguments;
  if (arguments.empty()) return statement;
  switch (*device_class) {
    case DeviceClass::console:
    case DeviceClass::display: break;
    case DeviceClass::reader:
      for (std::string& argument : arguments) {
        if (std::error_code error; fs::is_regular_file(workload.folder / argument, error)) {
          argument = fs::absolute(workload.folder / argument).string();
        }
      }
      break;
    case DeviceClass::printer:
    case DeviceClass::punch: arguments[0] = output_file(folder, statement.address).string(); break;
    case DeviceClass::disk:
    case DeviceClass::tape: {
      const fs::path original = workload.folder / arguments[0];
      // The device finds out by the name what kind of image it is.
      const fs::path copy = folder / fmt::format("{:04X}-{}", statement.address, original.filename().string());
      std::error_code error;
      if (fs::exists(original, error)) {
        if (Status copied = copy_image(statement, original, copy); !copied) return tl::unexpected(copied.error());
      }
      arguments[0] = copy.string();
      break;
    }
  }
  return statement;
}

// The first line in which two texts differ.
std::string first_difference(const std::string& expected, const std::string& found) {
  std::istringstream one(without_times(expected)), other(without_times(found));
  for (unsigned number = 1;; ++number) {
    std::string wanted, got;
    const bool has_wanted = static_cast<bool>(std::getline(one, wanted));
    const bool has_got = static_cast<bool>(std::getline(other, got));
    if (!has_wanted && !has_got) return "";
    if (has_wanted && has_got && wanted == got) continue;
    return fmt::format("line {}: found {}, expected {}", number, has_got ? "'" + got + "'" : "the end",
                       has_wanted ? "'" + wanted + "'" : "the end");
  }
}

}  // namespace

Result<DeviceClass> class_of(const DeviceStatement& statement) {
  for (const NamedClass& each : kClasses) {
    if (statement.type == each.type) return each.device_class;
  }
  std::string names;
  for (const NamedClass& each : kClasses) names += fmt::format("{}{}", names.empty() ? "" : ", ", each.type);
  return fail("{}an experiment cannot give such a device to each of several guests; expected one of {}",
              in_front(statement), names);
}

Result<Workload> read_workload(const std::string& name, const std::string& configuration, const std::string& commands) {
  Workload workload{.name = name, .folder = fs::path(configuration).parent_path(), .configuration = {}, .commands = {}};
  auto read = tools::read_configuration(configuration);
  if (!read) return tl::unexpected(read.error());
  workload.configuration = std::move(*read);
  unsigned consoles = 0;
  for (const DeviceStatement& statement : workload.configuration.devices) {
    if (Status good = check_device(statement); !good) return tl::unexpected(good.error());
    consoles += *class_of(statement) == DeviceClass::console;
  }
  if (consoles > 1) return fail("{}: found {} consoles; expected one at most", configuration, consoles);
  auto lines = tools::read_lines(commands);
  if (!lines) return tl::unexpected(lines.error());
  workload.commands = std::move(*lines);
  return workload;
}

Result<std::vector<DeviceStatement>> devices_of_guest(const Workload& workload, const fs::path& folder) {
  std::vector<DeviceStatement> devices;
  for (const DeviceStatement& statement : workload.configuration.devices) {
    auto made = device_of_guest(workload, statement, folder);
    if (!made) return tl::unexpected(made.error());
    devices.push_back(std::move(*made));
  }
  return devices;
}

fs::path output_file(const fs::path& folder, u16 address) { return folder / fmt::format("{:04X}.txt", address); }

Result<Output> read_output(const Workload& workload, const fs::path& folder) {
  Output output;
  for (const DeviceStatement& statement : workload.configuration.devices) {
    const auto device_class = class_of(statement);
    if (!device_class || statement.arguments.empty()) continue;
    if (*device_class != DeviceClass::printer && *device_class != DeviceClass::punch) continue;
    const fs::path path = output_file(folder, statement.address);
    if (std::error_code error; !fs::exists(path, error)) continue;  // nothing was printed
    std::ifstream file(path, std::ios::binary);
    if (!file) return fail("{}: cannot be read", path.string());
    output.files[statement.address] = {std::istreambuf_iterator<char>(file), {}};
  }
  return output;
}

std::string difference(const Output& expected, const Output& found) {
  std::map<u16, std::pair<std::string, std::string>> files;  // nothing is an empty file
  for (const auto& [address, text] : expected.files) files[address].first = text;
  for (const auto& [address, text] : found.files) files[address].second = text;
  for (const auto& [address, texts] : files) {
    const std::string differs = first_difference(texts.first, texts.second);
    if (!differs.empty()) return fmt::format("{:03X}, {}", address, differs);
  }
  const std::string differs = first_difference(expected.console, found.console);
  return differs.empty() ? "" : "console, " + differs;
}

}  // namespace replica::overhead
