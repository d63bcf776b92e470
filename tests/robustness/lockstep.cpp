#include "tests/robustness/lockstep.h"

#include <fmt/format.h>

#include <algorithm>

#include "tests/cpu/snapshot.h"
#include "tests/robustness/loop_guest.h"
#include "tests/robustness/random_guest.h"

namespace replica {
namespace {

std::unique_ptr<GuestSource> make_source(const LockstepOptions& options) {
  if (options.guests == GuestKind::loops) return std::make_unique<LoopGuest>(options.seed);
  return std::make_unique<RandomGuest>(options.seed);
}

struct Side {
  std::unique_ptr<Machine> machine;
  FakeChannels channels;
  std::unique_ptr<GuestSource> guest;

  explicit Side(const LockstepOptions& lockstep) : guest(make_source(lockstep)) {
    MachineOptions options;
    options.storage_bytes = guest->choose_storage_size();
    machine = std::move(Machine::create(options, &channels).value());
    guest->fill(*machine, channels);
    guest->start(*machine);
  }
};

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
  if (reason == StopReason::interruption_loop) side.machine->system_reset(false);
  side.guest->start(*side.machine);
}

// Where a run is divided must not matter.
StopReason run_in_two_parts(Machine& machine, u64 first_limit, u64 limit) {
  const StopReason reason = machine.run(first_limit);
  return reason == StopReason::instruction_limit ? machine.run(limit) : reason;
}
StopReason run_in_parts(Machine& machine, u64 limit, u32 largest, oracle::Random& random) {
  if (largest == 0) return machine.run(limit);
  StopReason reason = StopReason::instruction_limit;
  while (reason == StopReason::instruction_limit && machine.cpu().instructions() < limit) {
    reason = machine.run(std::min(limit, machine.cpu().instructions() + 1 + random.below(largest)));
  }
  return reason;
}

u32 choose_length(const LockstepOptions& options, oracle::Random& random) {
  const u32 short_ones = options.guests == GuestKind::loops ? 60 : 90;
  return 1 + random.below(random.chance(short_ones) ? 100 : 2000);
}

std::string difference_between(Side& plain, Side& watched) {
  std::string text;
  const u64 executed = plain.machine->cpu().instructions(), others = watched.machine->cpu().instructions();
  if (executed != others) text += fmt::format("plain: {} instructions, watched: {}\n", executed, others);
  if (plain.machine->cpu().external_pending() != watched.machine->cpu().external_pending() ||
      plain.channels.any_pending() != watched.channels.any_pending()) {
    text += "other interruptions are pending\n";
  }
  if (plain.channels.calls != watched.channels.calls) text += "other I/O instructions have been performed\n";
  const Snapshot state(*plain.machine), other_state(*watched.machine);
  if (!(state == other_state)) text += state.difference(other_state);
  return text;
}

}  // namespace

LockstepOutcome run_lockstep(const LockstepOptions& options, Coverage* coverage) {
  oracle::Random random(~options.seed);
  Side plain(options), watched(options);
  std::unique_ptr<Engine> engine;
  if (options.engine) {
    engine = options.engine(plain.machine->cpu());
    plain.machine->set_engine(*engine);
  }
  watched.machine->cpu().paranoid = true;
  observe(watched.machine->cpu(), options.trace, coverage);

  LockstepOutcome outcome;
  for (unsigned slice = 0; slice < options.slices && outcome.difference.empty(); ++slice) {
    const u64 begin = plain.machine->cpu().instructions();
    const u32 length = choose_length(options, random);
    const StopReason reason = run_in_parts(*plain.machine, begin + length, options.largest_budget, random);
    const StopReason other_reason = run_in_two_parts(*watched.machine, begin + random.below(length), begin + length);
    outcome.instructions = plain.machine->cpu().instructions();
    if (reason != other_reason) {
      outcome.difference = fmt::format("plain: {}, watched: {}\n", describe(reason), describe(other_reason));
    }
    outcome.difference += difference_between(plain, watched);
    if (!outcome.difference.empty()) outcome.difference += fmt::format("after slice {}\n", slice);
    for (Side* side : {&plain, &watched}) side->guest->disturb(*side->machine, side->channels);
    if (reason == StopReason::instruction_limit && random.chance(50)) continue;
    resume(plain, reason);
    resume(watched, reason);
  }
  return outcome;
}

}  // namespace replica
