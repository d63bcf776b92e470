#include "tests/robustness/lockstep.h"

#include <fmt/format.h>

#include <algorithm>

#include "tests/cpu/snapshot.h"
#include "tests/robustness/loop_guest.h"
#include "tests/robustness/random_guest.h"
#include "vmm/monitor.h"

namespace replica {
namespace {

std::unique_ptr<GuestSource> make_source(const LockstepOptions& options) {
  if (options.guests == GuestKind::bytes) return std::make_unique<RandomGuest>(options.seed);
  return std::make_unique<LoopGuest>(options.seed, options.guests == GuestKind::privileged);
}

// A guest on a machine of some kind.
struct Side {
  explicit Side(const LockstepOptions& lockstep) : guest(make_source(lockstep)) {}
  virtual ~Side() = default;

  // The machine that the guest sees.
  virtual Machine& machine() = 0;
  // The CPU that counts its instructions.
  virtual Cpu& counting_cpu() { return machine().cpu(); }
  virtual StopReason run(u64 limit) { return machine().run(limit); }
  virtual void reset() { machine().system_reset(false); }
  virtual void set_engine(Engine& engine) { machine().set_engine(engine); }

  u64 instructions() { return counting_cpu().instructions(); }
  void begin() {
    guest->fill(machine(), channels);
    guest->start(machine());
  }

  FakeChannels channels;
  std::unique_ptr<GuestSource> guest;
};

struct BareSide final : Side {
  explicit BareSide(const LockstepOptions& lockstep) : Side(lockstep) {
    MachineOptions options;
    options.storage_bytes = guest->choose_storage_size();
    bare = std::move(Machine::create(options, &channels).value());
    begin();
  }
  Machine& machine() override { return *bare; }

  std::unique_ptr<Machine> bare;
};

// In a virtual machine. All of its storage is in frames from the beginning, since an instruction that is begun again after a
// page has been brought in takes its time again.
struct VirtualSide final : Side {
  explicit VirtualSide(const LockstepOptions& lockstep) : Side(lockstep) {
    vmm::MonitorOptions options;
    options.assist =
        lockstep.virtual_machine == VirtualMachineKind::none ? vmm::AssistLevel::none : vmm::AssistLevel::vma;
    monitor = std::move(vmm::Monitor::create(options).value());
    monitor->on_stop([this](vmm::VirtualMachine&, const std::string& why) { stopped = why; });
    virtual_machine = monitor
                          ->create_machine({.name = "GUEST",
                                            .storage_bytes = guest->choose_storage_size(),
                                            .identity = {},
                                            .timer = vmm::TimerMode::real,
                                            .other_channels = &channels})
                          .value();
    vmm::GuestStorage& storage = virtual_machine->storage();
    for (u32 page = 0; page < storage.size() >> kPageShift; ++page) storage.bring_in(page);
    begin();
  }
  Machine& machine() override { return virtual_machine->machine(); }
  Cpu& counting_cpu() override { return monitor->real().cpu(); }

  StopReason run(u64 limit) override {
    stopped.clear();
    monitor->stop(*virtual_machine);  // its PSW may be another one by now
    monitor->start(*virtual_machine);
    const StopReason reason = monitor->real().run(limit);
    monitor->release_cpu();
    // A bare machine looks at the limit first.
    const bool is_limit = instructions() >= limit;
    if (stopped.starts_with("DISABLED WAIT"))
      return is_limit ? StopReason::instruction_limit : StopReason::disabled_wait;
    if (stopped.starts_with("PROGRAM INTERRUPT LOOP")) return StopReason::interruption_loop;
    return stopped.empty() ? reason : StopReason::stopped;
  }
  void set_engine(Engine& engine) override { monitor->real().set_engine(engine); }
  void reset() override { monitor->system_reset(*virtual_machine, false); }

