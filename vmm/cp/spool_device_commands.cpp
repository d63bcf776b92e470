// Commands about the virtual devices that are spooled: SPOOL, CLOSE. VM/370 CP Command Reference (GC20-1820).
#include "vmm/cp/spool_pages.h"
#include "vmm/cp/spool_selection.h"

namespace replica::vmm {
namespace {

// What one SPOOL command asks for, beside the settings.
struct SpoolRequest {
  SpoolSettings settings;
  bool close = false;
  bool purge = false;
  std::optional<bool> notes_console{};  // START, STOP
  std::optional<bool> is_silent{};      // NOTERM, TERM
};

Result<std::string> take_user(const ControlProgram& cp, Operands& operands) {
  const std::string name = operands.take();
  if (name == "*" || (!name.empty() && cp.directory().find(name))) return name;
  if (name.empty()) return fail("DMKCSP020E USERID MISSING OR INVALID");
  return fail("DMKCSP053E {} NOT IN CP DIRECTORY", name);
}

bool take_common_option(Operands& operands, SpoolRequest& request) {
  SpoolSettings& settings = request.settings;
  if (operands.take("CONT", 4)) return settings.continuous = true;
  if (operands.take("NOCONT", 3)) return settings.continuous = false, true;
  if (operands.take("HOLD", 2)) return settings.hold = true;
  if (operands.take("NOHOLD", 3)) return settings.hold = false, true;
  if (operands.take("CLOSE", 3)) return request.close = true;
  if (operands.take("PURGE", 3)) return request.purge = true;
  return false;
}

bool take_console_option(Operands& operands, SpoolRequest& request) {
  if (operands.take("START", 3)) return request.notes_console = true, true;
  if (operands.take("STOP", 3)) return request.notes_console = false, true;
  if (operands.take("TERM", 4)) return request.is_silent = false, true;
  if (operands.take("NOTERM", 6)) return request.is_silent = true, true;
  return false;
}

Status take_output_option(const ControlProgram& cp, Operands& operands, SpoolSettings& settings) {
  if (operands.take("COPY", 4)) {
    const auto copies = take_copies(operands);
    if (!copies) return tl::unexpected(copies.error());
    settings.copies = *copies;
    return {};
  }
  if (operands.take("OFF", 3)) {
    settings.to = settings.for_user = "";
    return {};
  }
  const bool to = operands.take("TO", 2);
  if (!to && !operands.take("FOR", 3)) return fail("DMKCSP003E INVALID OPTION - {}", operands.peek());
  if (to && operands.take("SYSTEM", 6)) {
    settings.to = "";
    return {};
  }
  const auto user = take_user(cp, operands);
  if (!user) return tl::unexpected(user.error());
  settings.to = to ? *user : "";
  settings.for_user = to || *user == "*" ? "" : *user;
  return {};
}

Status take_reader_option(Operands& operands, SpoolSettings& settings) {
  if (operands.take("EOF", 3)) return settings.end_of_file = true, Status{};
  if (operands.take("NOEOF", 4)) return settings.end_of_file = false, Status{};
  return fail("DMKCSP003E INVALID OPTION - {}", operands.peek());
}

Status take_spool_options(const ControlProgram& cp, const VirtualDevice& device, Operands& operands,
                          SpoolRequest& request) {
  while (!operands.at_end()) {
    if (operands.take("CLASS", 2)) {
      if (device.input && operands.take("*", 1)) {
        request.settings.spool_class = '*';
        continue;
      }
      const auto spool_class = take_class(operands);
      if (!spool_class) return tl::unexpected(spool_class.error());
      request.settings.spool_class = *spool_class;
      continue;
    }
    if (take_common_option(operands, request)) continue;
    if (device.kind == VirtualDevice::Kind::console && take_console_option(operands, request)) continue;
    if (Status taken = device.input ? take_reader_option(operands, request.settings)
                                    : take_output_option(cp, operands, request.settings);
        !taken)
      return taken;
  }
  return {};
}

// Tells the one who closed a file, and the one who gets it, as VM/370 does.
void tell_of_file(ControlProgram& cp, Requester& requester, SpoolId id) {
  const SpoolFile& file = *cp.spool().find(id);
  const std::string rest = fmt::format("COPY {:02} {}", file.copies, file.hold == SpoolHold::none ? "NOHOLD" : "HOLD");
  const std::string_view name = file.device == "3215"                             ? "CON"
                                : file.device == "3525" || file.device == "2540P" ? "PUN"
                                                                                  : "PRT";
  const bool is_sent = file.kind == SpoolKind::reader;
  if (requester.session->takes_information)
    requester.print(fmt::format("{} FILE {:04} {} {:8} {}", name, id, is_sent ? "TO " : "FOR", file.owner, rest));
  Session* receiver = is_sent && file.owner != file.origin ? cp.find(file.owner) : nullptr;
  if (receiver && receiver->takes_information)
    cp.tell(*receiver, fmt::format("{} FILE {:04} FROM {:8} {}", name, id, file.origin, rest));
}

Status close_device(ControlProgram& cp, Requester& requester, VirtualDevice& device, const SpoolClose& options) {
  if (device.pages) device.pages->close(options.purge ? false : options.hold.value_or(device.input->settings().hold));
  if (device.input) {
    const std::optional<SpoolId> file = device.input->active_file();
    if (!options.purge || !file) return device.input->close_file(options.hold);
    return device.input->close_file(false);
  }
  const auto closed = device.output->close_file(options);
  if (!closed) return tl::unexpected(closed.error());
  if (*closed) tell_of_file(cp, requester, **closed);
  return {};
}

Status carry_out(ControlProgram& cp, Requester& requester, VirtualDevice& device, const SpoolRequest& request) {
  // What is closed by the same command has the new settings.
  if (Status altered = device.input ? device.input->alter(request.settings) : device.output->alter(request.settings);
      !altered)
    return fail("DMKCSP003E INVALID OPTION: {}", altered.error().message);
  Session& session = *requester.session;
  if (request.is_silent) session.console_is_silent = *request.is_silent;
  if (request.notes_console) session.console_file = *request.notes_console ? device.output : nullptr;
  if (!session.console_file) session.console_is_silent = false;
  if (!request.close && !request.purge) return {};
  return close_device(cp, requester, device, {.purge = request.purge, .always = true});
}

// SPOOL cuu|READER|PRINTER|PUNCH|CONSOLE option...
Status execute_spool(ControlProgram& cp, Requester& requester, const CommandText& command) {
  const auto session = own_session(requester);
  if (!session) return tl::unexpected(session.error());
  Operands operands(command);
  cp.monitor().release_cpu();
  const auto devices = spooled_devices(**session, operands.take());
  if (!devices) return tl::unexpected(devices.error());
  if (Status status = operands.expect_more("an option such as CLASS or HOLD"); !status) return status;
  std::vector<SpoolRequest> requests;
  for (VirtualDevice* device : *devices) {
    Operands its_own = operands;
    SpoolRequest& request = requests.emplace_back();
    request.settings = device->input ? device->input->settings() : device->output->settings();
    if (Status taken = take_spool_options(cp, *device, its_own, request); !taken) return taken;
  }
  for (std::size_t n = 0; n < requests.size(); ++n) {
    if (Status done = carry_out(cp, requester, *(*devices)[n], requests[n]); !done) return done;
  }
  cp.start_writers();
  return {};
}

Status take_close_options(const CommandText& command, Operands& operands, SpoolClose& options) {
  while (!operands.at_end()) {
    if (operands.take("HOLD", 2)) {
      options.hold = true;
    } else if (operands.take("NOHOLD", 3)) {
      options.hold = false;
    } else if (operands.take("PURGE", 3)) {
      options.purge = true;
    } else if (operands.take("CLASS", 2)) {
      const auto spool_class = take_class(operands);
      if (!spool_class) return tl::unexpected(spool_class.error());
      options.spool_class = *spool_class;
    } else if (operands.take("COPY", 4)) {
      const auto copies = take_copies(operands);
      if (!copies) return tl::unexpected(copies.error());
      options.copies = *copies;
    } else if (operands.take("DIST", 4)) {
      if (Status status = operands.expect_more("a distribution code"); !status) return status;
      options.distribution = operands.take();
    } else if (operands.take("NAME", 2)) {
      // The last option.
      if (Status status = operands.expect_more("a name"); !status) return status;
      options.name = operands.take();
      options.type = operands.take();
    } else {
      return fail("DMKCSP003E INVALID OPTION - {}", command.words[operands.position()]);
    }
  }
  return {};
}

// CLOSE cuu|READER|PRINTER|PUNCH|CONSOLE [HOLD|NOHOLD] [PURGE] [CLASS c] [COPY n] [DIST d] [NAME fn [ft]]
Status execute_close(ControlProgram& cp, Requester& requester, const CommandText& command) {
  const auto session = own_session(requester);
  if (!session) return tl::unexpected(session.error());
  Operands operands(command);
  cp.monitor().release_cpu();
  const auto devices = spooled_devices(**session, operands.take());
  if (!devices) return tl::unexpected(devices.error());
  SpoolClose options;
  if (Status taken = take_close_options(command, operands, options); !taken) return taken;
  for (VirtualDevice* device : *devices) {
    if (Status done = close_device(cp, requester, *device, options); !done) return done;
  }
  cp.start_writers();
  return {};
}

}  // namespace

std::span<const CpCommand> spool_device_commands() {
  static constexpr CpCommand kCommands[] = {
      {"SPOOL", 2, "G", execute_spool},
      {"CLOSE", 1, "G", execute_close},
  };
  return kCommands;
}

}  // namespace replica::vmm
