// The robustness program: executes random guests until the time is over. Nothing that a guest does may crash, hang or trip a
// check of ours, and the plain and the watched interpreter must agree.
//
// A guest is named by its number; the same seed has the same guests. To look at one: --seed S --guest N --trace.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <optional>

#include "tests/robustness/lockstep.h"

namespace {

using namespace replica;

struct Options {
  double seconds = 20;
  u64 seed = 1;
  std::optional<u64> guest;
  bool trace = false;
};

u64 seed_of(const Options& options, u64 guest) { return options.seed << 32 ^ guest * 0x9E3779B97F4A7C15; }

// Returns true if the machines agreed.
bool run_guest(const Options& options, u64 guest, Coverage& coverage, u64& instructions) {
  const LockstepOutcome outcome = run_lockstep({.seed = seed_of(options, guest), .trace = options.trace}, &coverage);
  instructions += outcome.instructions;
  if (outcome.difference.empty()) return true;
  fmt::print("guest {} of seed {}: plain and watched interpreter differ\n{}", guest, options.seed, outcome.difference);
  return false;
}

void report(u64 guests, u64 instructions, const Coverage& coverage) {
  unsigned installed = 0;
  std::string missing;
  for (const InstructionInfo& info : kInstructionTable) {
    if (!is_installed(info)) continue;
    ++installed;
    if (!coverage[static_cast<u8>(info.opcode)]) missing += fmt::format(" {}", info.mnemonic);
  }
  fmt::print("{} guests, {} instructions; of {} installed instructions not executed:{}\n", guests, instructions,
             installed, missing.empty() ? " none" : missing);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Executes random guests on the plain and on the watched interpreter and compares them.");
  app.add_option("--seconds", options.seconds, "How long to run")->capture_default_str();
  app.add_option("--seed", options.seed, "Which guests to run")->capture_default_str();
  app.add_option("--guest", options.guest, "Run only the guest of this number");
  app.add_flag("--trace", options.trace, "Print each instruction");
  CLI11_PARSE(app, argc, argv);

  Coverage coverage;
  u64 instructions = 0, guests = 0;
  if (options.guest) return run_guest(options, *options.guest, coverage, instructions) ? 0 : 1;

  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(options.seconds);
  for (; std::chrono::steady_clock::now() < end; ++guests) {
    if (!run_guest(options, guests, coverage, instructions)) return 1;
  }
  report(guests, instructions, coverage);
  return 0;
}
