// Commands about the panel itself: help, scripts, the Automatic Operator, messages, rates, quit.
#include <fmt/format.h>

#include <charconv>
#include <filesystem>

#include "tools/hercules/panel.h"
#include "tools/hercules/text_file.h"
#include "tools/parse.h"

namespace replica::tools {
namespace {

// ---- Help ----

void help(Panel& panel, const CommandLine& line) {
  if (line.words.size() > 1) {
    const Command* command = find_command(line.words[1]);
    if (!command) return panel.log(fmt::format("HHCPN142I Command {} not found - no help available", line.words[1]));
    panel.log(fmt::format("{}: {}", command->name, command->summary));
    if (!command->details.empty()) panel.log(std::string(command->details));
    return;
  }
  panel.log("HHCPN140I Valid panel commands are...\n \n  Command      Description... ");
  panel.log("  -------      ----------------------------------------------- ");
  for (const Command& command : all_commands()) {
    panel.log(fmt::format("  {:<12} {}", command.name, command.summary));
  }
  panel.log("  /text        type text on the integrated console whose prefix this is");
}

void version(Panel& panel, const CommandLine&) { panel.log("Replica/370 Version " REPLICA_VERSION); }

void uptime(Panel& panel, const CommandLine&) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(panel.now() - panel.start_date()).count();
  panel.log(
      fmt::format("Hercules has been up for {:02}:{:02}:{:02}.", seconds / 3600, seconds / 60 % 60, seconds % 60));
}

void history(Panel& panel, const CommandLine&) {
  std::size_t number = 0;
  for (const std::string& line : panel.history()) panel.log(fmt::format("{:4} {}", ++number, line));
  if (number == 0) panel.log("only 0 commands in history");
}

// ---- Scripts ----

void script(Panel& panel, const CommandLine& line) {
  if (line.words.size() < 2) return panel.log("HHCPN996E The script command requires a filename");
  if (line.words.size() > 2) {
    return panel.log(
        fmt::format("HHCPN039E Invalid arguments: expected one file, found '{}' behind it", line.words[2]));
  }
  panel.begin_script(line.words[1]);
}

void cancel_script(Panel& panel, const CommandLine&) {
  panel.cancel_scripts();
  panel.log("HHCPN998E Script aborted : user cancel request");
}

void automatic_operator(Panel& panel, const CommandLine& line) { panel.automatic_operator().command(line.rest(1)); }

void define_symbol(Panel& panel, const CommandLine& line) {
  if (line.words.size() > 1) return panel.symbols().define(line.words[1], line.rest(2));
  for (const auto& [name, value] : panel.symbols().all()) panel.log(fmt::format("HHCPN042I {}={}", name, value));
}

// ---- Messages ----

void message(Panel& panel, const CommandLine& line) {
  if (line.words.size() < 3) return;
  panel.log(fmt::format(" {}  * MSG FROM HERCULES: {}", time_of_day(panel.now()), line.rest(2)));
}

void message_without_header(Panel& panel, const CommandLine& line) {
  if (line.words.size() > 2) panel.log(line.rest(2));
}

// ---- The host ----

void change_directory(Panel& panel, const CommandLine& line) {
  std::error_code error;
  if (line.words.size() > 1) std::filesystem::current_path(line.rest(1), error);
  if (error) panel.log(fmt::format("cd: {}: {}", line.rest(1), error.message()));
  panel.log(std::filesystem::current_path(error).string());
}

void working_directory(Panel& panel, const CommandLine&) {
  std::error_code error;
  panel.log(std::filesystem::current_path(error).string());
}

void shell(Panel& panel, const CommandLine&) { panel.log("HHCPN180E shell commands are disabled"); }

// ---- Rates ----

void maximum_rates(Panel& panel, const CommandLine& line) {
  panel.sample_rates();
  if (line.words.size() < 2) return panel.log(panel.rates().report(panel.now()));
  const auto minutes = parse_decimal(line.words[1]);
  constexpr u64 kMostMinutes = 1'000'000;
  if (!minutes || *minutes == 0 || *minutes > kMostMinutes) {
    return panel.log(
        fmt::format("\"{}\": invalid maxrates interval; enter \"help maxrates\" for help.", line.words[1]));
  }
  panel.rates().set_interval(static_cast<u32>(*minutes), panel.now());
  panel.log(fmt::format("Maxrates interval set to {} minutes.", *minutes));
}

void without_effect(Panel& panel, const CommandLine& line) {
  panel.log(fmt::format("{} has no effect on this machine", line.words[0]));
}

void quit(Panel& panel, const CommandLine&) { panel.quit(); }

// Seconds, with or without a fraction; 1 if left out, as in Hercules.
void pause(Panel& panel, const CommandLine& line) {
  constexpr double kMostSeconds = 999;
  constexpr double kUnitsPerSecond = 1e6 * kUnitsPerMicrosecond;
  const std::string text = line.words.size() > 1 ? line.rest(1) : "1";
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds, std::chars_format::fixed);
  if (error != std::errc() || end != text.data() + text.size() || !(seconds >= 0 && seconds <= kMostSeconds)) {
    return panel.log("HHCPN010W Ignoring invalid SCRIPT file pause statement: " + text);
  }
  if (!panel.pause(static_cast<u64>(seconds * kUnitsPerSecond))) {
    return panel.log("HHCPN010W Ignoring pause: expected it in a script");
  }
  panel.log(fmt::format("HHCPN011I Pausing SCRIPT file processing for {} seconds...", text));
}

