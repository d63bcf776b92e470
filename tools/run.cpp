#include "tools/run.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <csignal>

#include "tools/guest_text.h"
#include "tools/output.h"
#include "tools/parse.h"
#include "tools/progress.h"
#include "tools/tracer.h"

namespace replica::tools {
namespace {

// Instructions between two looks at the progress line: some tens of milliseconds of an interpreter.
constexpr u64 kProgressSlice = 5'000'000;

// The error of an option's value.
tl::unexpected<Error> option_error(std::string_view option, const Error& error) {
  return fail("{}: {}", option, error.message);
}

// ---- Preparation ----

Result<std::unique_ptr<Machine>> create_machine(const RunRequest& request) {
  MachineOptions options;
  const auto bytes = parse_storage_size(request.storage);
  if (!bytes) return option_error("--storage", bytes.error());
  options.storage_bytes = *bytes;
  if (request.time != "virtual" && request.time != "real") {
    return fail("--time: expected 'virtual' or 'real', found '{}'", request.time);
  }
  options.clocks.mode = request.time == "real" ? TimeMode::real_time : TimeMode::virtual_time;
  auto machine = Machine::create(options);
  if (!machine) return option_error("--storage " + request.storage, machine.error());
  return machine;
}

Result<std::vector<Core>> read_cores(const RunRequest& request, u32 storage_bytes) {
  if (request.cores.empty()) return fail("--core: expected at least one storage image to run, found none");
  std::vector<Core> cores;
  for (const std::string& argument : request.cores) {
    auto core = read_core(argument, storage_bytes);
    if (!core) return tl::unexpected(core.error());
    cores.push_back(std::move(*core));
  }
  return cores;
}

Result<std::optional<u32>> text_address(const RunRequest& request, u32 storage_bytes) {
  if (!request.text) return std::nullopt;
  const auto address = parse_address(*request.text);
  if (!address) return option_error("--text", address.error());
  if (*address > storage_bytes - 4) {
    return fail("--text: address {:06X} is outside of storage; expected one below {:X}", *address, storage_bytes - 3);
  }
  return *address;
}

Result<u64> instruction_limit(const RunRequest& request) {
  if (!request.max_instructions) return kNever;
  const auto limit = parse_decimal(*request.max_instructions);
  if (!limit) return option_error("--max-instructions", limit.error());
  if (*limit == 0) return fail("--max-instructions: expected at least 1, found 0");
  return *limit;
}

Result<File> open_trace(const std::optional<std::string>& path) {
  if (!path) return File(nullptr, std::fclose);
  auto file = create_file(*path);
  if (!file) return fail("--trace-file {}", file.error().message);
  return file;
}

// ---- Run ----

// While it lives, SIGINT stops the machine; a second one ends the program.
class StopOnInterrupt {
 public:
  explicit StopOnInterrupt(Machine& machine) {
    machine_ = &machine;
    received_ = 0;
    struct sigaction action {};
    action.sa_handler = [](int) {
      received_ = 1;
      machine_->request_stop();
    };
    action.sa_flags = SA_RESETHAND;
    sigaction(SIGINT, &action, &previous_);
  }
  ~StopOnInterrupt() { sigaction(SIGINT, &previous_, nullptr); }

  StopOnInterrupt(const StopOnInterrupt&) = delete;
  StopOnInterrupt& operator=(const StopOnInterrupt&) = delete;

  bool received() const { return received_ != 0; }

