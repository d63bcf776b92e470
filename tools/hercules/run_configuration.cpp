// `replica run CONFIG.cnf`: the machine of a Hercules configuration, with its panel on the terminal or on pipes.
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "tools/hercules/configuration.h"
#include "tools/hercules/fingerprint.h"
#include "tools/hercules/machine_builder.h"
#include "tools/hercules/panel.h"
#include "tools/hercules/plain_desk.h"
#include "tools/hercules/terminal_desk.h"
#include "tools/hercules/text_file.h"
#include "tools/run.h"
#include "tools/virtual_system.h"

namespace replica::tools {
namespace {

using Lines = std::vector<std::string>;

constexpr std::size_t kMostStandardInput = 1 << 20;
// How long a run that has to be repeatable waits for standard input to have something to say. A pipe that nobody writes to
// is left alone.
constexpr int kGraceMilliseconds = 200;

// All of standard input as a script, or nothing if it is silent. Errors: it is no text.
Result<std::optional<Lines>> read_standard_input() {
  pollfd events{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  if (poll(&events, 1, kGraceMilliseconds) <= 0 || (events.revents & POLLNVAL)) return std::nullopt;
  std::string text;
  char buffer[4096];
  for (ssize_t count; (count = read(STDIN_FILENO, buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(count));
    if (text.size() > kMostStandardInput) {
      return fail("standard input: has more than {} bytes; expected commands", kMostStandardInput);
    }
  }
  auto lines = split_lines(text, "standard input");
  if (!lines) return tl::unexpected(lines.error());
  if (lines->empty()) return std::nullopt;
  return std::move(*lines);
}

// While it lives, SIGINT, SIGTERM and SIGHUP end the panel, and writing to a broken pipe, or more than a
// file may have, is an error and no signal. A second
// signal ends the program.
class QuitOnSignal {
 public:
  explicit QuitOnSignal(Panel& panel) {
    panel_ = &panel;
    struct sigaction action {};
    action.sa_handler = [](int signal) { panel_->request_quit(signal == SIGINT ? kInterrupted : kTerminated); };
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    for (std::size_t n = 0; n < std::size(kSignals); ++n) sigaction(kSignals[n], &action, &previous_[n]);
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;
    for (std::size_t n = 0; n < std::size(kErrors); ++n) sigaction(kErrors[n], &ignore, &previous_errors_[n]);
  }
  ~QuitOnSignal() {
    for (std::size_t n = 0; n < std::size(kSignals); ++n) sigaction(kSignals[n], &previous_[n], nullptr);
    for (std::size_t n = 0; n < std::size(kErrors); ++n) sigaction(kErrors[n], &previous_errors_[n], nullptr);
  }
  QuitOnSignal(const QuitOnSignal&) = delete;
  QuitOnSignal& operator=(const QuitOnSignal&) = delete;

 private:
  static constexpr int kSignals[] = {SIGINT, SIGTERM, SIGHUP};
  static constexpr int kErrors[] = {SIGPIPE, SIGXFSZ};
  static inline Panel* panel_ = nullptr;
  struct sigaction previous_[std::size(kSignals)]{};
  struct sigaction previous_errors_[std::size(kErrors)]{};
};

std::unique_ptr<Desk> make_desk(bool deterministic) {
  if (has_editing_terminal()) return make_terminal_desk();
  const bool is_terminal = isatty(STDIN_FILENO) == 1;
  // What is piped into a repeatable run has been read already.
  if (deterministic && !is_terminal) return std::make_unique<PlainDesk>(nullptr, false);
  return std::make_unique<PlainDesk>(std::make_unique<LineSource>(STDIN_FILENO), is_terminal);
}

}  // namespace

Result<ExitStatus> run_configuration(const RunRequest& request) {
  const auto engine_options = check_engine(request.engine);
  if (!engine_options) return tl::unexpected(engine_options.error());
  auto configuration = read_configuration(*request.configuration);
  if (!configuration) return tl::unexpected(configuration.error());
  std::optional<Lines> commands, standard_input;
  if (request.run_commands) {
    auto lines = read_lines(*request.run_commands);
    if (!lines) return fail("--rc {}", lines.error().message);
    commands = std::move(*lines);
  }
  if (request.deterministic && isatty(STDIN_FILENO) != 1) {
    auto lines = read_standard_input();
    if (!lines) return tl::unexpected(lines.error());
    standard_input = std::move(*lines);
  }
  std::unique_ptr<VirtualSystem> vm;
  MachineFactory make_machine;
  if (request.vm) {
    auto made = VirtualSystem::create(*request.vm, *configuration);
    if (!made) return tl::unexpected(made.error());
    vm = std::move(*made);
    make_machine = [&vm](u32 bytes, const MachineOptions& options) { return vm->make_machine(bytes, options); };
  }
  const auto system = build_system(*configuration, request.deterministic, make_machine);
  if (!system) return tl::unexpected(system.error());

  const auto engine = ChosenEngine::create(*engine_options, (*system)->machine->cpu());
  if (!engine) return tl::unexpected(engine.error());
  if ((*engine)->engine()) (*system)->machine->set_engine(*(*engine)->engine());

  const std::unique_ptr<Desk> desk = make_desk(request.deterministic);
  Panel::Options options{.symbols = configuration->symbols,
                         .load_parameter = configuration->load_parameter,
                         .operating_system = configuration->operating_system,
                         .engine_report = [&engine] { return (*engine)->report(); }};
  Panel* console = nullptr;
  if (vm) {
    options.control_program = [&vm, &console](const std::string& line) {
      vm->control_program().type_operator_line(line);
      if (vm->control_program().is_shut_down()) console->quit();
    };
  }
  Panel panel(**system, *desk, std::move(options));
  console = &panel;
  if (vm)
    vm->begin(
        **system, [&panel](const std::string& line) { panel.log(line); }, request.engine.statistics);
  const QuitOnSignal quit_on_signal(panel);
  for (const std::string& note : configuration->notes) panel.log(note);
  for (const std::string& note : (*system)->notes) panel.log(note);
  if (commands) panel.add_startup_script(std::move(*commands), *request.run_commands);
  if (standard_input) panel.add_startup_script(std::move(*standard_input), "");
  ExitStatus status = panel.run();
  if (vm) vm->end();
  if (!(*engine)->finish() && status == kSuccess) status = kFailure;
  if (request.deterministic && !desk->write_line(fingerprint(panel.machine()))) return kFailure;
  return status;
}

}  // namespace replica::tools
