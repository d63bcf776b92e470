// Traps: what the real machine may not do for a virtual one, done on the virtual CPU.
#include "base/bits.h"
#include "base/check.h"
#include "base/part_clock.h"
#include "cpu/interpreter.h"
#include "cpu/routines.h"
#include "vmm/basic_control.h"
#include "vmm/monitor.h"
#include "vmm/slow_exit.h"

namespace replica::vmm {
namespace {

// An invalid new PSW, or one that allows again the lasting condition which it was loaded for.
constexpr unsigned kEndlessString = 10'000;

// What the real machine runs a guest with, whatever the guest's own PSW says.
constexpr u8 kRealSystemMask = Psw::kTranslation | Psw::kIo | Psw::kExternal;
constexpr u32 kLowAddressProtection = ibm_mask<u32>(3);  // CR0

// An instruction after which the CPU wants its surroundings looked at may have changed clocks, channels or conditions. Of
// these it is known that they only change what is allowed: SSM, LPSW, STNSM, STOSM, LCTL.
bool only_changes_masks(u8 first) {
  return first == 0x80 || first == 0x82 || first == 0xAC || first == 0xAD || first == 0xB7;
}

// RRB, of which pagers execute one for each page, again and again.
bool resets_reference_bit(u8 first, u8 second) { return first == 0xB2 && second == 0x13; }

// Of these it is known that they change nothing but general registers, the condition code and storage keys, unless they end by
// an exception: SSK, ISK, LRA, IPK, RRB.
bool only_computes(u8 first, u8 second) {
  return first == 0x08 || first == 0x09 || first == 0xB1 || (first == 0xB2 && second == 0x0B) ||
         resets_reference_bit(first, second);
}

// SSM, STNSM, STOSM.
bool sets_system_mask(u8 first) { return first == 0x80 || first == 0xAC || first == 0xAD; }

// STNSM or STOSM, of which it is known beforehand that the system mask which it sets is valid, that addresses are translated as
// before, PER included, and that nothing is pending which it could allow.
bool sets_harmless_mask(const Cpu& cpu, const u8* bytes) {
  constexpr u8 kContext = Psw::kTranslation | Psw::kPer | Psw::kMustBeZero;
  const bool takes_away = bytes[0] == 0xAC;
  if (!takes_away && (bytes[0] != 0xAD || cpu.has_pending_condition())) return false;
  const u8 before = cpu.psw.system_mask;
  const u8 after = takes_away ? before & bytes[1] : before | bytes[1];
  return !cpu.psw.ec_mode || ((before ^ after) & kContext) == 0;
}

// TIO, TCH.
bool asks_channels(u8 first, u8 second) { return (first == 0x9D || first == 0x9F) && (second & 1) == 0; }

// Of those that are carried out where they stand: LRA, RRB, TIO, TCH.
bool sets_cc(u8 first, u8 second) {
  return first == 0xB1 || resets_reference_bit(first, second) || asks_channels(first, second);
}

// SIGNAL PROCESSOR, which may store the status of the CPU, and EXECUTE, which may execute that.
bool may_store_status(u8 first) { return first == 0xAE || first == 0x44; }

// Counts a trap that begins with it, and its time if it is of the sample.
class TimedTrap {
 public:
  explicit TimedTrap(TrapSample& sample) : is_timed_(sample.takes_next()), begun_(is_timed_ ? cycle_count() : 0) {}
  // `instruction` counts if it was simulated.
  void count(TrapCounters& counters, Cause cause, std::size_t instruction) const {
    const u64 spent = is_timed_ ? cycle_count() - begun_ : 0;
    const auto add_to = [&](TrapCount& counter) { is_timed_ ? counter.add(spent) : counter.add(); };
    add_to(counters[cause]);
    if (cause == Cause::simulated) add_to(counters.instructions[instruction]);
  }

