#include "benchmarks/benchmark_machine.h"

#include "base/big_endian.h"
#include "base/check.h"
#include "tools/engine.h"

namespace replica {
namespace {

// Of benchmarks/kernels/wrap.s.
constexpr u32 kKernelPsw = 0x3D0;
// More than any of the images executes in a run.
constexpr u64 kMostInstructions = 20'000'000;

}  // namespace

std::optional<TranslatingOptions> engine_options(const std::string& name) {
  const auto options = tools::check_engine({.name = name});
  CHECK(options);
  if (!options->translates) return std::nullopt;
  return options->translating;
}

Result<std::unique_ptr<BenchmarkMachine>> BenchmarkMachine::create(const std::string& image,
                                                                   const std::optional<TranslatingOptions>& options) {
  std::unique_ptr<BenchmarkMachine> made(new BenchmarkMachine);
  auto core = tools::read_core(image + "@0", kMaxStorage);
  if (!core) return tl::unexpected(core.error());
  made->image_ = std::move(*core);
  auto machine = Machine::create({});
  if (!machine) return tl::unexpected(machine.error());
  made->machine_ = std::move(*machine);
  if (!options) return made;
  auto engine = TranslatingEngine::create(made->cpu(), *options);
  if (!engine) return tl::unexpected(engine.error());
  made->engine_ = std::move(*engine);
  made->machine_->set_engine(*made->engine_);
  return made;
}

void BenchmarkMachine::load() {
  tools::load_core(image_, machine_->storage());
  machine_->restart();
}

Status BenchmarkMachine::start() {
  load();
  return run_to_success();
}

Status BenchmarkMachine::repeat() {
  cpu().load_psw(load_be64(machine_->storage().data() + kKernelPsw));
  return run_to_success();
}

Status BenchmarkMachine::run_to_success() {
  const StopReason reason = machine_->run(cpu().instructions() + kMostInstructions);
  if (reason == StopReason::disabled_wait && cpu().psw.address == 0) return {};
  return fail("{}: expected the disabled wait state at 000000, found: {}, at {:06X}", image_.path, describe(reason),
              cpu().psw.address);
}

}  // namespace replica
