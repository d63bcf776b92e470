// A guest on the bare machine.
#include <time.h>

#include "tools/engine.h"
#include "tools/hercules/machine_builder.h"
#include "tools/overhead/guest_operator.h"
#include "tools/overhead/guest_run.h"

namespace replica::overhead {
namespace fs = std::filesystem;

namespace {

// How many instructions go by between two calls of `progress`.
constexpr u64 kProgressInterval = 20'000'000;

class BareGuest {
 public:
  BareGuest(const Workload& workload, tools::System& system)
      : system_(system),
        machine_(*system.machine),
        operator_(workload.folder, workload.commands,
                  {.load = [this](u16 address, bool clear) { return load(address, clear); },
                   .console_prefix = console_prefix(workload),
                   .type = [this](const std::string& line) { system_.consoles.at(0).console->enter(line); },
                   .now = [this] { return machine_.cpu().now(); }}) {
    system_.print_line = [this](const std::string& line) {
      console_ += line + "\n";
      if (operator_.see(line)) machine_.request_return();
    };
  }

  Status run(const RunOptions& options) {
    for (;;) {
      operator_.act();
      if (!operator_.status()) return operator_.status();
      if (operator_.has_quit()) return runs_ ? flush() : ending();
      const u64 until = operator_.next_time();
      if (!runs_) {
        if (until == kNever) return ending();
        machine_.clocks().skip_to(until, machine_.cpu().instructions());
        continue;
      }
      const u64 executed = machine_.cpu().instructions();
      if (options.progress) options.progress(executed);
      const StopReason reason = machine_.run(std::min(options.most_instructions, executed + kProgressInterval), until);
      if (Status goes_on = note(reason, options.most_instructions); !goes_on) return goes_on;
    }
  }

  const std::string& console() const { return console_; }

 private:
  Status load(u16 address, bool clear) {
    runs_ = true;
    return machine_.initial_program_load(address, clear);
  }

  // What has ended a piece of the run; the error if it is not to go on.
  Status note(StopReason reason, u64 most_instructions) {
    const std::string psw = fmt::format("PSW {:016X}", machine_.cpu().psw.pack());
    switch (reason) {
      case StopReason::requested:
      case StopReason::time_limit: return {};
      case StopReason::instruction_limit:
        if (machine_.cpu().instructions() < most_instructions) return {};
        return fail("has not ended after {} instructions, {}", most_instructions, psw);
      case StopReason::disabled_wait:
        runs_ = false;
        static_cast<void>(operator_.see(kDisabledWait));
        return {};
      case StopReason::idle_wait:
        if (operator_.next_time() == kNever) return fail("waits for what never comes, {}", psw);
        machine_.clocks().skip_to(operator_.next_time(), machine_.cpu().instructions());
        return {};
      case StopReason::stopped:
      case StopReason::interruption_loop: break;
    }
    return fail("{}, {}", describe(reason), psw);
  }

  // Nothing runs, and the operator has nothing to do.
  Status ending() {
    const Psw& psw = machine_.cpu().psw;
    if (!psw.wait) return fail("was never loaded; expected an ipl command");
    if (psw.address != 0) return fail("ended in a disabled wait with PSW {:016X}; expected the address 0", psw.pack());
    return flush();
  }

  Status flush() {
    for (const u16 address : system_.channels->addresses()) {
      const Status flushed = system_.channels->device_at(address)->flush();
      if (!flushed) return fail("{:04X}: {}", address, flushed.error().message);
    }
    return {};
  }

  tools::System& system_;
  Machine& machine_;
  GuestOperator operator_;
  std::string console_;
  bool runs_ = false;
};

double process_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

}  // namespace

RunClock::RunClock(const RunOptions& options) {
  if (options.measures_parts) {
    cost_ = PartClock::cost_of_reading();
    parts_.emplace();
  }
  time_ = std::chrono::steady_clock::now();
  begun_ = process_seconds();
}

void RunClock::stop(RunResult& result) {
  result.cpu_seconds = process_seconds() - begun_;
  result.elapsed_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - time_).count();
  if (!parts_) return;
  parts_->enter(part::kMachine);  // ends the last piece
  result.parts = part_times(parts_->counts(), result.cpu_seconds, cost_);
  parts_.reset();
}

std::string console_prefix(const Workload& workload) {
  for (const tools::DeviceStatement& statement : workload.configuration.devices) {
    const auto device_class = class_of(statement);
    if (!device_class || *device_class != DeviceClass::console) continue;
    std::string prefix = "/";
    for (const std::string& argument : statement.arguments) {
      if (argument != "noprompt") prefix = argument;
    }
    return prefix;
  }
  return "";
}

Result<RunResult> run_bare(const Workload& workload, const fs::path& folder, const RunOptions& options) {
  auto devices = devices_of_guest(workload, folder);
  if (!devices) return tl::unexpected(devices.error());
  tools::Configuration configuration = workload.configuration;
  configuration.devices = std::move(*devices);
  auto system = tools::build_system(configuration, true);
  if (!system) return tl::unexpected(system.error());
  Machine& machine = *(*system)->machine;
  const auto engine = tools::ChosenEngine::create(*options.engine, machine.cpu());
  if (!engine) return tl::unexpected(engine.error());
  if ((*engine)->engine()) machine.set_engine(*(*engine)->engine());

  BareGuest guest(workload, **system);
  RunClock clock(options);
  if (Status ended = guest.run(options); !ended) return fail("{}, bare: {}", workload.name, ended.error().message);
  RunResult result;
  clock.stop(result);
  result.instructions = machine.cpu().instructions();
  auto output = read_output(workload, folder);
  if (!output) return tl::unexpected(output.error());
  output->console = guest.console();
  result.outputs.push_back(std::move(*output));
  return result;
}

}  // namespace replica::overhead
