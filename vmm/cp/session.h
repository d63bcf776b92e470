// One user who is logged on: the virtual machine, its virtual devices, and where its lines go.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "devices/console.h"
#include "vmm/directory/directory.h"
#include "vmm/spool/spool_input.h"
#include "vmm/spool/spool_output.h"
#include "vmm/virtual_machine.h"

namespace replica::vmm {

struct VirtualDevice {
  enum class Kind : u8 { console, printer, punch, reader, dedicated };
  Kind kind;
  u16 real_address = 0;                      // of a dedicated one
  std::shared_ptr<SpoolOutput> output = {};  // of printer and punch
  std::shared_ptr<SpoolInput> input = {};    // of the reader
};

struct Session {
  const User* user = nullptr;
  VirtualMachine* machine = nullptr;
  replica::Console* console = nullptr;  // the virtual console's device, if there is one
  std::map<u16, VirtualDevice> devices;
  // Where its user sits; empty while disconnected.
  std::function<void(const std::string&)> print;
  // Who reads the lines of a machine that is disconnected, and may answer with SEND; empty: nobody.
  std::string secondary;

  const std::string& name() const { return user->name; }
  bool is_connected() const { return print != nullptr; }
  // What is typed goes to CP, not to the guest.
  bool is_in_cp() const { return machine->state() == VirtualMachine::State::stopped; }
};

}  // namespace replica::vmm
