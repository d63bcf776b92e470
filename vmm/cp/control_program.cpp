#include "vmm/cp/control_program.h"

#include <algorithm>
#include <chrono>
#include <fstream>

#include "devices/card_punch.h"
#include "devices/card_reader.h"
#include "devices/line_printer.h"
#include "vmm/cp/commands.h"
#include "vmm/cp/console_spool.h"
#include "vmm/cp/diagnose.h"
#include "vmm/cp/trace.h"

namespace replica::vmm {
ControlProgram::ControlProgram(Monitor& monitor, const Directory& directory, ChannelSubsystem& real_devices,
                               const DeviceEnvironment& environment, SpoolStore& spool, Options options)
    : monitor_(monitor),
      directory_(directory),
      real_devices_(real_devices),
      environment_(environment),
      spool_(spool),
      options_(std::move(options)),
      spooling_(spool, real_devices,
                {.code_page = environment.code_page,
                 .is_user = [this](const std::string& name) { return directory_.find(name) != nullptr; },
                 .tell_operator = [this](const std::string& line) { tell_operator(line); }}) {
  monitor_.on_stop([this](VirtualMachine& machine, const std::string& why) { stopped(machine, why); });
  terminals_ =
      std::make_unique<Terminals>(*this, options_.terminals, *environment_.code_page, [this] { monitor_.ring(); });
  monitor_.on_background_work([this] {
    const bool goes_on = spooling_.work();
    serve_terminals();
    return goes_on;
  });
  monitor_.diagnose = [this](VirtualMachine& machine, Cpu& cpu, const Insn& i) {
    Session* session = find(machine.name());
    if (!session) cpu.throw_program(ProgramCode::specification);
    diagnose(*this, *session, cpu, i);
  };
  spooling_.find_devices();
  start_writers();
}

ControlProgram::~ControlProgram() {
  shut_down();
  terminals_.reset();
  monitor_.on_stop({});
  monitor_.on_background_work({});
  monitor_.diagnose = {};
}

Session* ControlProgram::find(std::string_view name) {
  const auto found =
      std::find_if(sessions_.begin(), sessions_.end(), [&](const auto& session) { return session->name() == name; });
  return found == sessions_.end() ? nullptr : found->get();
}

// ---- Users ----

Result<Session*> ControlProgram::log_on(const User& user, std::function<void(const std::string&)> print,
                                        const std::string& secondary) {
  VirtualMachine::Options options{.name = user.name, .storage_bytes = user.storage, .identity = {}};
  options.identity.version = 0xFF;  // as VM/370 stores it
  if (user.options.cpu_id) options.identity.serial = *user.options.cpu_id;
  options.timer = user.options.real_timer ? TimerMode::real : TimerMode::on;
  auto machine = monitor_.create_machine(std::move(options));
  if (!machine) return tl::unexpected(machine.error());
  Session& session = *sessions_.emplace_back(std::make_unique<Session>());
  session = {.user = &user, .machine = *machine, .devices = {}, .print = std::move(print), .secondary = secondary};
  session.since = monitor_.real().cpu().now();
  if (Status status = add_devices(session); !status) {
    log_off(session);
    return tl::unexpected(status.error());
  }
  tell_operator(
      fmt::format("{} LOGON AS {} USERS = {}", session.is_connected() ? "GRAF" : "AUTO", user.name, sessions_.size()));
  return &session;
}

void ControlProgram::log_off(Session& session) {
  const std::string name = session.name();
  for (auto& [address, device] : session.devices) {
    if (device.output) static_cast<void>(device.output->close_file());
  }
  monitor_.stop(*session.machine);
  account(fmt::format("{:8}{:8}{:08}{:012}{:>8}01", name, session.user->account,
                      session.machine->cpu_time / kUnitsPerMicrosecond / 1000,
                      session.machine->channels().started_operations(), session.machine->storage().page_ins()));
  while (!session.devices.empty()) give_back(session, session.devices.begin()->first);
  terminals_->release(session, "LOGOFF");
  monitor_.destroy_machine(*session.machine);
  std::erase_if(sessions_, [&](const auto& each) { return each.get() == &session; });
  start_writers();
  if (!shut_down_) tell_operator(fmt::format("USER LOGOFF AS {} USERS = {}", name, sessions_.size()));
}

void ControlProgram::disconnect(Session& session) {
  session.print = nullptr;
  terminals_->release(session, "DISCONNECT");
  tell_operator(fmt::format("DISCONNECT {} USERS = {}", session.name(), sessions_.size()));
}

void ControlProgram::refuse_log_on(const std::string& user, const std::string& from, const std::string& why) {
  account(fmt::format("{:8}{:8}{:24}04", user, from, why));
  tell_operator(fmt::format("LOGON OF {} AT {} REFUSED; {}", user, from, why));
}

void ControlProgram::serve_terminals() {
  if (!terminals_) return;
  terminals_->serve();
  const auto due = terminals_->next_service();
  if (!due) return;
  const auto left = std::chrono::ceil<std::chrono::microseconds>(*due - Terminals::Clock::now()).count();
  monitor_.want_background_work(static_cast<u64>(std::max<i64>(left, 0)) * kUnitsPerMicrosecond);
}

// ---- Virtual devices ----

Status ControlProgram::attach(Session& session, u16 address, VirtualDevice device, std::unique_ptr<Device> model) {
  if (Status status = session.machine->channels().attach(address, std::move(model)); !status) return status;
  session.devices[address] = std::move(device);
  return {};
}

Status ControlProgram::add_devices(Session& session) {
  const User& user = *session.user;
  if (user.console) {
    auto console = std::make_unique<replica::Console>("3215", environment_);
    session.console = console.get();
    console->on_line([this, &session](const std::string& line) { tell(session, line); });
    const SpoolSettings settings{.spool_class = user.console->spool_class};
    const VirtualDevice device{.kind = VirtualDevice::Kind::console,
                               .output = std::make_shared<SpoolOutput>(spool_, user.name, "3215", settings)};
    const Status status = attach(session, user.console->address, device, std::move(console));
    if (!status) return status;
  }
  for (const SpoolDevice& device : user.spool_devices) {
    if (Status status = add_spool_device(session, device); !status)
      return fail("{}: {}", device.place, status.error().message);
  }
  for (const DedicatedDevice& device : user.dedicated_devices) {
    if (Status status = dedicate(session, device); !status) return fail("{}: {}", device.place, status.error().message);
  }
  for (const Minidisk& disk : user.minidisks) {
    if (disk.kind != Minidisk::Kind::whole)
      return fail("{}: only minidisks of a whole volume are there yet", disk.place);
    // Nobody else can link to it.
    const Status status =
        dedicate(session, {.address = disk.address, .real_address = disk.real_address, .volume = {}, .place = {}});
    if (!status) return fail("{}: {}", disk.place, status.error().message);
  }
  if (!user.links.empty()) return fail("{}: links are not there yet", user.links[0].place);
  return {};
}

Status ControlProgram::add_spool_device(Session& session, const SpoolDevice& device) {
  const bool is_2540 = device.type == "2540";
  switch (device.kind) {
    case SpoolDevice::Kind::reader: {
      const std::string type = is_2540 ? "2540R" : device.type;
      auto input =
          std::make_shared<SpoolInput>(spool_, session.name(), SpoolSettings{.spool_class = device.spool_class});
      auto model = make_card_reader_from(input, type, {}, environment_);
      if (!model) return tl::unexpected(model.error());
      return attach(session, device.address, {.kind = VirtualDevice::Kind::reader, .input = input}, std::move(*model));
    }
    case SpoolDevice::Kind::punch:
    case SpoolDevice::Kind::printer: break;
  }
  const bool prints = device.kind == SpoolDevice::Kind::printer;
  const std::string type = is_2540 ? "2540P" : device.type;
  SpoolSettings settings{.spool_class = device.spool_class};
  auto output = std::make_shared<SpoolOutput>(spool_, session.name(), type, settings);
  auto model = prints ? make_line_printer_on(output, type, {}, environment_)
                      : make_card_punch_on(output, type, {}, environment_);
  if (!model) return tl::unexpected(model.error());
  const auto kind = prints ? VirtualDevice::Kind::printer : VirtualDevice::Kind::punch;
  return attach(session, device.address, {.kind = kind, .output = output}, std::move(*model));
}

// The device itself moves to the virtual channels, and back in the end.
Status ControlProgram::dedicate(Session& session, const DedicatedDevice& device) {
  if (!device.real_address) return fail("a volume cannot be dedicated by its label yet; expected a real address");
  spooling_.let_go(*device.real_address);
  terminals_->take_away(*device.real_address);
  auto model = real_devices_.take(*device.real_address);
  if (!model) return tl::unexpected(model.error());
  auto* const terminal = dynamic_cast<Terminal*>(model->get());
  const VirtualDevice dedicated{.kind = VirtualDevice::Kind::dedicated, .real_address = *device.real_address};
  if (Status status = attach(session, device.address, dedicated, std::move(*model)); !status) return status;
  terminals_->lead_to(*device.real_address, terminal);
  return {};
}

void ControlProgram::give_back(Session& session, u16 address) {
  const VirtualDevice device = session.devices.at(address);
  session.devices.erase(address);
  if (device.kind == VirtualDevice::Kind::console) session.console = nullptr;
  if (device.kind != VirtualDevice::Kind::dedicated)
    return static_cast<void>(session.machine->channels().detach(address));
  terminals_->take_away(device.real_address);
  auto model = session.machine->channels().take(address);
  if (!model) return tell_operator(fmt::format("{:03X}: {}", device.real_address, model.error().message));
  (*model)->reset();
  if (Status flushed = (*model)->flush(); !flushed) tell_operator(flushed.error().message);
  static_cast<void>(real_devices_.attach(device.real_address, std::move(*model)));
  terminals_->give_back(device.real_address);
  spooling_.find_devices();
  start_writers();
}

// ---- Lines ----

void ControlProgram::tell(Session& session, const std::string& line) {
  if (session.console_file && !print_line(*session.console_file, *environment_.code_page, line)) {
    session.console_file.reset();
    tell(session, "DMKCSO428E SPOOL SPACE FULL; THE CONSOLE IS NOT SPOOLED ANY MORE");
  }
  if (session.console_is_silent) return;
  if (session.is_connected()) {
    session.print(line);
    return start_writers();
  }
  if (session.secondary.empty()) return;
  const std::string with_name = fmt::format("{}: {}", session.name(), line);
  if (Session* reader = find(session.secondary); reader && reader != &session && reader->is_connected()) {
    return reader->print(with_name);
  }
  if (session.secondary == "OPERATOR") tell_operator(with_name);
}

void ControlProgram::stopped(VirtualMachine& machine, const std::string& why) {
  Session* session = find(machine.name());
  if (!session) return;
  if (session->tracer) session->tracer->finish();
  tell(*session, "DMKDSP450W CP ENTERED; " + why);
}

void ControlProgram::type_operator_line(const std::string& line) {
  Requester requester{.session = find("OPERATOR"), .print = options_.print};
  execute_command(*this, requester, line);
}

// Accounting records are cards: user, account number, and what was used.
void ControlProgram::account(const std::string& record) {
  if (options_.accounting_file.empty()) return;
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  std::ofstream file(options_.accounting_file, std::ios::app);
  file << fmt::format("{:012} {}\n", now.time_since_epoch().count(), record);
  if (!file.flush())
    tell_operator(fmt::format("accounting record not written to {}", options_.accounting_file.string()));
}

void ControlProgram::shut_down() {
  shut_down_ = true;
  while (!sessions_.empty()) log_off(*sessions_.back());
  spooling_.finish_output();
}

}  // namespace replica::vmm
