#include "tools/hercules/processor.h"

#include "tools/hercules/display.h"

namespace replica::tools {
namespace {

constexpr std::size_t kCharactersInRegister = 4;

}  // namespace

Processor::Processor(System& system, Log log)
    : system_(system), log_(log), watch_(*system.machine, *system.environment.code_page, std::move(log)) {}

void Processor::run(u64 until) {
  Machine& machine = *system_.machine;
  const StopReason reason = machine.run(kNever, until);
  idle_ = false;
  if (watch_.take_held()) return stop();
  switch (reason) {
    case StopReason::disabled_wait:
      log_("HHCCP011I CPU0000: Disabled wait state\n          " + psw_line(machine.cpu().psw));
      stop();
      state_ = State::disabled_wait;
      break;
    case StopReason::interruption_loop:
      log_("HHCCP016I CPU0000: Program interrupt loop: " + psw_line(machine.cpu().psw));
      stop();
      state_ = State::interruption_loop;
      break;
    case StopReason::stopped: stop(); break;
    case StopReason::idle_wait: idle_ = true; break;
    case StopReason::instruction_limit:
    case StopReason::time_limit:
    case StopReason::requested: {
      Cpu& cpu = machine.cpu();
      idle_ = cpu.psw.wait && cpu.next_wake_up() == kNever && !cpu.channels().expects_outside_event();
      break;
    }
  }
}

void Processor::operate() {
  state_ = State::operating;
  idle_ = false;
  system_.machine->cpu().stopped = false;
}

void Processor::start() {
  watch_.allow_next();
  operate();
}

void Processor::stop() {
  state_ = State::stopped;
  idle_ = false;
  system_.machine->cpu().stopped = true;
}

void Processor::restart() {
  system_.machine->restart();
  operate();
}

void Processor::interrupt() { system_.machine->request_interrupt_key(); }

// System reset as the key does it: registers and PSW stay, unless `clear`.
void Processor::system_reset(bool clear) {
  Machine& machine = *system_.machine;
  if (clear) {
    machine.system_reset(true);
  } else {
    machine.cpu().channels().reset();
    machine.cpu().reset();
  }
  stop();
}

// The parameter goes into the general registers from 0 on, in EBCDIC, as in Hercules.
Status Processor::load(u16 address, bool clear, const std::string& parameter) {
  stop();
  if (Status status = system_.machine->initial_program_load(address, clear); !status) return status;
  Cpu& cpu = system_.machine->cpu();
  for (std::size_t n = 0; n < parameter.size() && n < 16 * kCharactersInRegister; n += kCharactersInRegister) {
    u32 value = 0;
    for (std::size_t k = n; k < n + kCharactersInRegister; ++k) {
      const char character = k < parameter.size() ? parameter[k] : ' ';
      value = value << 8 | system_.environment.code_page->to_ebcdic[static_cast<u8>(character)];
    }
    cpu.gr[n / kCharactersInRegister] = value;
  }
  operate();
  return {};
}

}  // namespace replica::tools
