// Guests in virtual machines: users of a directory that is made for the run.
#include <fstream>

#include "tools/engine.h"
#include "tools/overhead/events.h"
#include "tools/overhead/guest_operator.h"
#include "tools/overhead/guest_run.h"
#include "tools/overhead/virtual_devices.h"
#include "tools/virtual_system.h"
#include "vmm/slow_exit.h"

namespace replica::overhead {
namespace fs = std::filesystem;
using tools::DeviceStatement;

namespace {

constexpr u64 kProgressInterval = 20'000'000;

// One guest in its virtual machine.
class VirtualGuest {
 public:
  VirtualGuest(const Workload& workload, vmm::ControlProgram& cp, vmm::Session& session)
      : cp_(cp),
        session_(session),
        operator_(workload.folder, workload.commands,
                  {.load = [this](u16 address, bool clear) { return load(address, clear); },
                   .console_prefix = console_prefix(workload),
                   .type = [this](const std::string& line) { session_.console->enter(line); },
                   .now = [this] { return cp_.monitor().real().cpu().now(); }}) {
    session.print = [this](const std::string& line) { from_cp_ = line; };
    if (session.console) session.console->on_line([this](const std::string& line) { see(line); });
  }
  VirtualGuest(const VirtualGuest&) = delete;
  VirtualGuest& operator=(const VirtualGuest&) = delete;

  // Lets the operator do what is due. The error if the guest has not ended well.
  Status act() {
    if (has_ended_) return {};
    if (runs_ && machine().state() == vmm::VirtualMachine::State::stopped) {
      runs_ = false;
      static_cast<void>(operator_.see(kDisabledWait));
    }
    operator_.act();
    if (!operator_.status()) return operator_.status();
    if (operator_.has_quit() && runs_) return end();
    if (!operator_.has_quit() && (runs_ || operator_.next_time() != kNever)) return {};
    const Psw& psw = machine().cpu().psw;
    if (psw.wait && psw.address == 0) return end();
    return fail("{}; expected a disabled wait with the address 0", from_cp_.empty() ? "was never loaded" : from_cp_);
  }

  bool has_ended() const { return has_ended_; }
  u64 next_time() const { return has_ended_ ? kNever : operator_.next_time(); }
  const std::string& console() const { return console_; }
  vmm::VirtualMachine& machine() { return *session_.machine; }

 private:
  void see(const std::string& line) {
    console_ += line + "\n";
    if (operator_.see(line)) cp_.monitor().real().request_return();
  }

  Status load(u16 address, bool clear) {
    runs_ = true;
    return cp_.monitor().load(machine(), address, clear);
  }

  // As at LOGOFF, but that the counters stay to be read.
  Status end() {
    has_ended_ = true;
    cp_.monitor().stop(machine());
    for (auto& [address, device] : session_.devices) {
      if (!device.output || device.kind == vmm::VirtualDevice::Kind::console) continue;
      if (auto closed = device.output->close_file(); !closed) {
        return fail("{:03X}: {}", address, closed.error().message);
      }
    }
    for (const u16 address : machine().channels().addresses()) {
      const Status flushed = machine().channels().device_at(address)->flush();
      if (!flushed) return fail("{:03X}: {}", address, flushed.error().message);
    }
    cp_.start_writers();
    return {};
  }

  vmm::ControlProgram& cp_;
  vmm::Session& session_;
  GuestOperator operator_;
  std::string console_;
  std::string from_cp_;  // the last line
  bool runs_ = false;
  bool has_ended_ = false;
};

// All of them on one real machine.
class VirtualMachines {
 public:
  VirtualMachines(const Workload& workload, const fs::path& folder, const RunOptions& options)
      : workload_(workload), folder_(folder), options_(options) {}
  ~VirtualMachines() {
    if (vm_) vm_->end();
  }
  VirtualMachines(const VirtualMachines&) = delete;
  VirtualMachines& operator=(const VirtualMachines&) = delete;

  Status make(unsigned guests, vmm::AssistLevel assist);
  Status run();
  Result<std::vector<Output>> outputs() const;
  u64 instructions() const { return system_->machine->cpu().instructions(); }
  Events events();

 private:
  Status make_system(const RealDevices& devices, unsigned guests, vmm::AssistLevel assist);
  Status log_on(const RealDevices& devices);
  Status after(StopReason reason, u64 limit);
  u64 next_time() const;

