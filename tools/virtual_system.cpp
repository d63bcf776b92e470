#include "tools/virtual_system.h"

#include "tools/parse.h"

namespace replica::tools {

Result<std::unique_ptr<VirtualSystem>> VirtualSystem::create(const VirtualRequest& request,
                                                             const Configuration& configuration) {
  std::unique_ptr<VirtualSystem> system(new VirtualSystem);
  if (request.assist != "none" && request.assist != "vma") {
    return fail("--assist: found {}; expected none or vma", request.assist);
  }
  system->options_.assist = request.assist == "none" ? vmm::AssistLevel::none : vmm::AssistLevel::vma;
  system->options_.real_storage = configuration.main_storage;
  if (request.storage) {
    const auto bytes = parse_storage_size(*request.storage);
    if (!bytes) return fail("--storage: {}", bytes.error().message);
    system->options_.real_storage = *bytes;
  }
  system->options_.paging_directory = request.spool;
  if (request.accounting) system->accounting_ = *request.accounting;
  auto directory = vmm::read_directory(request.directory);
  if (!directory) return tl::unexpected(directory.error());
  system->directory_ = std::move(*directory);
  auto spool = vmm::SpoolStore::open({.directory = request.spool, .now = {}});
  if (!spool) return tl::unexpected(spool.error());
  system->spool_ = std::move(*spool);
  return system;
}

Result<std::unique_ptr<Machine>> VirtualSystem::make_machine(u32, const MachineOptions& options) {
  options_.clocks = options.clocks;
  auto monitor = vmm::Monitor::create(options_);
  if (!monitor) return tl::unexpected(monitor.error());
  monitor_ = std::move(*monitor);
  return monitor_->take_real();
}

void VirtualSystem::begin(System& system, std::function<void(const std::string&)> print, bool prints_traps) {
  for (const std::string& note : directory_.notes) print(note);
  channels_ = system.channels.get();
  channels_->on_wake([this] { monitor_->ring(); });
  monitor_->on_outside_events([channels = system.channels.get()] { return channels->expects_outside_event(); });
  std::vector<vmm::RealTerminal> terminals;
  for (const auto& [address, seat] : system.seats) {
    terminals.push_back({.address = address, .kind = seat.kind, .line = seat.line.get()});
  }
  vmm::ControlProgram::Options options{
      .accounting_file = accounting_, .print = std::move(print), .terminals = std::move(terminals)};
  if (prints_traps) options.statistics = [](const std::string& text) { std::fputs(text.c_str(), stderr); };
  control_program_ = std::make_unique<vmm::ControlProgram>(*monitor_, directory_, *system.channels, system.environment,
                                                           *spool_, std::move(options));
}

void VirtualSystem::end() {
  if (channels_) channels_->on_wake(nullptr);
  control_program_.reset();
  monitor_.reset();
}

}  // namespace replica::tools
