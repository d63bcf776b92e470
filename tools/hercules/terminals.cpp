#include "tools/hercules/terminals.h"

#include "devices/console.h"
#include "devices/terminal/display.h"

namespace replica::tools {
namespace {

// Typed on at the panel by lines with the prefix: "[prefix] [noprompt]".
Status attach_integrated_console(System& system, const DeviceStatement& statement) {
  std::string prefix = "/";
  for (const std::string& argument : statement.arguments) {
    if (argument != "noprompt") prefix = argument;
  }
  auto console = std::make_unique<Console>(statement.type.substr(0, 4), system.environment);
  console->on_line([&system](const std::string& line) {
    if (system.print_line) system.print_line(line);
  });
  Console* const attached = console.get();
  if (Status status = system.channels->attach(statement.address, std::move(console)); !status) return status;
  system.consoles.push_back({statement.address, prefix, attached});
  return {};
}

Status open_port(System& system) {
  if (system.terminals || !system.console_port) return {};
  auto server = std::make_unique<TerminalServer>("Replica/370 version " REPLICA_VERSION,
                                                 [&system](const std::string& line) { system.messages.put(line); });
  const System::ConsolePort& wanted = *system.console_port;
  const auto port = server->open(wanted.host, wanted.port);
  if (!port) return fail("{}: {}", wanted.statement, port.error().message);
  system.terminals = std::move(server);
  system.messages.put(fmt::format("HHCTE003I Waiting for console connection on port {}", *port));
  return {};
}

template <typename T, typename... Arguments>
Status attach_at_port(System& system, const DeviceStatement& statement, TerminalKind kind, Arguments&&... arguments) {
  TerminalServer::Seat seat{
      .number = statement.address, .kind = kind, .name = statement.type, .group = "", .address = 0, .mask = 0};
  if (Status status = parse_seat(statement.arguments, seat); !status) return status;
  if (Status status = open_port(system); !status) return status;
  auto device = std::make_unique<T>(std::forward<Arguments>(arguments)...);
  T* const attached = device.get();
  if (Status status = system.channels->attach(statement.address, std::move(device)); !status) return status;
  System::Seat& taken = system.seats[statement.address];
  taken = {.kind = kind, .line = std::make_unique<TerminalSwitch>(attached)};
  if (system.terminals) system.terminals->add(seat, *taken.line);
  return {};
}

}  // namespace

bool is_integrated_console(std::string_view type) { return type == "3215-C" || type == "1052-C"; }

bool is_client_terminal(std::string_view type) { return type == "3215" || type == "1052" || type == "3270"; }

Status attach_terminal(System& system, const DeviceStatement& statement) {
  if (is_integrated_console(statement.type)) return attach_integrated_console(system, statement);
  if (statement.type == "3270") return attach_at_port<Display>(system, statement, TerminalKind::display);
  return attach_at_port<Console>(system, statement, TerminalKind::printer_keyboard, statement.type, system.environment,
                                 Console::Keys::client);
}

void leave_terminal(System& system, u16 address) {
  std::erase_if(system.consoles, [&](const System::IntegratedConsole& console) { return console.address == address; });
  const auto seat = system.seats.find(address);
  if (seat == system.seats.end()) return;
  if (system.terminals) system.terminals->remove(*seat->second.line);
  system.seats.erase(seat);
}

}  // namespace replica::tools