  const Workload& workload_;
  fs::path folder_;
  const RunOptions& options_;
  std::unique_ptr<tools::VirtualSystem> vm_;
  std::unique_ptr<tools::System> system_;
  std::unique_ptr<tools::ChosenEngine> engine_;
  std::vector<std::string> from_cp_;
  std::vector<std::unique_ptr<VirtualGuest>> guests_;
};

Status VirtualMachines::make(unsigned guests, vmm::AssistLevel assist) {
  auto devices = real_devices(workload_, folder_, guests);
  if (!devices) return tl::unexpected(devices.error());
  if (Status made = make_system(*devices, guests, assist); !made) return made;
  return log_on(*devices);
}

Status VirtualMachines::make_system(const RealDevices& devices, unsigned guests, vmm::AssistLevel assist) {
  const std::string directory = (folder_ / "users.direct").string();
  std::ofstream(directory) << devices.directory;
  // Room for all guests at once, and for CP: what paging costs is another question.
  const u32 kilobytes = guests * (workload_.configuration.main_storage >> 10) + 1024;
  const tools::VirtualRequest request{.directory = directory,
                                      .spool = (folder_ / "spool").string(),
                                      .assist = assist == vmm::AssistLevel::none ? "none" : "vma",
                                      .storage = fmt::format("{}K", kilobytes),
                                      .accounting = {}};
  tools::Configuration configuration = workload_.configuration;
  configuration.devices = devices.statements;
  auto vm = tools::VirtualSystem::create(request, configuration);
  if (!vm) return tl::unexpected(vm.error());
  vm_ = std::move(*vm);
  auto system = tools::build_system(configuration, true, [this](u32 bytes, const MachineOptions& machine_options) {
    return vm_->make_machine(bytes, machine_options);
  });
  if (!system) return tl::unexpected(system.error());
  system_ = std::move(*system);
  auto engine = tools::ChosenEngine::create(*options_.engine, system_->machine->cpu());
  if (!engine) return tl::unexpected(engine.error());
  engine_ = std::move(*engine);
  if (engine_->engine()) system_->machine->set_engine(*engine_->engine());
  vm_->begin(
      *system_, [this](const std::string& line) { from_cp_.push_back(line); }, false);
  return {};
}

Status VirtualMachines::log_on(const RealDevices& devices) {
  vmm::ControlProgram& cp = vm_->control_program();
  for (const auto& [address, spool_class] : devices.classes) {
    const Status started = cp.spooling().writer(address)->start(std::string(1, spool_class), false);
    if (!started) return started;
  }
  for (const vmm::User& user : cp.directory().users) {
    if (Status spooled = spool_decks(workload_, user.name, cp.spool(), system_->environment); !spooled) return spooled;
    std::string complaint;
    auto session = cp.log_on(
        user, [&](const std::string& line) { complaint = line; }, "");
    if (!session) return tl::unexpected(session.error());
    if (!complaint.empty()) return fail("{}", complaint);
    if (Status set = set_readers(workload_, **session, system_->environment); !set) return set;
    guests_.push_back(std::make_unique<VirtualGuest>(workload_, cp, **session));
  }
  return {};
}

u64 VirtualMachines::next_time() const {
  u64 time = kNever;
  for (const auto& guest : guests_) time = std::min(time, guest->next_time());
  return time;
}

Status VirtualMachines::run() {
  Machine& real = *system_->machine;
  const u64 limit = options_.most_instructions * guests_.size();
  for (;;) {
    bool all_ended = true;
    for (const auto& guest : guests_) {
      if (Status good = guest->act(); !good) return fail("{}: {}", guest->machine().name(), good.error().message);
      all_ended &= guest->has_ended();
    }
    if (all_ended) break;
    const u64 executed = real.cpu().instructions();
    if (options_.progress) options_.progress(executed);
    const StopReason reason = real.run(std::min(limit, executed + kProgressInterval), next_time());
    if (Status goes_on = after(reason, limit); !goes_on) return goes_on;
  }
  {
    const PartScope scope(part::kSpool);
    vm_->control_program().spooling().finish_output();
  }
  for (const u16 address : system_->channels->addresses()) {
    const Status flushed = system_->channels->device_at(address)->flush();
    if (!flushed) return fail("real device {:03X}: {}", address, flushed.error().message);
  }
  return {};
}

// A guest that has stopped is its operator's affair. The real machine waits, at the latest, for that.
Status VirtualMachines::after(StopReason reason, u64 limit) {
  Machine& real = *system_->machine;
  if (reason == StopReason::instruction_limit && real.cpu().instructions() >= limit) {
    return fail("has not ended after {} instructions", limit);
  }
  const bool someone_stopped = std::any_of(guests_.begin(), guests_.end(), [](const auto& guest) {
    return !guest->has_ended() && guest->machine().state() == vmm::VirtualMachine::State::stopped;
  });
  if (reason != StopReason::idle_wait || someone_stopped) return {};
  if (next_time() == kNever) return fail("waits for what never comes");
  real.clocks().skip_to(next_time(), real.cpu().instructions());
  return {};
}

Result<std::vector<Output>> VirtualMachines::outputs() const {
  std::vector<Output> outputs;
  for (std::size_t n = 0; n < guests_.size(); ++n) {
    auto output = read_output(workload_, guest_folder(folder_, static_cast<unsigned>(n)));
    if (!output) return tl::unexpected(output.error());
    output->console = guests_[n]->console();
    outputs.push_back(std::move(*output));
  }
  return outputs;
}

Events VirtualMachines::events() {
  Events events;
  for (const auto& guest : guests_) add_events(events, guest->machine());
  return events;
}

}  // namespace

Result<RunResult> run_virtual(const Workload& workload, const fs::path& folder, unsigned guests,
                              vmm::AssistLevel assist, const RunOptions& options) {
  const auto failed = [&](const Error& error) {
    return fail("{}, {} virtual machines, {}: {}", workload.name, guests,
                assist == vmm::AssistLevel::none ? "none" : "vma", error.message);
  };
  VirtualMachines machines(workload, folder, options);
  if (Status made = machines.make(guests, assist); !made) return failed(made.error());
  const vmm::SlowExit slow_exit(options.slow_exit_cycles);
  RunClock clock(options);
  if (Status ended = machines.run(); !ended) return failed(ended.error());
  RunResult result;
  clock.stop(result);
  result.instructions = machines.instructions();
  auto outputs = machines.outputs();
  if (!outputs) return failed(outputs.error());
  result.outputs = std::move(*outputs);
  result.events = machines.events();
  return result;
}

}  // namespace replica::overhead
