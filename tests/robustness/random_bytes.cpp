// The robustness program: executes random guests until the time is over. Nothing that a guest does may crash, hang or trip a
// check of ours, and the engine and the watched interpreter must agree.
//
// A guest is named by its number; the same seed has the same guests. To look at one: --seed S --guest N --trace, and the
// same --engine and --guests.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <optional>

#include "tests/robustness/engines.h"
#include "tests/robustness/lockstep.h"

namespace {

using namespace replica;

struct Options {
  std::string engine = "interpreter";
  std::string guests = "all";
  std::string virtual_machine = "bare";
  double seconds = 20;
  u64 instructions = 0;
  u64 seed = 1;
  std::optional<u64> guest;
  bool trace = false;
};

struct Totals {
  u64 guests = 0;
  u64 instructions = 0;
  u64 guests_with_stale_translations = 0;
  Coverage coverage;
  EngineTotals engine;
};

u64 seed_of(const Options& options, u64 guest) { return options.seed << 32 ^ guest * 0x9E3779B97F4A7C15; }

GuestKind kind_of(const Options& options, u64 guest) {
  constexpr GuestKind kKinds[] = {GuestKind::bytes, GuestKind::loops, GuestKind::privileged};
  if (options.guests == "all") return kKinds[guest % 3];
  return kKinds[options.guests == "bytes" ? 0 : options.guests == "loops" ? 1 : 2];
}

VirtualMachineKind kind_of_machine(const Options& options) {
  if (options.virtual_machine == "bare") return VirtualMachineKind::bare;
  return options.virtual_machine == "none" ? VirtualMachineKind::none : VirtualMachineKind::vma;
}

// Returns true if the machines agreed.
bool run_guest(const Options& options, u64 guest, Totals& totals) {
  const u64 seed = seed_of(options, guest);
  const EngineSetting setting = engine_setting(options.engine, seed);
  const auto make = [&](Cpu& cpu) { return make_engine(setting, cpu, totals.engine); };
  LockstepOptions lockstep{.seed = seed, .guests = kind_of(options, guest), .trace = options.trace};
  lockstep.virtual_machine = kind_of_machine(options);
  if (setting.translates) lockstep.engine = make;
  lockstep.largest_budget = setting.largest_budget;
  LockstepOutcome outcome = run_lockstep(lockstep, &totals.coverage);
  if (!outcome.difference.empty() && lockstep.virtual_machine != VirtualMachineKind::bare) {
    // Perhaps the guest has changed its tables and not purged. Then this makes the machines alike.
    lockstep.remember_translations = false;
    outcome = run_lockstep(lockstep);
    ++totals.guests_with_stale_translations;
  }
  ++totals.guests;
  totals.instructions += outcome.instructions;
  if (outcome.difference.empty()) return true;
  fmt::print("guest {} of seed {}: {} and watched interpreter differ\n{}", guest, options.seed, options.engine,
             outcome.difference);
  return false;
}

void report(const Totals& totals) {
  unsigned installed = 0;
  std::string missing;
  for (const InstructionInfo& info : kInstructionTable) {
    if (!is_installed(info)) continue;
    ++installed;
    if (!totals.coverage[static_cast<u8>(info.opcode)]) missing += fmt::format(" {}", info.mnemonic);
  }
  fmt::print("{} guests, {} instructions; of {} installed instructions not executed:{}\n", totals.guests,
             totals.instructions, installed, missing.empty() ? " none" : missing);
  if (totals.guests_with_stale_translations != 0) {
    fmt::print("{} guests were alike only when no machine remembered translations\n",
               totals.guests_with_stale_translations);
  }
  const EngineTotals& engine = totals.engine;
  if (engine.blocks == 0) return;
  fmt::print(
      "{} blocks translated, entered from outside {} times; {} stores into code, {} flushes, {} blocks refused\n",
      engine.blocks, engine.entries, engine.invalidations, engine.flushes, engine.refused);
}

// Until the time is over or, if a number of instructions was asked for, that many have been compared.
bool run_guests(const Options& options, Totals& totals) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(options.seconds);
  const auto is_over = [&] {
    return options.instructions != 0 ? totals.instructions >= options.instructions
                                     : std::chrono::steady_clock::now() >= end;
  };
  for (u64 guest = 0; !is_over(); ++guest) {
    if (!run_guest(options, guest, totals)) return false;
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Executes random guests on an engine and on the watched interpreter and compares them.");
  app.add_option(
         "--engine", options.engine,
         "interpreter; asmjit, once, tiered (translate at the first, second, 21st execution); flushed (asmjit with "
         "hardly any room for code); mixed (another way for each guest, small budgets among them)")
      ->check(CLI::IsMember(engine_names()))
      ->capture_default_str();
  app.add_option("--guests", options.guests,
                 "Random bytes and instructions, programs of loops, or such full of privileged instructions")
      ->check(CLI::IsMember({"bytes", "loops", "privileged", "all"}))
      ->capture_default_str();
  app.add_option("--machine", options.virtual_machine,
                 "bare, or a virtual machine at assist level none or vma; the other machine is always bare")
      ->check(CLI::IsMember({"bare", "none", "vma"}))
      ->capture_default_str();
  app.add_option("--seconds", options.seconds, "How long to run")->capture_default_str();
  app.add_option("--instructions", options.instructions, "How many instructions to compare, however long it takes");
  app.add_option("--seed", options.seed, "Which guests to run")->capture_default_str();
  app.add_option("--guest", options.guest, "Run only the guest of this number");
  app.add_flag("--trace", options.trace, "Print each instruction");
  CLI11_PARSE(app, argc, argv);

  Totals totals;
  if (options.guest) return run_guest(options, *options.guest, totals) ? 0 : 1;
  if (!run_guests(options, totals)) return 1;
  report(totals);
  return 0;
}
