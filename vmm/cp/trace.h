// TRACE and ADSTOP: what a guest does is told to its user, and its machine stops. VM/370 CP Command Reference (GC20-1820).
//
// Interruptions are seen where the virtual CPU takes them, at no cost to the guest's instructions. For the others the virtual CPU is
// watched, and so interpreted. Nothing of this is in the guest's storage or registers, which VM/370 did not achieve: there ADSTOP
// was an SVC put in the place of an instruction.
#pragma once

#include <optional>
#include <string>

#include "vmm/cp/control_program.h"

namespace replica::vmm {

class Tracer final : public Interceptor {
 public:
  enum Event : u32 {
    supervisor_calls = 1,
    io_interruptions = 2,
    program_interruptions = 4,
    external_interruptions = 8,
    privileged = 16,
    io_instructions = 32,
    ccws = 64,
    branches = 128,
    instructions = 256,
    csws = 512,
  };
  static constexpr u32 kAll = 1023;
  static constexpr u32 kInterruptions =
      supervisor_calls | io_interruptions | program_interruptions | external_interruptions;

  // Both outlive it.
  Tracer(ControlProgram& cp, Session& session) : cp_(cp), session_(session) {}

  struct Output {
    bool to_terminal = true;
    bool to_printer = false;
    bool runs_on = false;  // the machine does not stop
  };
  void add(u32 events, const Output& output);
  void remove(u32 events);
  u32 events() const { return events_; }
  // Stops once, before the instruction at this logical address; nullopt: nowhere.
  void set_address_stop(std::optional<u32> address);
  std::optional<u32> address_stop() const { return address_stop_; }

  // The instruction that was last begun has ended: the machine has stopped.
  void finish();

 private:
  // An instruction that was begun and is told when it has ended.
  struct Begun {
    u32 address;
    u32 next;  // if it does not branch
    u8 first, second;
    bool is_privileged, is_io;
    u16 io_address;
    std::string text;
  };

  bool intercept(Cpu& cpu, const Interruption& interruption) override;
  void begin(Cpu& cpu, u32 address, const u8* bytes);
  bool holds_before(Cpu& cpu, u32 address);
  void tell_of(const Begun& begun, std::optional<u32> next);
  void tell_of_ccws();
  void tell(const std::string& line);
  void stop();
  void watch();
  u32 word(u32 real) const;

  ControlProgram& cp_;
  Session& session_;
  u32 events_ = 0;
  Output output_;
  std::optional<u32> address_stop_;
  std::optional<Begun> begun_;
  bool stop_wanted_ = false;
};

}  // namespace replica::vmm
