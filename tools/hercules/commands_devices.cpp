// Commands about devices: devlist, attach, detach, define, devinit, i, ds, and start and stop of printers.
#include <fmt/format.h>

#include "devices/line_printer.h"
#include "devices/tape/tape_device.h"
#include "devices/unit_record.h"
#include "tools/hercules/panel.h"

namespace replica::tools {
namespace {

// The device number that is the n-th word, if such a device is there. What is wrong is told.
std::optional<u16> existing_device(Panel& panel, const CommandLine& line, std::size_t n) {
  const auto address = parse_device_number(line.words[n]);
  if (!address) return panel.log(address.error().message), std::nullopt;
  if (!panel.system().channels->device_at(*address)) {
    panel.log(fmt::format("HHCPN181E Device number 0:{:04X} not found", *address));
    return std::nullopt;
  }
  return *address;
}

bool is_busy(Panel& panel, u16 address) {
  const ChannelSubsystem& channels = *panel.system().channels;
  return channels.is_busy(address) || channels.has_pending_status(address);
}

// ---- Lists ----

// What Hercules shows of an integrated console, or what the device says of itself.
std::string description(Panel& panel, u16 address) {
  for (const System::IntegratedConsole& console : panel.system().consoles) {
    if (console.address != address) continue;
    std::string text = fmt::format("*syscons cmdpref({})", console.prefix);
    for (const std::string& argument : panel.system().statements[address].arguments) {
      if (argument == "noprompt") text += " noprompt";
    }
    return text;
  }
  return panel.system().channels->device_at(address)->description();
}

void list_device(Panel& panel, u16 address) {
  const ChannelSubsystem& channels = *panel.system().channels;
  panel.log(fmt::format("0:{:04X} {} {}{}{}", address, panel.system().channels->device_at(address)->type(),
                        description(panel, address), channels.is_busy(address) ? " busy" : "",
                        channels.has_pending_status(address) ? " pending" : ""));
}

void list_devices(Panel& panel, const CommandLine& line) {
  if (line.words.size() > 1) {
    if (const auto address = existing_device(panel, line, 1)) list_device(panel, *address);
    return;
  }
  for (const u16 address : panel.system().channels->addresses()) list_device(panel, address);
}

void display_subchannel(Panel& panel, const CommandLine& line) {
  if (line.words.size() < 2) return panel.log("HHCPN031E Missing device number");
  const auto address = existing_device(panel, line, 1);
  if (!address) return;
  const Csw csw = panel.system().channels->last_csw(*address);
  panel.log(fmt::format("{:04X}:D/T={} CSW=Flags:{:02X} CCW:{:06X} Stat:{:04X} Count:{:04X}", *address,
                        panel.system().channels->device_at(*address)->type(), csw.key << 4, csw.ccw_address,
                        csw.status(), csw.count));
}

// ---- Configuration ----

void attach(Panel& panel, const CommandLine& line) {
  if (line.words.size() < 3) return panel.log("HHCPN057E Missing argument(s)");
  const auto statements = parse_device_statement({line.words.begin() + 1, line.words.end()}, "");
  if (!statements) return panel.log("HHCCF055E Incorrect device address specification: " + statements.error().message);
  for (const DeviceStatement& statement : *statements) {
    if (panel.system().channels->device_at(statement.address)) {
      return panel.log(fmt::format("HHCCF041E Device 0:{:04X} already exists", statement.address));
    }
    if (is_device_not_here(statement.type)) {
      return panel.log(fmt::format("HHCCF042E Device type {} not recognized", statement.type));
    }
    if (Status status = attach_device(panel.system(), statement); !status) {
      panel.log(status.error().message);
      return panel.log(fmt::format("HHCCF044E Initialization failed for device {:04X}", statement.address));
    }
  }
}

void detach(Panel& panel, const CommandLine& line) {
  if (line.words.size() < 2) return panel.log("HHCPN031E Missing device number");
  const auto address = parse_device_number(line.words[1]);
  if (!address) return panel.log(address.error().message);
  if (!panel.system().channels->device_at(*address)) {
    return panel.log(fmt::format("HHCCF046E Device 0:{:04X} does not exist", *address));
  }
  if (Status status = detach_device(panel.system(), *address); !status) panel.log(status.error().message);
  panel.log(fmt::format("HHCCF047I Device {:04X} detached", *address));
}

void define(Panel& panel, const CommandLine& line) {
  if (line.words.size() < 3) return panel.log("HHCPN062E Missing argument(s)");
  const auto from = parse_device_number(line.words[1]);
  if (!from) return panel.log(from.error().message);
  const auto to = parse_device_number(line.words[2]);
  if (!to) return panel.log(to.error().message);
  System& system = panel.system();
  if (!system.channels->device_at(*from)) {
    return panel.log(fmt::format("HHCCF048E Device 0:{:04X} does not exist", *from));
  }
  if (!system.channels->move(*from, *to)) {
    return panel.log(fmt::format("HHCCF049E Device 0:{:04X} already exists", *to));
  }
  for (System::IntegratedConsole& console : system.consoles) {
    if (console.address == *from) console.address = *to;
  }
  if (auto seat = system.seats.extract(*from)) {
    seat.key() = *to;
    system.seats.insert(std::move(seat));
  }
  if (system.terminals) system.terminals->renumber(*from, *to);
  auto statement = system.statements.extract(*from);
  statement.key() = statement.mapped().address = *to;
  system.statements.insert(std::move(statement));
}

// Whether the device stays the same when it gets other cards, paper or tape.
bool takes_media(Device* device) {
  return dynamic_cast<UnitRecordDevice*>(device) || dynamic_cast<TapeDevice*>(device);
}

// Gives a device that is attached its arguments anew.
Status reload(System& system, u16 address, const std::vector<std::string>& arguments) {
  Device* device = system.channels->device_at(address);
  DeviceStatement statement = system.statements[address];
  if (!arguments.empty()) statement.arguments = arguments;
  if (auto* unit_record = dynamic_cast<UnitRecordDevice*>(device)) {
    if (Status status = unit_record->reload(arguments); !status) return status;
  } else if (auto* tape = dynamic_cast<TapeDevice*>(device)) {
    if (Status status = tape->mount(arguments); !status) return status;
  } else {
    // Others are made again; the file must be free for that.
    const DeviceStatement before = system.statements[address];
    if (Status status = detach_device(system, address); !status) return status;
    if (Status status = attach_device(system, statement); !status) {
      static_cast<void>(attach_device(system, before));
      return status;
    }
  }
  system.statements[address] = statement;
  return {};
}

void initialize(Panel& panel, const CommandLine& line) {
  if (line.words.size() < 2) return panel.log("HHCPN093E Missing argument(s)");
  const auto address = existing_device(panel, line, 1);
  if (!address) return;
  if (panel.options().control_program && !takes_media(panel.system().channels->device_at(*address))) {
    return panel.log(fmt::format(
        "HHCPN096E Device 0:{:04X} is CP's: only cards, paper and tapes can be put in; expected VARY OFFLINE",
        *address));
  }
  if (is_busy(panel, *address))
    return panel.log(fmt::format("HHCPN096E Device 0:{:04X} busy or interrupt pending", *address));
  if (Status status = reload(panel.system(), *address, {line.words.begin() + 2, line.words.end()}); !status) {
    panel.log(status.error().message);
    return panel.log(fmt::format("HHCPN097E Initialization failed for device 0:{:04X}", *address));
  }
  panel.log(fmt::format("HHCPN098I Device 0:{:04X} initialized", *address));
}

// ---- Keys of devices ----

void attention(Panel& panel, const CommandLine& line) {
  if (line.words.size() < 2) return panel.log("HHCPN031E Missing device number");
  const auto address = existing_device(panel, line, 1);
  if (!address) return;
  if (panel.system().channels->has_pending_status(*address)) {
    return panel.log(fmt::format("HHCPN046E Device {:04X} busy or interrupt pending", *address));
  }
  const Status presented = panel.system().channels->present(*address, unit_status::kAttention);
  panel.log(presented ? fmt::format("HHCPN045I Device {:04X} attention request raised", *address)
                      : fmt::format("HHCPN046E Device {:04X} busy or interrupt pending", *address));
}

// `start` and `stop` are keys of the CPU, or with a device number of a printer.
void start(Panel& panel, const CommandLine& line) {
  if (line.words.size() < 2) return panel.processor().start();
  const auto address = existing_device(panel, line, 1);
  if (!address) return;
  auto* printer = dynamic_cast<LinePrinter*>(panel.system().channels->device_at(*address));
  if (!printer) return panel.log(fmt::format("HHCPN017E Device 0:{:04X} is not a printer device", *address));
  if (is_busy(panel, *address)) {
    return panel.log(fmt::format("HHCPN019E Printer 0:{:04X} not started: busy or interrupt pending", *address));
  }
  printer->start();
  panel.log(fmt::format("HHCPN018I Printer 0:{:04X} started", *address));
}

void stop(Panel& panel, const CommandLine& line) {
  if (line.words.size() < 2) return panel.processor().stop();
  const auto address = existing_device(panel, line, 1);
  if (!address) return;
  auto* printer = dynamic_cast<LinePrinter*>(panel.system().channels->device_at(*address));
  if (!printer) return panel.log(fmt::format("HHCPN024E Device 0:{:04X} is not a printer device", *address));
  printer->stop();
  panel.log(fmt::format("HHCPN025I Printer 0:{:04X} stopped", *address));
}

constexpr Command kCommands[] = {
    {"start", start, "start CPU (or printer device if argument given)"},
    {"stop", stop, "stop CPU (or printer device if argument given)"},
    {"devlist", list_devices, "list device or all devices"},
    {"ds", display_subchannel, "display subchannel"},
    {"attach", attach, "configure device", "Format: \"attach devn type [arg...]\"."},
    {"detach", detach, "remove device", "Format: \"detach devn\"."},
    {"define", define, "rename device", "Format: \"define olddevn newdevn\"."},
    {"devinit", initialize, "reinitialize device",
     "Format: \"devinit devn [arg...]\". With no arguments, those it had; else the new ones."},
    {"i", attention, "generate I/O attention interrupt for device"},
};

}  // namespace

std::span<const Command> device_commands() { return kCommands; }

}  // namespace replica::tools
