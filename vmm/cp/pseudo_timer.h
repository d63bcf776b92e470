// The pseudo timer, SPECIAL cuu TIMER: a device of VM/370 whose READ gives date, time of day and the CPU time that the virtual
// machine has used. VM/370 System Programmer's Guide (GC20-1807), "Pseudo Timer".
#pragma once

#include "devices/device.h"
#include "vmm/virtual_machine.h"

namespace replica::vmm {

class PseudoTimer final : public BufferedDevice {
 public:
  // The machine must outlive the timer.
  explicit PseudoTimer(VirtualMachine& machine) : machine_(machine) {}

  std::string_view type() const override { return "TIMER"; }
  std::string description() const override { return "pseudo timer"; }
  Answer begin(u8 command) override;
  Ending end() override { return {unit_status::kEnd, has_more()}; }

 private:
  std::vector<u8> reading() const;

  VirtualMachine& machine_;
};

}  // namespace replica::vmm
