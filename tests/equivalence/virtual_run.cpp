#include "tests/equivalence/virtual_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "devices/code_page.h"
#include "tests/tools/engine_names.h"

namespace replica::tools {
namespace {

constexpr std::size_t kColumns = 80;

void write(const TemporaryFolder& folder, const std::string& name, const std::string& text) {
  folder.write(name, {text.begin(), text.end()});
}

}  // namespace

std::vector<Way> all_ways() {
  std::vector<Way> ways;
  for (const char* engine : kEngines) {
    for (const char* assist : {"none", "vma"}) ways.push_back({engine, assist});
  }
  return ways;
}

void VirtualRun::configure(const std::string& statement) { configuration_ += statement + "\n"; }
void VirtualRun::add_user(const std::string& statements) { directory_ += statements; }
void VirtualRun::command(const std::string& line) { commands_ += line + "\n"; }

// A card in front says whose deck it is.
void VirtualRun::add_deck(const std::string& user, std::span<const u8> cards) {
  std::string first = "USERID " + user;
  first.resize(kColumns, ' ');
  std::vector<u8> deck;
  for (const char character : first) deck.push_back(default_code_page().to_ebcdic[static_cast<u8>(character)]);
  deck.insert(deck.end(), cards.begin(), cards.end());
  add_reader(user, deck, "ebcdic eof");
}

void VirtualRun::add_text_deck(const std::string& user, const std::string& lines) {
  const std::string deck = "USERID " + user + "\n" + lines;
  add_reader(user, {deck.begin(), deck.end()}, "ascii eof trunc");
}

// Each has a reader of its own, from 40C on.
void VirtualRun::add_reader(const std::string& user, const std::vector<u8>& cards, const std::string& options) {
  folder_.write(user + ".deck", cards);
  configure(fmt::format("4{:X}C 3505 {}.deck {}", readers_++, user, options));
}

void VirtualRun::when(const std::string& pattern, const std::vector<std::string>& commands) {
  const std::string script = fmt::format("{}.rc", scripts_++);
  write(folder_, script, fmt::format("pause {}\n{}\n", pause_, fmt::join(commands, "\n")));
  command("hao tgt " + pattern);
  command("hao cmd script " + script);
}

void VirtualRun::when(const std::string& user, const std::string& pattern, const std::vector<std::string>& commands) {
  when(fmt::format("^{}: .*{}", user, pattern), commands);
}

void VirtualRun::log_on(const std::vector<std::string>& users) {
  when("LOGOFF AS .* USERS = 0", {"/shutdown"});
  command("pause 0.02");
  for (const std::string& user : users) command("/autolog " + user);
}

std::vector<std::string> VirtualRun::prepare(const Way& way) {
  write(folder_, "real.cnf", configuration_);
  write(folder_, "users.direct", directory_);
  write(folder_, "operator.rc", commands_);
  return {"vm",   "real.cnf",    "--directory", "users.direct", "--spool",  "spool",
          "--rc", "operator.rc", "--engine",    way.engine,     "--assist", way.assist};
}

ProcessResult VirtualRun::run(const Way& way) {
  std::vector<std::string> arguments = prepare(way);
  arguments.push_back("--deterministic");
  return run_replica(arguments, path(""));
}

std::string console_of(const std::string& log, std::string_view user) {
  const std::string prefix = fmt::format("{}: ", user);
  std::istringstream stream(log);
  std::string lines;
  for (std::string line; std::getline(stream, line);) {
    if (line.starts_with(prefix)) lines += line.substr(prefix.size()) + "\n";
  }
  return lines;
}

std::string console_of_bare_machine(const std::string& log) {
  // The panel's messages, and the lines of scripts.
  constexpr std::string_view kOthers[] = {"HHC", "script ", "/", "quit", "Executed "};
  std::istringstream stream(log);
  std::string lines;
  bool loaded = false;
  for (std::string line; std::getline(stream, line);) {
    const bool is_other = std::any_of(std::begin(kOthers), std::end(kOthers),
                                      [&](std::string_view other) { return line.starts_with(other); });
    if (loaded && !is_other) lines += line + "\n";
    loaded |= line.starts_with("ipl ");
  }
  return lines;
}

}  // namespace replica::tools
