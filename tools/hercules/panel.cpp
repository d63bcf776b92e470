#include "tools/hercules/panel.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <thread>

#include "tools/parse.h"

namespace replica::tools {
namespace {

constexpr u64 kUnitsPerSecond = kUnitsPerMicrosecond * 1'000'000;
constexpr unsigned kMostScripts = 64;

std::vector<std::string> split(const std::string& line) {
  std::istringstream stream(line);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

// The line from its n-th word on, blanks inside kept.
std::string rest_from(const std::vector<std::string>& words, std::size_t n) {
  std::string text;
  for (std::size_t k = n; k < words.size(); ++k) text += (k > n ? " " : "") + words[k];
  return text;
}

}  // namespace

Panel::Panel(System& system, std::function<void(const std::string&)> write_line)
    : system_(system), write_line_(std::move(write_line)) {
  system_.print_line = [this](const std::string& line) { log(line); };
}

const std::vector<Panel::Command>& Panel::commands() {
  static const std::vector<Command> table = {
      {"ipl", &Panel::ipl, "ipl DEVICE: initial program load"},
      {"iplc", &Panel::ipl_clear, "iplc DEVICE: initial program load with clear"},
      {"pause", &Panel::pause, "pause SECONDS: in a script, wait"},
      {"script", &Panel::script, "script FILE: execute the commands of a file"},
      {"hao", &Panel::automatic_operator, "hao tgt PATTERN | cmd COMMAND | list | del N | clear: Automatic Operator"},
      {"psw", &Panel::psw, "psw: display the PSW"},
      {"quit", &Panel::quit, "quit: end"},
      {"exit", &Panel::quit, "exit: end"},
      {"help", &Panel::help, "help: list the commands"},
      {"?", &Panel::help, "?: list the commands"},
  };
  return table;
}

void Panel::log(const std::string& line) {
  write_line_(line);
  for (const Rule& rule : rules_) {
    if (!rule.target || rule.command.empty() || !std::regex_search(line, *rule.target)) continue;
    fired_.push_back(rule.command);
    system_.machine->request_return();
  }
}

bool Panel::type_on_console(const std::string& line) {
  for (const auto& [address, prefix, console] : system_.consoles) {
    if (!line.starts_with(prefix)) continue;
    console->enter(line.substr(prefix.size()));
    return true;
  }
  return false;
}

void Panel::execute(const std::string& line) {
  const std::size_t first = line.find_first_not_of(" \t\r");
  if (first == std::string::npos || line[first] == '#' || line[first] == '*') return;
  const std::string text = line.substr(first, line.find_last_not_of(" \t\r") + 1 - first);
  write_line_(text);
  if (type_on_console(text)) return;
  const Words words = split(text);
  for (const Command& command : commands()) {
    if (words[0] == command.name) return (this->*command.execute)(words);
  }
  log(fmt::format("HHCPN001E Invalid command: {}", text));
}

// ---- Scripts ----

Status Panel::start_script(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return fail("{}: cannot read the commands", file);
  if (scripts_.size() >= kMostScripts) return fail("{}: more than {} scripts at once", file, kMostScripts);
  Script script{.file = file, .lines = {}};
  for (std::string line; std::getline(stream, line);) script.lines.push_back(line);
  scripts_.push_back(std::move(script));
  return {};
}

// Executes what is due. True if something was.
bool Panel::run_scripts() {
  bool did_something = false;
  while (!fired_.empty() && !quit_) {
    const std::string command = std::move(fired_.front());
    fired_.pop_front();
    log(fmt::format("HHCAO003I Firing command: '{}'", command));
    execute(command);
    did_something = true;
  }
  for (auto script = scripts_.begin(); script != scripts_.end() && !quit_;) {
    if (script->resume_at > system_.machine->cpu().now()) {
      ++script;
      continue;
    }
    did_something = true;
    current_script_ = &*script;
    const bool at_end = script->next == script->lines.size();
    if (!at_end) execute(script->lines[script->next++]);
    current_script_ = nullptr;
    if (at_end) script = scripts_.erase(script);
  }
  return did_something;
}

u64 Panel::next_script_time() const {
  u64 time = kNever;
  for (const Script& script : scripts_) time = std::min(time, script.resume_at);
  return time;
}

// ---- The machine ----

void Panel::run_machine(u64 until) {
  const StopReason reason = system_.machine->run(kNever, until);
  switch (reason) {
    case StopReason::disabled_wait:
      if (!waits_) {
        log("HHCCP011I CPU0000: Disabled wait state");
        report_psw();
      }
      waits_ = true;
      running_ = false;
      break;
    case StopReason::idle_wait: waits_ = true; break;
    case StopReason::interruption_loop:
      log("HHCCP016I CPU0000: Program interrupt loop");
      report_psw();
      running_ = false;
      break;
    case StopReason::stopped: running_ = false; break;
    case StopReason::instruction_limit:
    case StopReason::time_limit:
    case StopReason::requested: waits_ = false; break;
  }
}

// Nothing runs: lets time go by until a script wants to go on.
void Panel::pass_time(u64 until) {
  Machine& machine = *system_.machine;
  if (machine.clocks().mode() == TimeMode::virtual_time) {
    machine.clocks().skip_to(until, machine.cpu().instructions());
    return;
  }
  const u64 now = machine.cpu().now();
  if (until > now) std::this_thread::sleep_for(std::chrono::microseconds((until - now) / kUnitsPerMicrosecond));
}

Result<ExitStatus> Panel::run() {
  while (!quit_) {
    if (run_scripts()) continue;
    const u64 until = next_script_time();
    if (running_) {
      waits_ = false;
      run_machine(until);
      if (running_ && !waits_) continue;
    }
    if (!fired_.empty()) continue;
    if (until == kNever) break;
    pass_time(until);
  }
  for (u16 address : system_.channels->addresses()) {
    if (Status status = system_.channels->device_at(address)->flush(); !status) return tl::unexpected(status.error());
  }
  return ExitStatus::kSuccess;
}

// ---- Commands ----

void Panel::load(const Words& words, bool clear) {
  if (words.size() < 2) return log("HHCPN001E Invalid command: expected ipl DEVICE");
  const auto address = parse_hex(words[1], 4);
  if (!address) return log(fmt::format("HHCPN001E Invalid device number {}", words[1]));
  if (Status status = initial_program_load(system_, static_cast<u16>(*address), clear); !status) {
    return log(fmt::format("HHCCP029E {}", status.error().message));
  }
  running_ = true;
  waits_ = false;
}

void Panel::ipl(const Words& words) { load(words, words.size() > 2 && words[2] == "clear"); }
void Panel::ipl_clear(const Words& words) { load(words, true); }

void Panel::pause(const Words& words) {
  double seconds = 0;
  try {
    seconds = words.size() > 1 ? std::stod(words[1]) : 0;
  } catch (const std::exception&) {
    seconds = -1;
  }
  if (!current_script_ || !(seconds >= 0 && seconds <= 999)) {
    return log(fmt::format("HHCPN010W Ignoring invalid SCRIPT file pause statement: {}", rest_from(words, 1)));
  }
  log(fmt::format("HHCPN011I Pausing SCRIPT file processing for {} seconds...", words[1]));
  current_script_->resume_at =
      system_.machine->cpu().now() + static_cast<u64>(seconds * static_cast<double>(kUnitsPerSecond));
}

void Panel::script(const Words& words) {
  if (words.size() < 2) return log("HHCPN996E The script command requires a filename");
  for (std::size_t n = 1; n < words.size(); ++n) {
    if (Status status = start_script(words[n]); !status) log(fmt::format("HHCPN007E {}", status.error().message));
  }
}

void Panel::automatic_operator(const Words& words) {
  const std::string action = words.size() > 1 ? words[1] : "";
  const std::string text = rest_from(words, 2);
  if (action == "tgt") {
    try {
      rules_.push_back({.pattern = text, .target = std::regex(text, std::regex::extended), .command = ""});
    } catch (const std::regex_error& error) {
      log(fmt::format("HHCAO023E hao tgt {}: {}", text, error.what()));
    }
  } else if (action == "cmd") {
    const auto rule = std::find_if(rules_.begin(), rules_.end(), [](const Rule& r) { return r.command.empty(); });
    if (rule == rules_.end()) return log("HHCAO013E No rule is waiting for a command: expected hao tgt before hao cmd");
    rule->command = text;
  } else if (action == "list") {
    for (std::size_t n = 0; n < rules_.size(); ++n) {
      log(fmt::format("HHCAO005I {:02}: '{}' -> '{}'", n, rules_[n].pattern, rules_[n].command));
    }
  } else if (action == "clear") {
    rules_.clear();
  } else {
    log("HHCAO007E Invalid hao command: expected tgt, cmd, list or clear");
  }
}

void Panel::report_psw() {
  const u64 image = system_.machine->cpu().psw.pack();
  log(fmt::format("PSW={:08X} {:08X}", static_cast<u32>(image >> 32), static_cast<u32>(image)));
}
void Panel::psw(const Words&) { report_psw(); }
void Panel::quit(const Words&) { quit_ = true; }
void Panel::help(const Words&) {
  for (const Command& command : commands()) write_line_(fmt::format("  {}", command.help));
}

}  // namespace replica::tools
