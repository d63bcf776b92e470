// Runs cases on the engines and compares. One case stands for many runs: it is repeated
//   - in BC and in EC mode, unless it asks for one of them;
//   - as the target of an EXECUTE, but for cases about DAT, prefixing, PER, or several instructions;
//   - a second time in the same machine, when storage accesses take the fast path, unless it is about keys or clocks;
//   - under program-event recording: every event that the expected state implies must be reported, and no other.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cpu/machine.h"
#include "tools/vectors/case.h"

namespace replica::vectors {

// What a case runs on. `prepare` is called for every fresh machine, and `make_engine`, if there is one, for its CPU.
struct Tier {
  std::string name;
  std::function<void(Machine&)> prepare;
  std::function<std::unique_ptr<Engine>(Cpu&)> make_engine = {};
  bool repeats_per = true;  // whether cases are also run under PER
};

// The interpreter, with its plain and with its watched loop.
std::vector<Tier> interpreter_tiers();

// Runs the case in all its variations on the tier. If it does not lead to what it expects, returns the first variation
// that failed and all its differences, beginning with the place of the case.
std::optional<std::string> run(const Case& c, const Tier& tier);

}  // namespace replica::vectors
