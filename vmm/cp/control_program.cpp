#include "vmm/cp/control_program.h"

#include <algorithm>
#include <chrono>
#include <fstream>

#include "devices/card_punch.h"
#include "devices/card_reader.h"
#include "devices/line_printer.h"
#include "vmm/cp/accounting.h"
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
                 .tell_operator = [this](const std::string& line) { tell_operator(line); }}),
      devices_(real_devices, environment, directory, spool, spooling_,
               {.tell = [this](Session& session, const std::string& line) { tell(session, line); },
                .tell_operator = [this](const std::string& line) { tell_operator(line); },
                .start_spooling = [this] { start_writers(); },
                .taking = [this](u16 address) { terminals_->take_away(address); },
                .taken = [this](u16 address,
                                Device& device) { terminals_->lead_to(address, dynamic_cast<Terminal*>(&device)); },
                .returned = [this](u16 address) { terminals_->give_back(address); },
                .dropping = [this](const Session& session, u16 address,
                                   const Device& display) { terminals_->drop(session, address, display); }}) {
  monitor_.on_stop([this](VirtualMachine& machine, const std::string& why) { stopped(machine, why); });
  terminals_ =
      std::make_unique<Terminals>(*this, options_.terminals, *environment_.code_page, [this] { monitor_.ring(); });
  monitor_.on_background_work([this] {
    const bool goes_on = spooling_.work();
    wake_sleepers();
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
  for (const std::string& line : devices_.minidisks().attach_volumes()) tell_operator(line);
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
  options.most_storage_bytes = user.maximum_storage;
  options.timer = user.options.real_timer ? TimerMode::real : TimerMode::on;
  options.extended_control = user.options.extended_control;
  auto machine = monitor_.create_machine(std::move(options));
  if (!machine) return tl::unexpected(machine.error());
  Session& session = *sessions_.emplace_back(std::make_unique<Session>());
  session = {.user = &user, .machine = *machine, .devices = {}, .print = std::move(print), .secondary = secondary};
  session.since = monitor_.real().cpu().now();
  if (user.options.virtual_is_real) fix_in_real_storage(session);
  devices_.add_all(session);
  tell_operator(
      fmt::format("{} LOGON AS {} USERS = {}", session.is_connected() ? "GRAF" : "AUTO", user.name, sessions_.size()));
  return &session;
}

// OPTION VIRT=REAL: for one user at a time.
void ControlProgram::fix_in_real_storage(Session& session) {
  const auto other =
      std::ranges::find_if(sessions_, [](const auto& each) { return each->machine->storage().is_fixed(); });
  if (other != sessions_.end()) {
    return tell(session, fmt::format("VIRT=REAL AREA IN USE BY {}; STORAGE IS VIRTUAL", (*other)->name()));
  }
  try {
    session.machine->storage().fix_in_real_storage();
  } catch (const PagingError& error) {
    tell(session, fmt::format("VIRT=REAL AREA NOT AVAILABLE; STORAGE IS VIRTUAL: {}", error.message));
  }
}

void ControlProgram::log_off(Session& session) {
  const std::string name = session.name();
  monitor_.stop(*session.machine);
  account_usage(*this, session);
  if (options_.statistics) {
    options_.statistics(
        fmt::format("Traps of {}\n{}\n", name, describe_traps(session.machine->counters, monitor_.cycle_scale())));
  }
  devices_.remove_all(session);
  terminals_->release(session, "LOGOFF");
  monitor_.destroy_machine(*session.machine);
  std::erase_if(sessions_, [&](const auto& each) { return each.get() == &session; });
  start_writers();
  if (!shut_down_) tell_operator(fmt::format("USER LOGOFF AS {} USERS = {}", name, sessions_.size()));
}

void ControlProgram::put_to_sleep(Session& session, u64 until) {
  session.sleep = {.until = until, .runs_on = !session.is_in_cp()};
  monitor_.stop(*session.machine);
  wake_sleepers();
}

void ControlProgram::wake_up(Session& session) {
  const auto sleep = std::exchange(session.sleep, std::nullopt);
  if (sleep && sleep->runs_on) monitor_.start(*session.machine);
}

void ControlProgram::wake_sleepers() {
  const u64 now = monitor_.real().cpu().now();
  for (const auto& session : sessions_) {
    if (!session->sleep || session->sleep->until == kNever) continue;
    if (session->sleep->until <= now) {
      wake_up(*session);
    } else {
      monitor_.want_background_work(session->sleep->until - now);
    }
  }
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
