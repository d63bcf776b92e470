// Every kernel on every engine, with DAT off and on, with a PSW key of zero and another: instructions per second. What has to be
// done once, translation among it, is not measured.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <sstream>

#include "benchmarks/benchmark_machine.h"

namespace replica {
namespace {

struct Variant {
  const char* name;
  const char* image;  // the end of its image's name
};

constexpr Variant kVariants[] = {
    {"dat:off/key:0", "dat0-key0"},
    {"dat:off/key:8", "dat0-key8"},
    {"dat:on/key:0", "dat64-key0"},
    {"dat:on/key:8", "dat64-key8"},
};

void run_kernel(benchmark::State& state, const std::string& image, const std::string& engine) {
  auto machine = BenchmarkMachine::create(image, engine_options(engine));
  if (!machine) return state.SkipWithError(machine.error().message.c_str());
  Status status = (*machine)->start();
  const u64 before = (*machine)->cpu().instructions();
  for ([[maybe_unused]] auto _ : state) {
    if (status) status = (*machine)->repeat();
    if (!status) state.SkipWithError(status.error().message.c_str());
  }
  state.SetItemsProcessed(static_cast<i64>((*machine)->cpu().instructions() - before));
}

void register_benchmarks() {
  std::istringstream names(REPLICA_KERNEL_NAMES);
  for (std::string kernel; names >> kernel;) {
    for (const char* engine : {"interpreter", "asmjit", "tiered", "llvm"}) {
      for (const Variant& variant : kVariants) {
        const std::string image = fmt::format("{}/{}-{}.core", REPLICA_KERNEL_FOLDER, kernel, variant.image);
        const std::string name = fmt::format("{}/{}/{}", kernel, engine, variant.name);
        benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
          run_kernel(state, image, engine);
        })->Unit(benchmark::kMillisecond);
      }
    }
  }
}

}  // namespace
}  // namespace replica

int main(int argc, char** argv) {
  replica::register_benchmarks();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
