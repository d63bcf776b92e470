#include "tools/hercules/panel.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "tools/hercules/display.h"
#include "tools/hercules/text_file.h"

namespace replica::tools {
namespace {

constexpr u64 kUnitsPerMillisecond = kUnitsPerMicrosecond * 1000;

// After so many commands without a rest the machine has its turn, so that a rule which fires on its own output cannot stop
// it; and how long that turn is.
constexpr unsigned kActionsAtOnce = 100;
constexpr u64 kTurn = kUnitsPerMillisecond;
// Likewise for commands of the Automatic Operator and the scripts.
constexpr unsigned kFiredInARow = 10;
// In real time, how long the machine runs until rates and status line are looked at.
constexpr u64 kStatusInterval = 500 * kUnitsPerMillisecond;

constexpr std::size_t kLongestHistory = 100;

constexpr char kControlProgramPrefix = '/';

}  // namespace

Panel::Panel(System& system, Desk& desk, Options options)
    : system_(system),
      desk_(desk),
      options_(std::move(options)),
      start_date_(system.start_date),
      processor_(system, [this](const std::string& lines) { log(lines); }),
      operator_([this](const std::string& lines) { log(lines); }),
      rates_(system.start_date) {
  system_.print_line = [this](const std::string& line) { log(line); };
  system_.messages.on_put([this] { ring(); });
  desk_.on_input([this] { ring(); });
  if (const Tailoring* tailoring = find_tailoring(options_.operating_system)) {
    processor_.watch().set_suppressed(tailoring->suppressed);
  }
}

Panel::~Panel() {
  desk_.on_input({});
  system_.messages.on_put({});
  system_.print_line = {};
}

Date Panel::now() const {
  if (system_.machine->clocks().mode() == TimeMode::real_time) {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  }
  return start_date_ + std::chrono::microseconds(system_.machine->cpu().now() / kUnitsPerMicrosecond);
}

// ---- The log ----

void Panel::log(const std::string& lines) {
  std::istringstream stream(lines);
  for (std::string line; std::getline(stream, line);) {
    write(line);
    see(line);
  }
}

void Panel::write(const std::string& line) {
  if (!desk_.write_line(line)) output_failed_ = true;
}

void Panel::see(const std::string& line) {
  if (operator_.see(line) && machine_runs_) system_.machine->request_return();
}

void Panel::ring() {
  system_.machine->request_return();
  system_.channels->wake();
  bell_.ring();
}

// Unlike ring() it takes no lock. A machine that waits looks 50 times a second.
void Panel::request_quit(ExitStatus status) {
  signal_status_.store(status);
  signalled_.store(true);
  system_.machine->request_return();
  bell_.ring();
}

// ---- Commands ----

bool Panel::type_on_console(const std::string& line) {
  for (const auto& [address, prefix, console] : system_.consoles) {
    if (!line.starts_with(prefix)) continue;
    const std::string text = line.substr(prefix.size());
    log(fmt::format("{}({:04X}) {}", prefix, address, text));
    console->enter(text);
    return true;
  }
  if (options_.control_program && line[0] == kControlProgramPrefix) {
    log(line);
    options_.control_program(line.substr(1));
    return true;
  }
  return false;
}

void Panel::execute(const std::string& line) {
  const std::string text = trimmed(line);
  if (text.empty()) return;
  if (type_on_console(text)) return;
  // A person sees what was typed already, and `pause` has a message of its own.
  const bool is_pause = upper_case(split_words(text)[0]) == "PAUSE";
  if (!is_pause && (current_ || !desk_.is_interactive())) write(text);
  if (!is_pause) see(text);
  if (text[0] == '#' || text[0] == '*') return;
  CommandLine command(trimmed(options_.symbols.substitute_all(text)));
  while (!command.words.empty() && upper_case(command.words[0]) == "HERC") command = CommandLine(command.rest(1));
  if (command.words.empty()) return;
  if (text[0] == '.') return log("HHCCP037E SCP not receiving commands");
  if (text[0] == '!') return log("HHCCP036E SCP not receiving priority messages");
  const Command* known = find_command(command.words[0]);
  if (!known) return log(fmt::format("HHCPN139E Command \"{}\" not found; enter '?' for list.", command.words[0]));
  if (options_.control_program) {
    if (const auto refusal = refusal_under_cp(command)) return log(*refusal);
  }
  known->execute(*this, command);
}

void Panel::execute_from(ScriptRun* run, const std::string& line) {
  current_ = run;
  execute(line);
  current_ = nullptr;
}

// ---- Scripts ----

void Panel::add_startup_script(std::vector<std::string> lines, const std::string& name) {
  if (!name.empty()) log(fmt::format("HHCPN008I Script file processing started using file \"{}\"", name));
  further_startup_.push_back(std::move(lines));
}

void Panel::begin_script(const std::string& file) {
  ScriptRun& run = current_ ? *current_ : desk_.is_interactive() ? typed_ : startup_;
  if (!current_ && run.is_active()) {
    return log("HHCPN997E Only 1 script may be invoked from the panel at any time");
  }
  if (std::error_code error; !std::filesystem::exists(file, error)) {
    return log(fmt::format("HHCPN995E Script file \"{}\" not found", file));
  }
  auto lines = read_lines(file);
  if (!lines) return log("HHCPN007E Script file open failed: " + lines.error().message);
  if (Status status = run.begin(std::move(*lines)); !status) {
    cancel_scripts();
    log(status.error().message);
  }
}

bool Panel::pause(u64 machine_time) {
  ScriptRun* run = current_ ? current_ : desk_.is_interactive() ? nullptr : &startup_;
  if (!run) return false;
  run->pause_until(machine().cpu().now() + std::max<u64>(machine_time, 1));
  return true;
}

void Panel::cancel_scripts() {
  for (ScriptRun* run : {&startup_, &fired_, &typed_}) run->cancel();
  further_startup_.clear();
}

// The next step of a run, if it is due.
bool Panel::step(ScriptRun& run) {
  if (run.is_paused()) {
    if (run.resume_at() > cpu().now()) return false;
    run.resume();
    log("HHCPN012I Resuming SCRIPT file processing...");
    return true;
  }
  if (!run.is_active()) return false;
  const ScriptRun::Step next = run.next();
  if (next.at_end) {
    log("HHCPN013I EOF reached on SCRIPT file. Processing complete.");
  } else {
    execute_from(&run, next.line);
  }
  return true;
}

bool Panel::take_typed_line() {
  // The lines of a script wait for what stands before them.
  const bool must_wait = !desk_.is_interactive() && (startup_.is_active() || startup_.is_paused());
  if (must_wait) return false;
  const auto line = desk_.take_line();
  if (!line) return false;
  if (!trimmed(*line).empty()) {
    history_.push_back(*line);
    if (history_.size() > kLongestHistory) history_.pop_front();
  }
  execute_from(nullptr, *line);
  return true;
}

bool Panel::fire() {
  if (fired_.is_active() || fired_.is_paused()) return false;
  const auto command = operator_.take_due();
  if (!command) return false;
  log(fmt::format("HHCAO003I Firing command: '{}'", *command));
  execute_from(&fired_, *command);
  return true;
}

// Does one thing that is due. False if nothing is. The Automatic Operator goes first, but not for ever.
bool Panel::act() {
  for (const std::string& line : system_.messages.take()) log(line);
  if (!startup_.is_active() && !startup_.is_paused() && !further_startup_.empty()) {
    static_cast<void>(startup_.begin(std::move(further_startup_.front())));
    further_startup_.pop_front();
  }
  if (fired_in_a_row_ < kFiredInARow && fire()) return ++fired_in_a_row_, true;
  fired_in_a_row_ = 0;
  return step(fired_) || step(startup_) || step(typed_) || take_typed_line() || fire();
}

// ---- The machine ----

bool Panel::has_work() const {
  return fired_.is_paused() || startup_.is_paused() || typed_.is_paused() || fired_.is_active() ||
         startup_.is_active() || typed_.is_active() || !further_startup_.empty();
}

// Nobody types, no script waits, and the CPU does nothing that could end by itself.
bool Panel::nothing_can_happen() const {
  if (has_work() || desk_.is_open()) return false;
  return !processor_.is_operating() || processor_.is_idle();
}

// How long the machine may run or rest.
u64 Panel::next_time() {
  u64 time = kNever;
  for (const ScriptRun* run : {&fired_, &startup_, &typed_}) {
    if (run->is_paused()) time = std::min(time, run->resume_at());
  }
  if (machine().clocks().mode() == TimeMode::real_time) time = std::min(time, cpu().now() + kStatusInterval);
  return time;
}

// The CPU does nothing: lets time go by.
void Panel::pass_time(u64 until) {
  const u64 now = cpu().now();
  if (until <= now) return;
  if (machine().clocks().mode() == TimeMode::virtual_time && until != kNever) {
    machine().clocks().skip_to(until, cpu().instructions());
    return;
  }
  const u64 milliseconds = std::min<u64>((until - now) / kUnitsPerMillisecond + 1, 1000);
  bell_.wait(std::chrono::milliseconds(milliseconds));
}

ExitStatus Panel::run() {
  if (options_.control_program) processor_.start();
  while (!quit_ && !output_failed_ && !signalled_.load()) {
    unsigned actions = 0;
    while (actions < kActionsAtOnce && !quit_ && !output_failed_ && !signalled_.load() && act()) ++actions;
    if (quit_ || output_failed_ || signalled_.load()) break;
    system_.channels->set_outside_events_possible(system_.expects_clients() || desk_.is_open());
    const u64 until = actions == kActionsAtOnce ? cpu().now() + kTurn : next_time();
    if (actions != 0) processor_.look_again();
    if (processor_.is_operating() && !processor_.is_idle()) {
      machine_runs_ = true;
      processor_.run(until);
      machine_runs_ = false;
    } else if (actions < kActionsAtOnce) {
      if (nothing_can_happen()) break;
      pass_time(until);
    }
    update_status();
  }
  if (signalled_.load()) return shut_down(signal_status_.load());
  if (output_failed_) return shut_down(kFailure);
  return shut_down(quit_ ? kSuccess : ending());
}

void Panel::sample_rates() { rates_.sample(now(), cpu().instructions(), system_.channels->started_operations()); }

void Panel::update_status() {
  if (machine().clocks().mode() == TimeMode::real_time) sample_rates();
  const char* state = "stopped";
  if (processor_.is_operating()) state = cpu().psw.wait ? "waiting" : "running";
  desk_.show_status(fmt::format("{} {:7} {:7.1f} MIPS", psw_line(cpu().psw), state, rates_.mips()));
}

// ---- The end ----

// As `replica run` of a core: the guest ended well in a disabled wait with the address 0.
ExitStatus Panel::ending() const {
  const Psw& psw = system_.machine->cpu().psw;
  const bool ended_well = processor_.state() == Processor::State::disabled_wait && psw.address == 0;
  return ended_well || processor_.state() == Processor::State::stopped ? kSuccess : kFailure;
}

ExitStatus Panel::shut_down(ExitStatus status) {
  write("HHCIN900I Begin Hercules shutdown");
  for (const u16 address : system_.channels->addresses()) {
    const Status flushed = system_.channels->device_at(address)->flush();
    if (flushed) continue;
    write(fmt::format("HHCCF099E Device 0:{:04X}: {}", address, flushed.error().message));
    status = kFailure;
  }
  write("HHCIN099I Hercules terminated");
  return output_failed_ ? kFailure : status;
}

}  // namespace replica::tools
