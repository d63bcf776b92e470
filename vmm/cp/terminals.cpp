#include "vmm/cp/terminals.h"

#include <fmt/chrono.h>

#include <algorithm>

#include "base/check.h"
#include "vmm/cp/accounting.h"
#include "vmm/cp/control_program.h"
#include "vmm/cp/operands.h"
#include "vmm/terminals/display_terminal.h"
#include "vmm/terminals/line_terminal.h"

namespace replica::vmm {
namespace {

// After so many wrong passwords in a row nobody can log on at the terminal for a while.
constexpr u32 kMostRefused = 4;
constexpr std::chrono::seconds kShut{30};

constexpr std::string_view kEscape = "#CP";

// The first word as CP's escape, in any case of letters; what follows it is the command.
std::optional<std::string> escaped_command(const std::string& line) {
  const CommandText text(line);
  if (text.words.empty() || text.words[0] != kEscape) return std::nullopt;
  return text.rest(1);
}

std::string now_as_text() { return fmt::format("{:%H:%M:%S UTC %A %m/%d/%y}", fmt::gmtime(std::time(nullptr))); }

}  // namespace

Terminals::Terminals(ControlProgram& cp, const std::vector<RealTerminal>& terminals, const CodePage& code_page,
                     const std::function<void()>& wake)
    : cp_(cp), wake_(wake) {
  for (const RealTerminal& real : terminals) {
    Seat seat{.address = real.address, .kind = real.kind, .line = real.line, .terminal = {}};
    if (real.kind == TerminalKind::display) {
      seat.terminal = std::make_unique<DisplayTerminal>(code_page, wake);
    } else {
      seat.terminal = std::make_unique<LineTerminal>(wake);
    }
    seats_.push_back(std::move(seat));
  }
  for (Seat& seat : seats_) seat.line->lead_to(seat.terminal.get());
}

Terminals::~Terminals() {
  for (Seat& seat : seats_) seat.line->lead_to(nullptr);
}

Terminals::Seat* Terminals::find(u16 address) {
  const auto found =
      std::find_if(seats_.begin(), seats_.end(), [&](const Seat& seat) { return seat.address == address; });
  return found == seats_.end() ? nullptr : &*found;
}

// ---- Devices that are lent ----

void Terminals::take_away(u16 address) {
  if (Seat* seat = find(address)) seat->line->lead_to(nullptr);
}

void Terminals::lead_to(u16 address, Terminal* device) {
  if (Seat* seat = find(address)) seat->line->lead_to(device);
}

void Terminals::give_back(u16 address) {
  if (Seat* seat = find(address)) seat->line->lead_to(seat->terminal.get());
}

// ---- Displays of virtual machines ----

// DIAL userid [vaddr]
void Terminals::dial(Seat& seat, const CommandText& command) {
  const auto print = [&](const std::string& line) { seat.terminal->print(line); };
  Operands operands(command);
  if (operands.at_end()) return print("DMKDIA020E USERID MISSING OR INVALID");
  Session* const session = cp_.find(operands.take());
  if (!session) return print(fmt::format("DMKDIA045E {} NOT LOGGED ON", command.words[1]));
  std::optional<u16> wanted;
  if (!operands.at_end()) {
    const auto address = parse_device_address(operands.take());
    if (!address) return print("DMKDIA022E VADDR MISSING OR INVALID");
    wanted = *address;
  }
  if (Status end = operands.expect_end(); !end) return print(end.error().message);
  u16 address = 0;
  Terminal* const display = seat.kind == TerminalKind::display ? find_display(*session, wanted, address) : nullptr;
  if (!display) return print(fmt::format("DMKDIA055E LINE(S) NOT AVAILABLE ON {}", session->name()));
  cp_.tell_operator(fmt::format("GRAF {:03X} DIALED TO {} {:03X}", seat.address, session->name(), address));
  seat.terminal->clear();
  seat.dialed = std::make_unique<DialedTerminal>(*display, wake_);
  seat.line->lead_to(seat.dialed.get());
}

Terminal* Terminals::find_display(Session& session, std::optional<u16> address, u16& found) const {
  for (const auto& [virtual_address, device] : session.devices) {
    if (device.kind != VirtualDevice::Kind::display || (address && *address != virtual_address)) continue;
    auto* const display = dynamic_cast<Terminal*>(session.machine->channels().device_at(virtual_address));
    const bool is_free = std::none_of(seats_.begin(), seats_.end(), [&](const Seat& seat) {
      return seat.dialed && &seat.dialed->device() == display;
    });
    if (!display || !is_free) continue;
    found = virtual_address;
    return display;
  }
  return nullptr;
}

void Terminals::hang_up(Seat& seat) {
  seat.line->lead_to(seat.terminal.get());
  seat.dialed.reset();
}

void Terminals::drop(const Session& session, u16 address, const Device& display) {
  for (Seat& seat : seats_) {
    if (!seat.dialed || dynamic_cast<const Device*>(&seat.dialed->device()) != &display) continue;
    hang_up(seat);
    seat.terminal->print(fmt::format("DROP FROM {} {:03X}", session.name(), address));
    cp_.tell_operator(fmt::format("GRAF {:03X} DROP FROM {} {:03X}", seat.address, session.name(), address));
  }
}

// ---- What people do ----

void Terminals::serve() {
  for (Seat& seat : seats_) {
    if (seat.dialed && seat.dialed->is_gone()) hang_up(seat);
    for (const TerminalEvent& event : seat.terminal->take_events()) handle(seat, event);
    show_status(seat);
    seat.terminal->update();
  }
}

std::optional<Terminals::Clock::time_point> Terminals::next_service() const {
  std::optional<Clock::time_point> next;
  for (const Seat& seat : seats_) {
    const auto due = seat.terminal->next_update();
    if (due && (!next || *due < *next)) next = due;
  }
  return next;
}

void Terminals::show_status(Seat& seat) {
  const bool cp_reads = !seat.session || seat.session->is_in_cp() || seat.session->reads_command;
  const bool machine_reads = !cp_reads && seat.session->console && seat.session->console->is_reading();
  seat.terminal->set_status(cp_reads        ? TerminalStatus::cp_read
                            : machine_reads ? TerminalStatus::vm_read
                                            : TerminalStatus::running);
}

void Terminals::handle(Seat& seat, const TerminalEvent& event) {
  switch (event.kind) {
    case TerminalEvent::Kind::connected: seat.terminal->print("REPLICA/370 ONLINE. ENTER LOGON USERID"); break;
    case TerminalEvent::Kind::disconnected: gone(seat); break;
    case TerminalEvent::Kind::attention:
      if (!seat.session) break;
      if (seat.session->sleep) {
        cp_.wake_up(*seat.session);
        break;
      }
      enter_cp(seat);
      break;
    case TerminalEvent::Kind::entered:
      if (seat.session && seat.session->console) seat.session->console->request();
      break;
    case TerminalEvent::Kind::line: type(seat, event.text); break;
  }
}

void Terminals::type(Seat& seat, const std::string& line) {
  if (seat.candidate) return check_password(seat, line);
  Session* const session = seat.session;
  if (!session) return command_of_nobody(seat, line);
  if (session->sleep) {
    // ENTER is as good as attention.
    cp_.wake_up(*session);
    if (line.empty()) return;
  }
  if (const auto command = escaped_command(line)) {
    return command->empty() ? enter_cp(seat) : execute(seat, *command);
  }
  if (std::exchange(session->reads_command, false) || session->is_in_cp() || !session->console) {
    seat.terminal->print(line);
    return line.empty() ? seat.terminal->print("CP") : execute(seat, line);
  }
  seat.terminal->print(line);
  enter_guest_line(cp_, *session, line);
}

// To CP, by attention: the machine stops, unless SET RUN ON lets it go on.
void Terminals::enter_cp(Seat& seat) {
  Session& session = *seat.session;
  if (session.runs_in_cp) {
    session.reads_command = true;
  } else {
    cp_.monitor().stop(*session.machine);
  }
  seat.terminal->print("CP");
}

// The user may be logged off afterwards.
void Terminals::execute(Seat& seat, const std::string& line) { execute_user_line(cp_, *seat.session, line); }

// Whoever sits there has gone: the machine runs on.
void Terminals::gone(Seat& seat) {
  seat.candidate = nullptr;
  Session* const session = std::exchange(seat.session, nullptr);
  if (!session) return;
  session->print = nullptr;
  session->terminal = nullptr;
  cp_.tell_operator(fmt::format("DISCONNECT {} USERS = {}", session->name(), cp_.sessions().size()));
}

void Terminals::release(Session& session, const std::string& last_words) {
  session.terminal = nullptr;
  for (Seat& seat : seats_) {
    if (seat.session != &session) continue;
    seat.session = nullptr;
    seat.terminal->clear();
    if (last_words == "LOGOFF") seat.terminal->print(describe_usage(cp_, session));
    seat.terminal->print(fmt::format("{} AT {}", last_words, now_as_text()));
    seat.terminal->print("ENTER LOGON USERID");
  }
}

// ---- Logging on ----

void Terminals::command_of_nobody(Seat& seat, const std::string& line) {
  const CommandText command(line);
  if (command.words.empty()) return seat.terminal->print("ENTER LOGON USERID");
  const std::string& word = command.words[0];
  if (abbreviates(word, "DIAL", 1)) return dial(seat, command);
  const bool logs_on = abbreviates(word, "LOGON", 1) || word == "LOGIN";
  if (!logs_on) {
    seat.terminal->print(line);
    return seat.terminal->print("DMKCFC002E LOGON IS EXPECTED FIRST: LOGON USERID");
  }
  if (command.words.size() < 2) return seat.terminal->print("DMKLOG020E USERID MISSING OR INVALID");
  ask_for_password(seat, command.words[1]);
  if (seat.candidate && command.words.size() > 2) check_password(seat, command.rest(2));
}

// A name that there is not is asked for its password too.
void Terminals::ask_for_password(Seat& seat, const std::string& name) {
  static const User nobody;
  if (Clock::now() < seat.shut_until) {
    return seat.terminal->print("DMKLOG050E TOO MANY WRONG PASSWORDS; TRY AGAIN LATER");
  }
  const User* user = cp_.directory().find(name);
  seat.candidate = user ? user : &nobody;
  seat.terminal->print("ENTER PASSWORD:");
  seat.terminal->hide_next_line();
}

void Terminals::check_password(Seat& seat, std::string password) {
  const User& user = *std::exchange(seat.candidate, nullptr);
  password.erase(password.find_last_not_of(' ') + 1);
  const bool matches = user.password.matches(password);
  wipe(password);
  if (matches) {
    seat.refused = 0;
    return log_on(seat, user);
  }
  seat.terminal->print("DMKLOG050E PASSWORD INCORRECT - REINITIATE LOGON PROCEDURE");
  const std::string name = user.name.empty() ? "UNKNOWN" : user.name;
  cp_.refuse_log_on(name, fmt::format("{:03X}", seat.address), "PASSWORD INCORRECT");
  if (++seat.refused < kMostRefused) return;
  seat.refused = 0;
  seat.shut_until = Clock::now() + kShut;
}

void Terminals::log_on(Seat& seat, const User& user) {
  UserTerminal* const terminal = seat.terminal.get();
  const auto print = [terminal](const std::string& line) { terminal->print(line); };
  if (Session* there = cp_.find(user.name)) {
    if (there->is_connected()) return print(fmt::format("DMKLOG054E ALREADY LOGGED ON {}", user.name));
    there->print = print;
    there->terminal = terminal;
    seat.session = there;
    cp_.tell_operator(
        fmt::format("GRAF {:03X} RECONNECT AS {} USERS = {}", seat.address, user.name, cp_.sessions().size()));
    return print("RECONNECTED AT " + now_as_text());
  }
  print("LOGON AT " + now_as_text());
  const auto session = cp_.log_on(user, print, "");
  if (!session) return print(session.error().message);
  seat.session = *session;
  (*session)->terminal = terminal;
  if (!user.ipl.empty()) execute(seat, "IPL " + user.ipl);
}

}  // namespace replica::vmm
