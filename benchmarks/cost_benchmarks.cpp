// What the machine pays besides executing instructions, one benchmark for each: what happened is counted by the engine, and
// reported as items per second and as `each`, the time for one.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <chrono>

#include "benchmarks/benchmark_machine.h"

namespace replica {
namespace {

std::string kernel_image(const char* name) { return fmt::format("{}/{}.core", REPLICA_KERNEL_FOLDER, name); }

// Translates what is executed for the first time, however often it has been changed.
TranslatingOptions translating_at_once() {
  TranslatingOptions options = *engine_options("asmjit");
  options.short_life = 0;
  return options;
}

void report(benchmark::State& state, u64 events) {
  if (events == 0) return state.SkipWithError("what is to be measured did not happen");
  state.SetItemsProcessed(static_cast<i64>(events));
  state.counters["each"] =
      benchmark::Counter(static_cast<double>(events), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

// Runs the kernel in each iteration; `count` tells from the counters how much of what is measured has happened.
template <typename Count>
void repeat_kernel(benchmark::State& state, const char* image, Count count) {
  auto made = BenchmarkMachine::create(kernel_image(image), translating_at_once());
  if (!made) return state.SkipWithError(made.error().message.c_str());
  BenchmarkMachine& machine = **made;
  Status status = machine.start();
  const u64 before = count(machine.engine().counters());
  for ([[maybe_unused]] auto _ : state) {
    if (status) status = machine.repeat();
    if (!status) state.SkipWithError(status.error().message.c_str());
  }
  if (status) report(state, count(machine.engine().counters()) - before);
}

// From bytes of instructions to host code, for each guest instruction of a program that is loaded anew for each iteration. The
// time is the engine's own.
void translation(benchmark::State& state, const char* guest) {
  auto made = BenchmarkMachine::create(fmt::format("{}/{}.core", REPLICA_GUEST_FOLDER, guest), translating_at_once());
  if (!made) return state.SkipWithError(made.error().message.c_str());
  BenchmarkMachine& machine = **made;
  TranslatingCounters before = machine.engine().counters();
  const TranslatingCounters first = before;
  for ([[maybe_unused]] auto _ : state) {
    if (Status status = machine.start(); !status) return state.SkipWithError(status.error().message.c_str());
    const TranslatingCounters now = machine.engine().counters();
    state.SetIterationTime(static_cast<double>(now.nanoseconds - before.nanoseconds) * 1e-9);
    before = now;
  }
  report(state, before.instructions - first.instructions);
  state.counters["host_bytes"] =
      static_cast<double>(before.bytes - first.bytes) / static_cast<double>(before.instructions - first.instructions);
}
BENCHMARK_CAPTURE(translation, payroll, "payroll")->UseManualTime()->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(translation, selftest, "selftest")->UseManualTime()->Unit(benchmark::kMicrosecond);

// Into translated code and out of it, with a budget that is spent by one block of two instructions.
void entry_and_exit(benchmark::State& state) {
  auto made = BenchmarkMachine::create(kernel_image("enter-dat0-key0"), translating_at_once());
  if (!made) return state.SkipWithError(made.error().message.c_str());
  constexpr u64 kInstructions = 2;
  BenchmarkMachine& machine = **made;
  Cpu& cpu = machine.cpu();
  machine.load();
  machine.machine().run(1000);
  cpu.psw.address = cpu.gr[12];
  const TranslatingCounters before = machine.engine().counters();
  for ([[maybe_unused]] auto _ : state) {
    cpu.budget += kInstructions;
    cpu.budget_end += kInstructions;
    machine.engine().run(cpu);
  }
  const TranslatingCounters after = machine.engine().counters();
  if (after.interpreted != before.interpreted) return state.SkipWithError("some of it was interpreted");
  report(state, after.entries - before.entries);
}
BENCHMARK(entry_and_exit);

// SUPERVISOR CALL and the LPSW that returns, in one context.
void interruption(benchmark::State& state, const char* engine) {
  auto made = BenchmarkMachine::create(kernel_image("svc-dat0-key0"), engine_options(engine));
  if (!made) return state.SkipWithError(made.error().message.c_str());
  constexpr u64 kInstructionsOfRound = 3;  // of svc.s
  BenchmarkMachine& machine = **made;
  Status status = machine.start();
  const u64 before = machine.cpu().instructions();
  for ([[maybe_unused]] auto _ : state) {
    if (status) status = machine.repeat();
    if (!status) state.SkipWithError(status.error().message.c_str());
  }
  if (status) report(state, (machine.cpu().instructions() - before) / kInstructionsOfRound);
}
BENCHMARK_CAPTURE(interruption, interpreter, "interpreter")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(interruption, asmjit, "asmjit")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(interruption, tiered, "tiered")->Unit(benchmark::kMillisecond);

// An access whose entry in the access map is negative: the instruction is called, the tables are walked and the entry is filled.
void lookup_miss(benchmark::State& state) {
  repeat_kernel(state, "miss-dat64-key0", [](const TranslatingCounters& counters) { return counters.cold_calls; });
}
BENCHMARK(lookup_miss)->Unit(benchmark::kMillisecond);

// A store into translated code, of one block of two instructions, which is translated again when it is executed.
void invalidation(benchmark::State& state) {
  repeat_kernel(state, "invalidate-dat0-key0",
                [](const TranslatingCounters& counters) { return counters.invalidations; });
}
BENCHMARK(invalidation)->Unit(benchmark::kMillisecond);

// A jump that leaves the code since it is not linked, and is linked to code that there is: the ways out of the chain's blocks
// that the untimed run did not take.
void block_link(benchmark::State& state) {
  auto made = BenchmarkMachine::create(kernel_image("links-dat0-key0"), translating_at_once());
  if (!made) return state.SkipWithError(made.error().message.c_str());
  constexpr u32 kChain = 0x1800;
  BenchmarkMachine& machine = **made;
  Status status = machine.start();
  u64 links = 0;
  const auto run = [&](u32 way) {
    machine.cpu().gr[1] = way;
    if (status) status = machine.repeat();
  };
  for ([[maybe_unused]] auto _ : state) {
    machine.machine().storage().note_change(kChain, kBlockSize);
    run(0);
    const u64 before = machine.engine().counters().links;
    const auto begin = std::chrono::steady_clock::now();
    run(1);
    state.SetIterationTime(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    links += machine.engine().counters().links - before;
    if (!status) return state.SkipWithError(status.error().message.c_str());
  }
  report(state, links);
}
// The runs that are not timed take far longer than those that are, so their number is fixed.
BENCHMARK(block_link)->UseManualTime()->Iterations(200)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace replica

BENCHMARK_MAIN();
