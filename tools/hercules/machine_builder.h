// The one place where a machine is put together: storage, channels, CPU, and the devices of a configuration.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "cpu/machine.h"
#include "devices/channels.h"
#include "devices/console.h"
#include "devices/device_environment.h"
#include "tools/hercules/configuration.h"

namespace replica::tools {

// A machine with its channels and devices. The parts that others refer to outlive those: members are destroyed from the
// last to the first.
struct System {
  DeviceEnvironment environment;
  std::unique_ptr<ChannelSubsystem> channels;
  std::unique_ptr<Machine> machine;

  // The integrated consoles (3215-C, 1052-C): which command prefix types on which.
  struct IntegratedConsole {
    u16 address;
    std::string prefix;
    Console* console;
  };
  std::vector<IntegratedConsole> consoles;
  // Where the lines of integrated consoles go.
  std::function<void(const std::string&)> print_line;
};

// Errors: everything that a device says of its arguments, with the statement's file and line. Nothing is opened for writing
// before all of the configuration is known to be good. `deterministic` gives virtual time and a fixed TOD clock.
Result<std::unique_ptr<System>> build_system(const Configuration& configuration, bool deterministic);

// Makes the device of one statement and attaches it, as `attach` and a configuration do.
Status attach_device(System& system, const DeviceStatement& statement);

// IPL: resets, loads from the device, and loads the PSW that it brought. `clear` also clears storage and registers.
Status initial_program_load(System& system, u16 address, bool clear);

}  // namespace replica::tools