 private:
  bool is_timed_;
  u64 begun_;
};

}  // namespace

bool Monitor::intercept(Cpu&, const Interruption& interruption) {
  const bool is_trap =
      interruption.cls == InterruptionClass::program || interruption.cls == InterruptionClass::supervisor_call;
  if (!is_trap) {
    const PartScope scope(part::kDispatch);
    const u64 begun = cycle_count();
    VirtualMachine* before = present_;
    serve();
    if (before && before == present_) before->counters[Cause::interruption].add(cycle_count() - begun);
    return true;
  }
  CHECK(present_);
  if (assist_ == AssistLevel::none) {
    ++present_->counters.left_for_the_run_loop;
    trapped_ = interruption;
    leave_engine();
    return true;
  }
  const PartScope scope(part::kTrap);
  VirtualMachine& machine = *present_;
  if (trap(machine, interruption)) {
    resume(machine);
  } else if (present_ == &machine && settle(machine) && !polls(machine)) {
    go_on(machine);
  } else if (present_ == &machine && machine.state_ == VirtualMachine::State::waiting) {
    give_up_cpu();
    if (is_anyone_ready()) attend();
  } else {
    leave_engine();
  }
  return true;
}

// The assist: the real CPU does not even leave the guest's instructions. What ends by an exception has changed nothing, and
// comes again as a trap.
bool Monitor::carry_out(Cpu& real, const u8* bytes, u32 address) {
  VirtualMachine& machine = *present_;
  Cpu& cpu = machine.cpu();
  const u8 first = bytes[0], second = bytes[1];
  if (assist_ != AssistLevel::vma || cpu.psw.problem || !machine.has_extended_control()) return false;
  const bool asks = asks_channels(first, second);
  if (!only_computes(first, second) && !asks && !sets_harmless_mask(cpu, bytes)) return false;
  const PartScope scope(part::kTrap);
  const TimedTrap timed(machine.counters.sample);
  try {
    if (resets_reference_bit(first, second)) {
      const PartScope simulation(part::of_instruction(first, second));
      const Insn i = decode<Format::S>(bytes, address, 2);
      cpu.gr[i.b2] = real.gr[i.b2];
      routines::RRB(cpu, i);
    } else {
      std::copy(std::begin(real.gr), std::end(real.gr), cpu.gr);
      kPlainHandlers[first](cpu, bytes, address);
      std::copy(std::begin(cpu.gr), std::end(cpu.gr), real.gr);
    }
  } catch (const ProgramException&) {
    return false;
  } catch (const PagingError& error) {
    halt(machine, error);
    return true;
  }
  SlowExit::waste();
  if (sets_cc(first, second)) real.psw.cc = cpu.psw.cc;
  // Only condition code 1 tells of a change: a CSW has been stored.
  if (asks && (cpu.psw.cc == 1 || machine.pause_ != 0 || cpu.polling.is_suspected())) {
    look_at(machine);
    leave_engine();
  }
  timed.count(machine.counters, Cause::simulated, TrapCounters::index(first, second));
  return true;
}

// True if something is due before the real machine will look at the time by itself.
bool Monitor::is_due_early() const {
  const Cpu& cpu = real_->cpu();
  const Clocks& clocks = real_->clocks();
  if (clocks.mode() == TimeMode::real_time) return true;
  return clocks.instructions_until(next_event(), cpu.instructions()) < static_cast<u64>(cpu.budget);
}

// Leaves the state of the machine on its virtual CPU. True if the guest goes on in the same context, and nothing is to be done
// for it.
bool Monitor::trap(VirtualMachine& machine, const Interruption& interruption) {
  const PartScope scope(part::kTrap);
  const TimedTrap timed(machine.counters.sample);
  SlowExit::waste();
  if (registers_in_real_) fetch_registers(machine);
  try {
    const Trapped trapped = simulate(machine, interruption);
    timed.count(machine.counters, trapped.cause, trapped.instruction);
    return trapped.goes_on;
  } catch (const PagingError& error) {
    halt(machine, error);
    return false;
  }
}

Monitor::Trapped Monitor::simulate(VirtualMachine& machine, const Interruption& interruption) {
  Cpu& cpu = machine.cpu();
  if (interruption.cls == InterruptionClass::supervisor_call) {
    cpu.supervisor_call_interruption(static_cast<u8>(interruption.code), interruption.ilc);
    return {Cause::supervisor_call};
  }
  const auto code = static_cast<ProgramCode>(interruption.code);
  if (code == ProgramCode::page_translation) {
    if (const auto page = translator_->take_fault()) {
      const PartScope paging(part::kPaging);
      machine.storage().bring_in(*page);
      return {Cause::page_fault};
    }
  }
  if (code == ProgramCode::privileged_operation && !cpu.psw.problem) {
    return step(machine, interruption.ilc);
  }
  cpu.details = real_->cpu().details;
  cpu.program_interruption(code, interruption.ilc);
  return {Cause::program};
}

// Carries out the instruction that has trapped, on the virtual CPU: it is privileged, or it executes one that is.
Monitor::Trapped Monitor::step(VirtualMachine& machine, u8 ilc) {
  Cpu& cpu = machine.cpu();
  const u32 address = (cpu.psw.address - 2 * ilc) & kAddressMask;
  u8 buffer[6];
  u8 first = 0, second = 0;
  bool is_completed = true;
  const bool had_dat = cpu.psw.dat();
  PartScope scope(part::kTrap);
  cpu.budget_end = cpu.instructions() + 1;
  cpu.budget = 1;
  try {
    const u8* bytes = cpu.fetch_instruction(address, buffer);
    first = bytes[0];
    second = bytes[1];
    scope.become(part::of_instruction(first, second));
    if (may_store_status(first)) std::copy(std::begin(real_->cpu().fpr), std::end(real_->cpu().fpr), cpu.fpr);
    if (machine.has_extended_control()) [[likely]] {
      cpu.psw.address = kPlainHandlers[first](cpu, bytes, address);
    } else {
      cpu.psw.address = execute_in_basic_control(cpu, bytes, address);
    }
  } catch (const ProgramException& exception) {
    cpu.psw.address = end_by_exception(cpu, exception.code, address, static_cast<u8>(instruction_length(first) / 2));
    is_completed = false;
  }
  if (cpu.budget == 0 && !only_changes_masks(first)) {
    real_->cpu().clocks().show_tod_of(cpu.clocks());
    look_at(machine);
    if (is_due_early()) real_->cpu().leave();
  }
  const bool keeps_context = only_computes(first, second) || (sets_system_mask(first) && cpu.psw.dat() == had_dat &&
                                                              !cpu.is_watched() && !cpu.has_interruption_to_take());
  return {.cause = Cause::simulated,
          .instruction = TrapCounters::index(first, second),
          .goes_on = is_completed && keeps_context};
}

// False if there is no end to them.
bool Monitor::take_interruptions(VirtualMachine& machine) {
  Cpu& cpu = machine.cpu();
  for (unsigned taken = 0; !machine.after_instruction_ && cpu.take_pending_interruption(); ++taken) {
    if (taken == kEndlessString) return false;
    machine.pause_ = machine.polls_at_ = 0;
  }
  return true;
}

bool Monitor::settle(VirtualMachine& machine) {
  Cpu& cpu = machine.cpu();
  if (machine.after_instruction_) return false;
  try {
    bool ends = take_interruptions(machine);
    if (ends && (cpu.psw.wait || cpu.stopped)) {
      cpu.look_at_time();  // since it will not be for a while
      ends = take_interruptions(machine);
    }
    if (!ends) {
      cpu.look_at_time();
      halt(machine, "PROGRAM INTERRUPT LOOP");
      return false;
    }
  } catch (const PagingError& error) {
    halt(machine, error);
    return false;
  }
  if (machine.after_instruction_) return false;
  if (cpu.psw.ec_mode && !machine.has_extended_control()) {
    halt(machine, fmt::format("INVALID PSW '{:08X} {:08X}'", cpu.psw.pack() >> 32, static_cast<u32>(cpu.psw.pack())));
    return false;
  }
  if (cpu.stopped) {
    halt(machine, "STOPPED");
    return false;
  }
  if (cpu.psw.wait) {
    if (!cpu.external_interruption_possible() && cpu.enabled_channels() == 0) {
      halt(machine,
           fmt::format("DISABLED WAIT PSW '{:08X} {:08X}'", cpu.psw.pack() >> 32, static_cast<u32>(cpu.psw.pack())));
      return false;
    }
    machine.state_ = VirtualMachine::State::waiting;
    machine.schedule.is_ready = false;
    return false;
  }
  if (const u64 pause = std::exchange(machine.pause_, 0); pause > 0) machine.polls_at_ = real_->cpu().now() + pause;
  if (real_->cpu().now() < machine.polls_at_) {
    machine.state_ = VirtualMachine::State::polling;
    machine.schedule.is_ready = false;
    return false;
  }
  if (machine.state_ != VirtualMachine::State::ready) wake_up(machine);
  return !cpu.is_watched();
}

// Lets the machine's guest go on in the context in which it trapped, which is still that of the real CPU.
void Monitor::resume(VirtualMachine& machine) {
  Cpu& real = real_->cpu();
  const Cpu& cpu = machine.cpu();
  std::copy(std::begin(cpu.gr), std::end(cpu.gr), real.gr);
  real.psw.cc = cpu.psw.cc;
  real.psw.address = cpu.psw.address;
  registers_in_real_ = true;
}

// Lets the machine's guest go on, on the real CPU. Nothing is pending for it.
void Monitor::go_on(VirtualMachine& machine) { store_registers(machine); }

// ---- State ----

void Monitor::fetch_registers(VirtualMachine& machine) {
  const Cpu& real = real_->cpu();
  Cpu& cpu = machine.cpu();
  std::copy(std::begin(real.gr), std::end(real.gr), cpu.gr);
  cpu.psw.cc = real.psw.cc;
  if (cpu.psw.program_mask != real.psw.program_mask) cpu.set_program_mask(real.psw.program_mask);
  cpu.psw.address = real.psw.address;
  registers_in_real_ = false;
}

void Monitor::store_registers(VirtualMachine& machine) {
  Cpu& real = real_->cpu();
  const Cpu& cpu = machine.cpu();
  std::copy(std::begin(cpu.gr), std::end(cpu.gr), real.gr);
  real.psw = {.ec_mode = true,
              .problem = true,
              .system_mask = kRealSystemMask,
              .key = cpu.psw.key,
              .cc = cpu.psw.cc,
              .program_mask = cpu.psw.program_mask,
              .address = cpu.psw.address};
  real.cr[8] = cpu.cr[8];
  ShadowTable& table = machine.shadow_tables().find(guest_context(cpu));
  translator_->set_table(&table);
  registers_in_real_ = true;
  if (real.cr[1] == table.number) return real.psw_changed();
  real.cr[0] = (real.cr[0] & ~kLowAddressProtection) | (cpu.cr[0] & kLowAddressProtection);
  real.cr[1] = table.number;
  real.context_changed(table.known_maps);
}

}  // namespace replica::vmm