  std::unique_ptr<vmm::Monitor> monitor;
  vmm::VirtualMachine* virtual_machine = nullptr;
  std::string stopped;
};

std::unique_ptr<Side> make_first_side(const LockstepOptions& options) {
  if (options.virtual_machine == VirtualMachineKind::bare) return std::make_unique<BareSide>(options);
  return std::make_unique<VirtualSide>(options);
}

void observe(Cpu& cpu, bool trace, Coverage* coverage) {
  if (!trace && !coverage) return;
  cpu.trace = [trace, coverage](Cpu& c, u32 address, const u8* bytes) {
    const InstructionInfo* info = find_instruction(bytes[0], bytes[1]);
    if (info && coverage) coverage->set(static_cast<u8>(info->opcode));
    if (!trace) return;
    fmt::print("{:06X} {:016X} {:04X}{:04X} {}\n", address, c.psw.pack(), load_be16(bytes), load_be16(bytes + 2),
               info ? info->mnemonic : "?");
    for (const u32 gr : c.gr) fmt::print("{:08X} ", gr);
    fmt::print("\n");
  };
}

// After whatever stopped it, or because it is in a loop, the guest goes on elsewhere.
void resume(Side& side, StopReason reason) {
  if (reason == StopReason::interruption_loop) side.reset();
  side.guest->start(side.machine());
}

// Where a run is divided must not matter.
StopReason run_in_two_parts(Side& side, u64 first_limit, u64 limit) {
  const StopReason reason = side.run(first_limit);
  return reason == StopReason::instruction_limit ? side.run(limit) : reason;
}
StopReason run_in_parts(Side& side, u64 limit, u32 largest, oracle::Random& random) {
  if (largest == 0) return side.run(limit);
  StopReason reason = StopReason::instruction_limit;
  while (reason == StopReason::instruction_limit && side.instructions() < limit) {
    reason = side.run(std::min(limit, side.instructions() + 1 + random.below(largest)));
  }
  return reason;
}

u32 choose_length(const LockstepOptions& options, oracle::Random& random) {
  const u32 short_ones = options.guests == GuestKind::bytes ? 90 : 60;
  return 1 + random.below(random.chance(short_ones) ? 100 : 2000);
}

// The first doublewords that differ.
std::string difference_of_storage(Side& one, Side& other) {
  constexpr unsigned kMost = 8;
  std::string text;
  unsigned lines = 0;
  Storage &storage = one.machine().storage(), &other_storage = other.machine().storage();
  for (u32 address = 0; address < storage.size() && lines < kMost; address += 8) {
    const u64 a = load_be64(storage.at(address)), b = load_be64(other_storage.at(address));
    if (a == b) continue;
    text += fmt::format("{:06X}: {:016X} and {:016X}\n", address, a, b);
    ++lines;
  }
  return text;
}

std::string difference_between(Side& plain, Side& watched) {
  std::string text;
  const u64 executed = plain.instructions(), others = watched.instructions();
  if (executed != others) text += fmt::format("plain: {} instructions, watched: {}\n", executed, others);
  if (plain.machine().cpu().external_pending() != watched.machine().cpu().external_pending() ||
      plain.channels.any_pending() != watched.channels.any_pending()) {
    text += fmt::format("other interruptions are pending: external {:X} and {:X}, I/O {} and {}\n",
                        plain.machine().cpu().external_pending(), watched.machine().cpu().external_pending(),
                        plain.channels.any_pending(), watched.channels.any_pending());
  }
  if (plain.channels.calls != watched.channels.calls) text += "other I/O instructions have been performed\n";
  const Snapshot state(plain.machine(), executed), other_state(watched.machine(), others);
  if (!(state == other_state)) text += state.difference(other_state) + difference_of_storage(plain, watched);
  return text;
}

}  // namespace

LockstepOutcome run_lockstep(const LockstepOptions& options, Coverage* coverage) {
  oracle::Random random(~options.seed);
  const std::unique_ptr<Side> first = make_first_side(options), second = std::make_unique<BareSide>(options);
  Side &plain = *first, &watched = *second;
  std::unique_ptr<Engine> engine;
  if (options.engine) {
    engine = options.engine(plain.counting_cpu());
    plain.set_engine(*engine);
  }
  for (Side* side : {&plain, &watched}) {
    side->machine().cpu().maps().set_remembers_translations(options.remember_translations);
    side->counting_cpu().maps().set_remembers_translations(options.remember_translations);
  }
  watched.machine().cpu().paranoid = true;
  observe(watched.machine().cpu(), options.trace, coverage);

  LockstepOutcome outcome;
  for (unsigned slice = 0; slice < options.slices && outcome.difference.empty(); ++slice) {
    const u64 begin = plain.instructions();
    const u32 length = choose_length(options, random);
    const StopReason reason = run_in_parts(plain, begin + length, options.largest_budget, random);
    const StopReason other_reason = run_in_two_parts(watched, begin + random.below(length), begin + length);
    outcome.instructions = plain.instructions();
    if (reason != other_reason) {
      outcome.difference = fmt::format("plain: {}, watched: {}\n", describe(reason), describe(other_reason));
    }
    outcome.difference += difference_between(plain, watched);
    if (!outcome.difference.empty()) outcome.difference += fmt::format("after slice {}\n", slice);
    for (Side* side : {&plain, &watched}) side->guest->disturb(side->machine(), side->channels);
    if (reason == StopReason::instruction_limit && random.chance(50)) continue;
    resume(plain, reason);
    resume(watched, reason);
  }
  return outcome;
}

}  // namespace replica
