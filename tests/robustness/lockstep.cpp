#include "tests/robustness/lockstep.h"

#include <fmt/format.h>

#include <array>

#include "tests/cpu/snapshot.h"
#include "tests/robustness/random_guest.h"

namespace replica {
namespace {

struct Side {
  std::unique_ptr<Machine> machine;
  FakeChannels channels;
  RandomGuest guest;

  explicit Side(u64 seed) : guest(seed) {
    MachineOptions options;
    options.storage_bytes = guest.choose_storage_size();
    machine = std::move(Machine::create(options, &channels).value());
    guest.fill(*machine, channels);
    guest.start(*machine);
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
  side.guest.start(*side.machine);
}

// Where a run is divided must not matter.
StopReason run_in_two_parts(Machine& machine, u64 first_limit, u64 limit) {
  const StopReason reason = machine.run(first_limit);
  return reason == StopReason::instruction_limit ? machine.run(limit) : reason;
}

}  // namespace

LockstepOutcome run_lockstep(const LockstepOptions& options, Coverage* coverage) {
  oracle::Random random(~options.seed);
  Side plain(options.seed), watched(options.seed);
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
    const u32 length = 1 + random.below(random.chance(90) ? 100 : 2000);
    const StopReason reason = plain.machine->run(begin + length);
    const StopReason other_reason = run_in_two_parts(*watched.machine, begin + random.below(length), begin + length);
    outcome.instructions = plain.machine->cpu().instructions();
    if (reason != other_reason) {
      outcome.difference = fmt::format("plain: {}, watched: {}\n", describe(reason), describe(other_reason));
    }
    if (watched.machine->cpu().instructions() != outcome.instructions) {
      outcome.difference += fmt::format("plain: {} instructions, watched: {}\n", outcome.instructions,
                                        watched.machine->cpu().instructions());
    }
    const Snapshot state(*plain.machine), other_state(*watched.machine);
    if (!(state == other_state)) outcome.difference += state.difference(other_state);
    if (!outcome.difference.empty()) outcome.difference += fmt::format("after slice {}\n", slice);
    if (reason == StopReason::instruction_limit && random.chance(50)) continue;
    resume(plain, reason);
    resume(watched, reason);
  }
  return outcome;
}

}  // namespace replica
