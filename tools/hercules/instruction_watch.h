// Looking at single instructions: breakpoints, stepping and trace, as the commands `b`, `s` and `t` of Hercules set them,
// and the messages about program interruptions that `pgmtrace` chooses.
//
// A breakpoint and a step are the same thing: in front of an instruction in the range, the CPU shows it and stops. A watch
// that watches nothing costs the engine nothing.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "cpu/machine.h"
#include "devices/code_page.h"
#include "mmu/access_map.h"

namespace replica::tools {

class InstructionWatch final : public Interceptor {
 public:
  using Log = std::function<void(const std::string&)>;
  // The machine must outlive the watch.
  InstructionWatch(Machine& machine, const CodePage& code_page, Log log);
  ~InstructionWatch() override;

  InstructionWatch(const InstructionWatch&) = delete;
  InstructionWatch& operator=(const InstructionWatch&) = delete;

  // On or off, for all instructions or for those at addresses in the range. A range stays when the switch goes off.
  struct Switch {
    bool on = false;
    std::optional<AddressRange> range;

    bool covers(u32 address) const { return on && (!range || range->contains(address)); }
  };
  const Switch& step() const { return step_; }
  const Switch& trace() const { return trace_; }
  void set_step(const Switch& value);
  void set_trace(const Switch& value);

  // Which program interruptions are not reported: bit n from the left for code n + 1, for the codes up to 64.
  void set_suppressed(u64 codes);
  u64 suppressed() const { return suppressed_; }

  // True if the CPU was held at a breakpoint since the last call.
  bool take_held();
  // The CPU is about to be started: if it is held, it may pass the instruction that was shown.
  void allow_next();

  // Interceptor: reports, and lets the interruption be taken.
  bool intercept(Cpu& cpu, const Interruption& interruption) override;

 private:
  void apply();
  bool holds_before(Cpu& cpu, u32 address);
  void show(Cpu& cpu, const std::string& psw, u32 address);

  Machine& machine_;
  const CodePage& code_page_;
  Log log_;
  Switch step_, trace_;
  u64 suppressed_ = 0;
  bool held_ = false;
  std::optional<u64> allowed_;   // the count of instructions at which one may pass
  std::optional<u64> shown_at_;  // the count at which one was shown, so that a trace does not show it again
};

}  // namespace replica::tools
