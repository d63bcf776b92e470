// The VMM on a machine that a Hercules configuration describes: monitor, user directory, spool and CP, put together.
#pragma once

#include <memory>

#include "tools/hercules/machine_builder.h"
#include "tools/run.h"
#include "vmm/cp/control_program.h"

namespace replica::tools {

class VirtualSystem {
 public:
  // Everything that the user gave is checked before anything is made. Errors name the option or the file.
  static Result<std::unique_ptr<VirtualSystem>> create(const VirtualRequest& request,
                                                       const Configuration& configuration);

  // Makes the real machine: the monitor's. Once.
  Result<std::unique_ptr<Machine>> make_machine(u32 storage_bytes, const MachineOptions& options);
  // CP takes over the devices of the system, which outlives it. `print` takes the lines of the operator's console.
  // `prints_traps`: standard error gets what was trapped of each machine, when its user logs off.
  void begin(System& system, std::function<void(const std::string&)> print, bool prints_traps);
  // All users are logged off, and what they have spooled is printed.
  void end();

  vmm::ControlProgram& control_program() { return *control_program_; }

 private:
  VirtualSystem() = default;

  vmm::MonitorOptions options_;
  std::optional<u32> storage_;
  std::string accounting_;
  vmm::Directory directory_;
  ChannelSubsystem* channels_ = nullptr;  // of the system, rung by terminals on threads of their own
  std::unique_ptr<vmm::SpoolStore> spool_;
  std::unique_ptr<vmm::Monitor> monitor_;
  std::unique_ptr<vmm::ControlProgram> control_program_;
};

}  // namespace replica::tools
