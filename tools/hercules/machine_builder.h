// The one place where a machine is put together: storage, channels, CPU, and the devices of a configuration.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cpu/machine.h"
#include "devices/channels.h"
#include "devices/console.h"
#include "devices/ctca/link.h"
#include "devices/device_environment.h"
#include "devices/terminal/terminal_server.h"
#include "devices/terminal/terminal_switch.h"
#include "tools/hercules/configuration.h"
#include "tools/hercules/mailbox.h"

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
  // Where the lines of integrated consoles, and the messages of devices to the operator go.
  std::function<void(const std::string&)> print_line;

  // Lines for the log that threads of devices have.
  Mailbox messages;

  // The port at which clients sit down at terminals; none in virtual time, where nothing comes from outside.
  struct ConsolePort {
    std::string host;
    u16 port = 3270;
    std::string statement;  // the one that gives it, for messages
  };
  std::optional<ConsolePort> console_port;

  // The channel-to-channel adapters by name; each lives as long as a device at one of its sides.
  std::map<std::string, std::weak_ptr<AdapterLink>> adapters;

  // The statement of each device that is attached.
  std::map<u16, DeviceStatement> statements;
  // What was left out when the system was built, a line each.
  std::vector<std::string> notes;
  // The date at which machine time is 0: that of the host, or a fixed one.
  std::chrono::sys_time<std::chrono::microseconds> start_date{};

  // Between the clients of terminals and the devices, by the devices' addresses.
  struct Seat {
    TerminalKind kind;
    std::unique_ptr<TerminalSwitch> line;
  };
  std::map<u16, Seat> seats;
  // Where clients of terminals come; there is none before there is a terminal. It ends before the devices do.
  std::unique_ptr<TerminalServer> terminals;
  // Whether something may come from outside at any time, through devices.
  bool expects_clients() const { return terminals != nullptr; }
};

// Makes the machine itself, in the place of one whose channels are those of the configuration: a VMM's real machine.
using MachineFactory =
    std::function<Result<std::unique_ptr<Machine>>(u32 storage_bytes, const MachineOptions& options)>;

// Errors: everything that a device says of its arguments, with the statement's file and line. Nothing is opened for writing
// before all of the configuration is known to be good. `deterministic` gives virtual time and a fixed TOD clock.
Result<std::unique_ptr<System>> build_system(const Configuration& configuration, bool deterministic,
                                             const MachineFactory& make_machine = {});

// Makes the device of one statement and attaches it, as `attach` and a configuration do.
Status attach_device(System& system, const DeviceStatement& statement);
// Takes a device away. Errors: there is none, or what it had buffered could not be written; it is gone then too.
Status detach_device(System& system, u16 address);

}  // namespace replica::tools
