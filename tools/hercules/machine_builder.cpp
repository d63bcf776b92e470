#include "tools/hercules/machine_builder.h"

#include <algorithm>
#include <chrono>

#include "devices/card_punch.h"
#include "devices/card_reader.h"
#include "devices/code_page.h"
#include "devices/dasd/ckd_factory.h"
#include "devices/dasd/fba_device.h"
#include "devices/line_printer.h"
#include "devices/tape/tape_device.h"
#include "tools/hercules/adapters.h"
#include "tools/hercules/terminals.h"

namespace replica::tools {
namespace {

using std::chrono::sys_days;
using std::chrono::year;

// The date of a deterministic machine: noon of the first of January 2000.
constexpr std::chrono::sys_seconds kFixedDate = sys_days{year{2000} / 1 / 1} + std::chrono::hours(12);

// The TOD clock for a date: microseconds since the epoch year began, in units of 1/4096 microsecond.
u64 time_of_day(const Configuration& configuration, std::chrono::sys_time<std::chrono::microseconds> date) {
  const auto epoch = sys_days{year{configuration.epoch_year} / 1 / 1};
  const std::chrono::microseconds since_epoch = date - epoch;
  const i64 offset_days = static_cast<i64>(configuration.year_offset) * 1461 / 4;
  const auto offset = std::chrono::hours(24 * offset_days) + std::chrono::minutes(configuration.zone_offset_minutes);
  return static_cast<u64>((since_epoch + offset).count()) * kUnitsPerMicrosecond;
}

using Factory = Result<std::unique_ptr<Device>> (*)(std::string_view, std::span<const std::string>,
                                                    const DeviceEnvironment&);
struct DeviceType {
  const char* name;
  Factory make;
};
constexpr DeviceType kDeviceTypes[] = {
    {"1442", make_card_reader},  {"2501", make_card_reader},  {"3505", make_card_reader},  {"2540R", make_card_reader},
    {"3525", make_card_punch},   {"2540P", make_card_punch},  {"1403", make_line_printer}, {"1443", make_line_printer},
    {"3203", make_line_printer}, {"3211", make_line_printer}, {"2400", make_tape_device},  {"2401", make_tape_device},
    {"2415", make_tape_device},  {"2420", make_tape_device},  {"3410", make_tape_device},  {"3411", make_tape_device},
    {"3420", make_tape_device},  {"2311", make_ckd_device},   {"2314", make_ckd_device},   {"2305", make_ckd_device},
    {"3330", make_ckd_device},   {"3340", make_ckd_device},   {"3350", make_ckd_device},   {"3375", make_ckd_device},
    {"3380", make_ckd_device},   {"3310", make_fba_device},   {"3370", make_fba_device},
};

std::string known_types() {
  std::string names = "1052, 1052-C, 3215, 3215-C, 3270, CTCA";
  for (const DeviceType& type : kDeviceTypes) names += fmt::format(", {}", type.name);
  return names;
}

bool is_known(const std::string& type) {
  return is_integrated_console(type) || is_client_terminal(type) || type == "CTCA" ||
         std::any_of(std::begin(kDeviceTypes), std::end(kDeviceTypes),
                     [&](const DeviceType& known) { return type == known.name; });
}

// "file:line: 000C 3505: "
std::string in_front(const DeviceStatement& statement) {
  const std::string place = statement.place.empty() ? "" : statement.place + ": ";
  return fmt::format("{}{:04X} {}: ", place, statement.address, statement.type);
}

// The devices that this machine has, and a note about each of the others. Error: a type that even Hercules does not have.
Result<std::vector<DeviceStatement>> choose_devices(const Configuration& configuration, System& system) {
  std::vector<DeviceStatement> chosen;
  for (const DeviceStatement& statement : configuration.devices) {
    if (is_known(statement.type)) {
      chosen.push_back(statement);
    } else if (is_device_not_here(statement.type)) {
      system.notes.push_back(in_front(statement) + "this machine has no such device; the guest will not find it");
    } else {
      return fail("{}found an unknown device type; expected one of {}", in_front(statement), known_types());
    }
  }
  return chosen;
}

// In virtual time nobody can connect: what comes from outside would make no two runs the same.
void choose_console_port(const Configuration& configuration, bool deterministic, System& system) {
  const bool is_wanted = std::any_of(configuration.devices.begin(), configuration.devices.end(),
                                     [](const DeviceStatement& device) { return is_client_terminal(device.type); });
  if (deterministic) {
    if (is_wanted) system.notes.push_back("In virtual time nobody can connect to the terminals");
    return;
  }
  system.console_port.emplace();
  system.console_port->host = configuration.console_host;
  system.console_port->statement = "CNSLPORT is not given";
  if (!configuration.console_port) return;
  system.console_port->port = *configuration.console_port;
  system.console_port->statement = configuration.console_port_place + ": CNSLPORT";
}

}  // namespace

Status attach_device(System& system, const DeviceStatement& statement) {
  Status attached;
  if (is_integrated_console(statement.type) || is_client_terminal(statement.type)) {
    attached = attach_terminal(system, statement);
  } else if (statement.type == "CTCA") {
    attached = attach_adapter(system, statement);
  } else {
    const auto type = std::find_if(std::begin(kDeviceTypes), std::end(kDeviceTypes),
                                   [&](const DeviceType& known) { return statement.type == known.name; });
    if (type == std::end(kDeviceTypes)) {
      return fail("{}found an unknown device type; expected one of {}", in_front(statement), known_types());
    }
    auto device = type->make(statement.type, statement.arguments, system.environment);
    if (!device) return fail("{}{}", in_front(statement), device.error().message);
    attached = system.channels->attach(statement.address, std::move(*device));
  }
  if (!attached) return fail("{}{}", in_front(statement), attached.error().message);
  system.statements[statement.address] = statement;
  return {};
}

Status detach_device(System& system, u16 address) {
  leave_terminal(system, address);
  system.statements.erase(address);
  return system.channels->detach(address);
}

Result<std::unique_ptr<System>> build_system(const Configuration& configuration, bool deterministic,
                                             const MachineFactory& make_machine) {
  auto system = std::make_unique<System>();
  const auto code_page = find_code_page(configuration.code_page);
  if (!code_page) return fail("CODEPAGE: {}", code_page.error().message);
  system->environment.code_page = *code_page;
  system->environment.sense_id = configuration.sense_id;
  system->environment.report = [raw = system.get()](const std::string& line) {
    if (raw->print_line) raw->print_line(line);
  };
  const auto devices = choose_devices(configuration, *system);
  if (!devices) return tl::unexpected(devices.error());
  system->start_date = kFixedDate;
  if (!deterministic) {
    system->start_date = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  }
  MachineOptions options;
  options.identity = {
      .version = configuration.cpu_version, .serial = configuration.cpu_serial, .model = configuration.cpu_model};
  options.clocks.mode = deterministic ? TimeMode::virtual_time : TimeMode::real_time;
  options.clocks.tod = time_of_day(configuration, system->start_date);
  if (make_machine) {
    auto machine = make_machine(configuration.main_storage, options);
    if (!machine) return tl::unexpected(machine.error());
    system->machine = std::move(*machine);
    system->channels = std::make_unique<ChannelSubsystem>(system->machine->storage());
  } else {
    auto storage = Storage::create(configuration.main_storage);
    if (!storage) return fail("MAINSIZE: {}", storage.error().message);
    system->channels = std::make_unique<ChannelSubsystem>(**storage);
    system->machine = Machine::create(std::move(*storage), options, system->channels.get());
  }

  choose_console_port(configuration, deterministic, *system);
  for (const DeviceStatement& statement : *devices) {
    if (Status status = attach_device(*system, statement); !status) return tl::unexpected(status.error());
  }
  return system;
}

}  // namespace replica::tools