 private:
  static inline Machine* machine_ = nullptr;
  static inline volatile std::sig_atomic_t received_ = 0;
  struct sigaction previous_ {};
};

// SIGINT between two slices ends the next one at once.
StopReason run_in_slices(Machine& machine, u64 limit) {
  Progress progress(isatty(STDERR_FILENO) == 1);
  for (;;) {
    const u64 executed = machine.cpu().instructions();
    const u64 slice_end = limit - executed > kProgressSlice ? executed + kProgressSlice : limit;
    const StopReason reason = machine.run(slice_end);
    if (reason != StopReason::instruction_limit || slice_end == limit) return reason;
    progress.update(machine.cpu().instructions());
  }
}

// ---- Report ----

std::string stop_line(const Outcome& outcome, const Psw& psw) {
  if (outcome.interrupted) return "stopped by SIGINT\n";
  if (outcome.reason == StopReason::disabled_wait) {
    return fmt::format("{}, code {:06X}\n", describe(outcome.reason), psw.address);
  }
  return fmt::format("{}\n", describe(outcome.reason));
}

std::string final_state(const Outcome& outcome, Machine& machine) {
  const u64 instructions = machine.cpu().instructions();
  const double mips = outcome.seconds > 0 ? static_cast<double>(instructions) / outcome.seconds / 1e6 : 0;
  const char* time = machine.clocks().mode() == TimeMode::real_time ? "real" : "virtual";
  return format_registers(machine.cpu()) +
         fmt::format("{} instructions in {:.6f} s of the host, {:.1f} MIPS, {} time\n", instructions, outcome.seconds,
                     mips, time);
}

// Prints the guest's text. A failure, with a message, if there is none.
ExitStatus print_text(PreparedRun& run) {
  const auto text = read_guest_text(run.machine->cpu(), run.machine->storage(), *run.text_address);
  if (text) return print(*text);
  fmt::print(stderr, "replica: --text: {}\n", text.error().message);
  return kFailure;
}

// False, with a message, if not everything was written.
bool close_trace(PreparedRun& run) {
  if (!run.trace) return true;
  const Status closed = close_file(std::move(run.trace));
  if (closed) return true;
  fmt::print(stderr, "replica: --trace-file {}: the trace is not complete: {}\n", run.trace_path,
             closed.error().message);
  return false;
}

}  // namespace

Result<PreparedRun> prepare_run(const RunRequest& request) {
  PreparedRun run;
  auto machine = create_machine(request);
  if (!machine) return tl::unexpected(machine.error());
  run.machine = std::move(*machine);
  Storage& storage = run.machine->storage();
  Cpu& cpu = run.machine->cpu();

  const auto cores = read_cores(request, storage.size());
  if (!cores) return tl::unexpected(cores.error());
  const auto registers = parse_registers(request.registers);
  if (!registers) return option_error("--regs", registers.error());
  const auto psw = request.psw ? parse_exact_hex(*request.psw, 16) : 0;
  if (!psw) return option_error("--psw", psw.error());
  const auto text = text_address(request, storage.size());
  if (!text) return tl::unexpected(text.error());
  const auto limit = instruction_limit(request);
  if (!limit) return tl::unexpected(limit.error());
  const auto engine_options = check_engine(request.engine);
  if (!engine_options) return tl::unexpected(engine_options.error());
  auto trace = open_trace(request.trace_file);
  if (!trace) return tl::unexpected(trace.error());

  auto engine = ChosenEngine::create(*engine_options, cpu);
  if (!engine) return tl::unexpected(engine.error());
  run.engine = std::move(*engine);
  if (run.engine->engine()) run.machine->set_engine(*run.engine->engine());

  for (const Core& core : *cores) load_core(core, storage);
  set_registers(*registers, cpu);
  if (request.psw) {
    cpu.load_psw(*psw);
  } else {
    run.machine->restart();
  }
  run.text_address = *text;
  run.limit = *limit;
  run.trace_path = request.trace_file.value_or("");
  run.trace = std::move(*trace);
  run.trace_to_stderr = request.trace && !request.trace_file;
  run.progress = request.progress.value_or(isatty(STDERR_FILENO) == 1 && !request.quiet && !run.trace_to_stderr);
  run.quiet = request.quiet;
  return run;
}

Outcome execute(PreparedRun& run) {
  Machine& machine = *run.machine;
  std::FILE* const trace = run.trace_to_stderr ? stderr : run.trace.get();
  std::optional<Tracer> tracer;
  if (trace) tracer.emplace(machine.cpu(), trace);
  const StopOnInterrupt interrupt(machine);
  const auto start = std::chrono::steady_clock::now();
  const StopReason reason = run.progress ? run_in_slices(machine, run.limit) : machine.run(run.limit);
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
  return {reason, interrupt.received() && reason == StopReason::stopped, time.count()};
}

ExitStatus exit_status(const Outcome& outcome, const Psw& psw) {
  if (outcome.interrupted) return kInterrupted;
  if (outcome.reason == StopReason::instruction_limit) return kSuccess;
  return outcome.reason == StopReason::disabled_wait && psw.address == 0 ? kSuccess : kFailure;
}

Result<ExitStatus> run(const RunRequest& request) {
  auto prepared = prepare_run(request);
  if (!prepared) return tl::unexpected(prepared.error());
  const Outcome outcome = execute(*prepared);
  const bool trace_written = close_trace(*prepared);
  const bool text_printed = !prepared->text_address || print_text(*prepared) == kSuccess;
  const Psw& psw = prepared->machine->cpu().psw;
  std::string report = stop_line(outcome, psw);
  if (!prepared->quiet) report += final_state(outcome, *prepared->machine);
  std::fputs(report.c_str(), stderr);
  const bool dump_written = prepared->engine->finish();
  const ExitStatus status = exit_status(outcome, psw);
  return status == kSuccess && !(trace_written && text_printed && dump_written) ? kFailure : status;
}

}  // namespace replica::tools
