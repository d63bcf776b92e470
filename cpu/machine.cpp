#include "cpu/machine.h"

#include <algorithm>

#include "base/part_clock.h"
#include "cpu/interpreter.h"

namespace replica {
namespace {

// In real time, how long instructions may run before the clocks and the outside world are looked at: a fifth of a tick of the
// interval timer. How many these are depends on the engine and on what they do, and is found by trying.
constexpr u64 kSliceTime = 20 * kUnitsPerMicrosecond;
constexpr u64 kShortestSlice = 1'000;
constexpr u64 kLongestSlice = 32'000;
// In real time, how soon an event of the channels must be for a waiting CPU not to sleep until then.
constexpr u64 kSoon = 100 * kUnitsPerMicrosecond;
// In virtual time a slice is bounded by the next event, at most a tick of the interval timer; this is only for the stop key.
constexpr u64 kVirtualTimeSlice = 1'000'000;
// An invalid program new PSW, or a new PSW that allows the lasting condition which it was loaded for, makes a string of
// interruptions without end. There are never this many conditions pending.
constexpr unsigned kEndlessString = 10'000;
// How long a waiting CPU sleeps in real time before it looks whether a key has been pressed. Channels wake it at once.
constexpr std::chrono::milliseconds kLongestSleep{20};

// What a machine without channels has: every I/O address is not operational.
class NoChannels final : public Channels {
 public:
  u8 instruction(const IoContext&, IoInstruction, u16) override { return 3; }
  bool any_pending() const override { return false; }
  bool pending(u32) const override { return false; }
  u16 accept(const IoContext&, u32) override { return 0; }
  u64 next_event() const override { return kNever; }
  void advance(const IoContext&) override {}
  bool expects_outside_event() const override { return false; }
  void reset() override {}
};

}  // namespace

std::string_view describe(StopReason reason) {
  switch (reason) {
    case StopReason::instruction_limit: return "instruction limit reached";
    case StopReason::time_limit: return "time limit reached";
    case StopReason::requested: return "interrupted by request";
    case StopReason::stopped: return "stopped";
    case StopReason::disabled_wait: return "disabled wait state";
    case StopReason::idle_wait: return "wait state that nothing can end";
    case StopReason::interruption_loop: return "endless string of interruptions";
  }
  return "";
}

Result<std::unique_ptr<Machine>> Machine::create(const MachineOptions& options, Channels* channels) {
  auto storage = Storage::create(options.storage_bytes);
  if (!storage) return tl::unexpected(storage.error());
  return create(std::move(*storage), options, channels);
}

std::unique_ptr<Machine> Machine::create(std::unique_ptr<Storage> storage, const MachineOptions& options,
                                         Channels* channels, std::unique_ptr<Translator> translator) {
  std::unique_ptr<Machine> machine(new Machine);
  machine->storage_ = std::move(storage);
  machine->clocks_ = std::make_unique<Clocks>(options.clocks);
  machine->translator_ = translator ? std::move(translator) : std::make_unique<RealTranslator>(*machine->storage_);
  if (!channels) {
    machine->no_channels_ = std::make_unique<NoChannels>();
    channels = machine->no_channels_.get();
  }
  machine->cpu_ = std::make_unique<Cpu>(*machine->storage_, *machine->clocks_, *machine->translator_, *channels);
  machine->cpu_->identity = options.identity;
  machine->interpreter_ = std::make_unique<Interpreter>();
  machine->engine_ = machine->interpreter_.get();
  machine->clocks_->stop(machine->cpu_->now());
  return machine;
}

Machine::~Machine() = default;

void Machine::restart() {
  cpu_->restart_interruption();
  cpu_->stopped = false;
}

void Machine::system_reset(bool clear) {
  cpu_->channels().reset();
  cpu_->initial_reset();
  if (!clear) return;
  storage_->clear();
  cpu_->clear_registers();
}

Status Machine::initial_program_load(u16 address, bool clear) {
  system_reset(clear);
  if (Status status = cpu_->channels().load(address, cpu_->io_context()); !status) return status;
  cpu_->load_psw(load_be64(cpu_->fetch_low(0)));
  return {};
}

// `time` is that of the last look.
void Machine::adapt_slice(u64 time) {
  const u64 taken = time - slice_.begun;
  slice_.begun = time;
  const bool used_up = cpu_->instructions() == slice_.end;
  if (used_up && taken < kSliceTime / 2) slice_.length = std::min(2 * slice_.length, kLongestSlice);
  if (taken > kSliceTime) slice_.length = std::max(slice_.length / 2, kShortestSlice);
}

u64 Machine::instructions_to_event() const {
  const u64 executed = cpu_->instructions();
  const u64 to_event = clocks_->instructions_until(std::min(cpu_->next_event(), until_), executed);
  return std::min({limit_ - executed, kVirtualTimeSlice, to_event});
}

void Machine::grant_budget() {
  const u64 executed = cpu_->instructions();
  u64 budget = std::min(instructions_left(), slice_.length);
  slice_.end = executed + budget;
  if (clocks_->mode() == TimeMode::virtual_time) budget = instructions_to_event();
  cpu_->budget = static_cast<i64>(budget);
  cpu_->budget_end = executed + budget;
}

bool Machine::skip_polling() {
  if (clocks_->mode() != TimeMode::virtual_time || cpu_->is_watched()) return false;
  if (instructions_to_event() <= PollingLoop::kLongest) return false;
  const u64 length = cpu_->polling.go_round(*cpu_, [this] {
    cpu_->budget_end = cpu_->instructions() + 1;
    cpu_->budget = 1;
    interpreter_->run(*cpu_);
  });
  if (length != 0) cpu_->budget_end += instructions_to_event() / length * length;
  return true;
}

bool Machine::wait(StopReason& reason) {
  const bool enabled = cpu_->external_interruption_possible() || cpu_->enabled_channels() != 0;
  if (!enabled) {
    reason = StopReason::disabled_wait;
    return false;
  }
  const u64 wake_up = std::min(cpu_->next_wake_up(), until_);
  if (wake_up == kNever && !cpu_->channels().expects_outside_event()) {
    reason = StopReason::idle_wait;
    return false;
  }
  if (clocks_->mode() == TimeMode::virtual_time && wake_up != kNever) {
    clocks_->skip_to(wake_up, cpu_->instructions());
    return true;
  }
  const u64 now = cpu_->now();
  if (const u64 event = cpu_->channels().next_operation(); event < now + kSoon) {
    IoContext context = cpu_->io_context();
    context.now = std::max(context.now, event);
    cpu_->channels().advance(context);
    return true;
  }
  const u64 distance = wake_up > now ? (wake_up - now) / kUnitsPerMicrosecond : 0;
  cpu_->channels().wait_for_outside_event(std::min<std::chrono::microseconds>(
      kLongestSleep, std::chrono::microseconds(std::min<u64>(distance, 1'000'000))));
  return true;
}

StopReason Machine::run(u64 limit, u64 until) {
  limit_ = limit;
  until_ = until;
  clocks_->start(cpu_->now());
  cpu_->stopped = false;
  const StopReason reason = operate();
  if (cpu_->stopped) clocks_->stop(cpu_->now());
  return reason;
}

StopReason Machine::operate() {
  Cpu& cpu = *cpu_;
  StopReason reason = StopReason::stopped;
  for (;;) {
    if (key_requested_.exchange(false, std::memory_order_relaxed)) cpu.request_external(Cpu::kInterruptKey);
    adapt_slice(cpu.look_at_time());
    // One after the other, so that the PSW exchanged last runs first.
    for (unsigned taken = 0; cpu.take_pending_interruption(); ++taken) {
      if (taken == kEndlessString) return StopReason::interruption_loop;
    }
    if (cpu.stopped || stop_requested_.exchange(false, std::memory_order_relaxed)) {
      cpu.stopped = true;
      return StopReason::stopped;
    }
    if (return_requested_.exchange(false, std::memory_order_relaxed)) return StopReason::requested;
    if (cpu.instructions() >= limit_) return StopReason::instruction_limit;
    if (until_ != kNever && cpu.now() >= until_) return StopReason::time_limit;
    if (cpu.psw.wait) {
      if (!wait(reason)) return reason;
      continue;
    }
    if (cpu.polling.is_suspected() && skip_polling()) continue;
    grant_budget();
    const PartScope scope(part::kEngine);
    engine_->run(cpu);
  }
}

}  // namespace replica
