// The engines that the robustness tests run beside the watched interpreter, and how.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "jit/translating_engine.h"

namespace replica {

struct EngineSetting {
  std::string name;
  bool translates = true;
  TranslatingOptions options;
  u32 largest_budget = 0;        // as in LockstepOptions
  bool also_interprets = false;  // takes turns with the interpreter
};

const std::vector<std::string>& engine_names();

// The setting of a name; that of "mixed" differs from one seed to the next. Empty name: there is no such engine.
EngineSetting engine_setting(const std::string& name, u64 seed);

// What translating engines have done in all.
struct EngineTotals {
  u64 blocks = 0;  // translated
  u64 entries = 0;
  u64 invalidations = 0;
  u64 flushes = 0;
  u64 refused = 0;

  void add(const TranslatingCounters& counters);
};

// Adds to the totals when the engine goes. Null for the interpreter.
std::unique_ptr<Engine> make_engine(const EngineSetting& setting, Cpu& cpu, EngineTotals& totals);

}  // namespace replica
