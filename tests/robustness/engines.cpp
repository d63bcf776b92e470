#include "tests/robustness/engines.h"

#include <limits>

#include "tests/oracle/random.h"

namespace replica {
namespace {

// So small that few blocks have room beside the reserve for the next one.
constexpr std::size_t kSmallCache = 136 * 1024;
constexpr std::size_t kCache = 1024 * 1024;

class CountedEngine final : public Engine {
 public:
  CountedEngine(Cpu& cpu, const EngineSetting& setting, EngineTotals& totals)
      : engine_(std::move(*TranslatingEngine::create(cpu, setting.options))),
        also_interprets_(setting.also_interprets),
        totals_(totals) {}
  ~CountedEngine() override { totals_.add(engine_->counters()); }

  void run(Cpu& cpu) override {
    if (also_interprets_ && ++runs_ % 3 == 0) return interpreter_.run(cpu);
    engine_->run(cpu);
  }

 private:
  std::unique_ptr<TranslatingEngine> engine_;
  Interpreter interpreter_;
  bool also_interprets_;
  u64 runs_ = 0;
  EngineTotals& totals_;
};

EngineSetting mixed(u64 seed) {
  oracle::Random random(seed);
  EngineSetting setting{.name = "mixed", .options = {.cache_bytes = kCache}};
  const u32 thresholds[] = {0, 0, 1, 2, 20};
  setting.options.threshold = random.pick(thresholds);
  if (random.chance(30)) setting.options.cache_bytes = kSmallCache;
  if (random.chance(30)) setting.options.short_life = std::numeric_limits<u64>::max();
  if (random.chance(30)) setting.options.most_failures = 1;
  if (random.chance(50)) setting.largest_budget = random.between(1, 40);
  setting.also_interprets = random.chance(50);
  return setting;
}

// Regions of what is executed for the second time, with small budgets for some guests.
EngineSetting regions(u64 seed) {
  oracle::Random random(seed);
  EngineSetting setting{.name = "llvm", .options = {.threshold = 1, .cache_bytes = kCache}};
  setting.options.regions = {.use = RegionOptions::Use::at_once,
                             .limits = {.instructions = random.between(4, 40), .must_loop = false}};
  if (random.chance(30)) setting.options.short_life = std::numeric_limits<u64>::max();
  if (random.chance(50)) setting.largest_budget = random.between(1, 40);
  setting.also_interprets = random.chance(30);
  return setting;
}

}  // namespace

const std::vector<std::string>& engine_names() {
  static const std::vector<std::string> names = {"interpreter", "asmjit", "tiered", "once", "flushed", "mixed", "llvm"};
  return names;
}

EngineSetting engine_setting(const std::string& name, u64 seed) {
  if (name == "interpreter") return {.name = name, .translates = false, .options = {}};
  if (name == "asmjit") return {.name = name, .options = {.threshold = 0, .cache_bytes = kCache}};
  if (name == "tiered") return {.name = name, .options = {.cache_bytes = kCache}};
  if (name == "once") return {.name = name, .options = {.threshold = 1, .cache_bytes = kCache}};
  if (name == "flushed") return {.name = name, .options = {.threshold = 0, .cache_bytes = kSmallCache}};
  if (name == "mixed") return mixed(seed);
  if (name == "llvm") return regions(seed);
  return {};
}

void EngineTotals::add(const TranslatingCounters& counters) {
  blocks += counters.blocks;
  entries += counters.entries;
  invalidations += counters.invalidations;
  flushes += counters.flushes;
  refused += counters.refused;
}

std::unique_ptr<Engine> make_engine(const EngineSetting& setting, Cpu& cpu, EngineTotals& totals) {
  if (!setting.translates) return nullptr;
  return std::make_unique<CountedEngine>(cpu, setting, totals);
}

}  // namespace replica