constexpr Command kCommands[] = {
    {"help", help, "list all commands / command specific help"},
    {"?", help, "alias for help"},
    {"message", message, "Display message on console a la VM"},
    {"msg", message, "Alias for message", "Format: \"msg user text\"."},
    {"msgnoh", message_without_header, "Similar to \"message\" but no header"},
    {"hst", history, "history of commands"},
    {"hao", automatic_operator, "Hercules Automatic Operator",
     "Format: \"hao  tgt <tgt> | cmd <cmd> | list <n> | del <n> | clear \".\n"
     "  hao tgt <tgt> : define target rule (regex pattern) to react on\n"
     "  hao cmd <cmd> : define command for previously defined rule\n"
     "  hao list <n>  : list all rules/commands or only at index <n>\n"
     "  hao del <n>   : delete the rule at index <n>\n"
     "  hao clear     : delete all rules (stops automatic operator)"},
    {"uptime", uptime, "display how long Hercules has been running"},
    {"version", version, "display version information"},
    {"quit", quit, "terminate the emulator"},
    {"exit", quit, "(synonym for 'quit')"},
    {"script", script, "Run a sequence of panel commands contained in a file"},
    {"cscript", cancel_script, "Cancels a running script thread"},
    {"pause", pause, "in a script: wait so many seconds of the machine's time"},
    {"defsym", define_symbol, "Define symbol", "Format: \"defsym symbol [value]\". Without operands, lists them."},
    {"cd", change_directory, "change directory"},
    {"pwd", working_directory, "print working directory"},
    {"sh", shell, "shell command (disabled)"},
    {"maxrates", maximum_rates,
     "display maximum observed MIPS/SIOS rate for the\n"
     "               defined interval or define a new reporting interval",
     "Format: \"maxrates [minutes]\"."},
    {"panrate", without_effect, "(no effect) panel refresh rate"},
    {"quiet", without_effect, "(no effect) automatic refresh of panel display data"},
    {"timerint", without_effect, "(no effect) timers update interval"},
    {"toddrag", without_effect, "(no effect) TOD clock drag factor"},
    {"iodelay", without_effect, "(no effect) I/O delay value"},
    {"devtmax", without_effect, "(no effect) max device threads"},
    {"cckd", without_effect, "(no effect) cckd options"},
    {"conkpalv", without_effect, "(no effect) console TCP keep-alive settings"},
};

}  // namespace

std::span<const Command> panel_commands() { return kCommands; }

}  // namespace replica::tools
