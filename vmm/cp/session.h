// One user who is logged on: the virtual machine, its virtual devices, and where its lines go.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "devices/console.h"
#include "vmm/directory/directory.h"
#include "vmm/spool/spool_input.h"
#include "vmm/spool/spool_output.h"
#include "vmm/virtual_machine.h"

namespace replica {
class ChannelAdapter;
}

namespace replica::vmm {

class SpoolPageReader;
class UserTerminal;

struct VirtualDevice {
  enum class Kind : u8 { console, printer, punch, reader, dedicated, minidisk, adapter, display, timer };
  Kind kind;
  u16 real_address = 0;                         // of a dedicated one, and of the drive that has the minidisk
  std::shared_ptr<SpoolOutput> output = {};     // of printer, punch and console
  std::shared_ptr<SpoolInput> input = {};       // of the reader
  std::shared_ptr<SpoolPageReader> pages = {};  // and what DIAGNOSE X'14' reads of it
  std::string volume = {};                      // of a minidisk: its label
  u32 cylinders = 0;                            // of a minidisk
  bool writes = false;                          // minidisks and dedicated drives: not read only
  bool is_as_wished = true;                     // a minidisk of LOGON: there is nothing to tell about it
  ChannelAdapter* adapter = nullptr;            // the model of a channel-to-channel adapter
};

class Tracer;

// SET EMSG: what DIAGNOSE X'5C' leaves of a message.
enum class ErrorMessages : u8 { on, text, code, off };

struct Session {
  const User* user = nullptr;
  VirtualMachine* machine = nullptr;
  replica::Console* console = nullptr;  // the virtual console's device, if there is one
  std::map<u16, VirtualDevice> devices;
  // Where its user sits; empty while disconnected.
  std::function<void(const std::string&)> print;
  UserTerminal* terminal = nullptr;
  // Who reads the lines of a machine that is disconnected, and may answer with SEND; empty: nobody.
  std::string secondary;

  // SPOOL CONSOLE START: where its lines are noted; and NOTERM: they are only noted.
  std::shared_ptr<SpoolOutput> console_file = {};
  bool console_is_silent = false;
  // SET LINEDIT, EMSG, MSG, WNG, IMSG, ACNT, RUN.
  bool edits_lines = true;
  ErrorMessages error_messages = ErrorMessages::on;
  bool takes_messages = true;
  bool takes_warnings = true;
  bool takes_information = true;
  bool shows_accounting = true;
  bool runs_in_cp = false;     // attention does not stop the machine: CP reads one command, and it goes on
  bool reads_command = false;  // which is to come
  // ECHO: how often each line comes back, 0 if none does.
  u32 echoes = 0;
  // SLEEP: until when, in machine time (kNever: until attention), and whether the machine ran before.
  struct Sleep {
    u64 until;
    bool runs_on;
  };
  std::optional<Sleep> sleep = {};
  // LINK: how often a password was wrong.
  u32 wrong_link_passwords = 0;
  // What CP prints of its guest's doings, and where it stops; see trace.h.
  std::shared_ptr<Tracer> tracer = {};

  // When it began, in units of machine time.
  u64 since = 0;
  // What there are accounting records of already, and whom they are charged to: DIAGNOSE X'4C'. Nobody else if empty.
  struct Usage {
    u64 cpu_time = 0;
    u64 operations = 0;
    u64 page_ins = 0;
  };
  Usage accounted = {};
  std::string charged_user = {};
  std::string charged_account = {};

  const std::string& name() const { return user->name; }
  bool is_connected() const { return print != nullptr; }
  // What is typed goes to CP, not to the guest.
  bool is_in_cp() const { return machine->state() == VirtualMachine::State::stopped; }
};

}  // namespace replica::vmm
