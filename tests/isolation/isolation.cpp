// The isolation program: attackers beside others who must not notice them. After each slice of instructions it is looked at who
// has what, until the time is over.
//
// A house is named by its number; the same seed has the same houses. To look at one: --seed S --house N.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <deque>
#include <optional>

#include "tests/isolation/attacker.h"
#include "tests/isolation/ownership_watch.h"
#include "tests/robustness/engines.h"

namespace {

using namespace replica;
using namespace replica::isolation;

struct Options {
  std::string engine = "mixed";
  std::string assist = "both";
  u32 real_storage = 384;  // K; the machines have 1024K, and more after DEFINE STORAGE
  double seconds = 20;
  u64 instructions = 0;
  u64 seed = 1;
  unsigned slices = 150;
  std::optional<u64> house;
};

struct Totals {
  u64 houses = 0;
  u64 slices = 0;
  u64 instructions = 0;
  u64 steals = 0;
  u64 operations = 0;  // of channels
  u64 diagnoses = 0;
  u64 rounds = 0;  // of the worker
  EngineTotals engine;
};

u64 diagnoses_of(const Resident& resident) { return resident.machine->counters.instructions[0x83].count; }

// Runs one slice of the machines together, with the worker or without: while it runs, time is long for who waits for a disk.
void run_slice(House& house, std::deque<Attacker>& attackers, oracle::Random& random) {
  vmm::Monitor& monitor = house.monitor();
  for (Attacker& attacker : attackers) {
    if (random.chance(50)) attacker.prepare();
  }
  vmm::VirtualMachine& worker = *house.resident(Owner::worker).machine;
  if (random.chance(50)) {
    monitor.start(worker);
  } else {
    monitor.stop(worker);
  }
  monitor.real().run(monitor.real().cpu().instructions() + random.between(100, 6000));
  monitor.release_cpu();
}

// Everything, wherever it is.
std::string check_all(OwnershipWatch& watch) { return watch.check_pages() + watch.check_disk() + watch.check_spool(); }

// Gives what is wrong; empty if nothing is.
std::string run_house(const Options& options, u64 number, Totals& totals) {
  constexpr unsigned kSlicesBetweenChecksOfAll = 50;
  const u64 seed = options.seed << 32 ^ number * 0x9E3779B97F4A7C15;
  oracle::Random random(seed);
  const bool is_vma = options.assist == "both" ? number % 2 == 0 : options.assist == "vma";
  House house(
      {.assist = is_vma ? vmm::AssistLevel::vma : vmm::AssistLevel::none, .real_storage = options.real_storage * 1024});
  vmm::Monitor& monitor = house.monitor();
  const EngineSetting setting = engine_setting(options.engine, seed);
  const std::unique_ptr<Engine> engine = make_engine(setting, monitor.real().cpu(), totals.engine);
  if (engine) monitor.real().set_engine(*engine);
  OwnershipWatch watch(house);
  std::deque<Attacker> attackers;
  for (const Owner owner : {Owner::first_attacker, Owner::second_attacker})
    attackers.emplace_back(house, house.resident(owner), random.bits64());

  std::string findings;
  for (unsigned slice = 0; slice < options.slices && findings.empty(); ++slice) {
    run_slice(house, attackers, random);
    findings = watch.check_storage();
    const bool is_last = slice + 1 == options.slices;
    if (is_last || (slice + 1) % kSlicesBetweenChecksOfAll == 0) findings += check_all(watch);
    if (!findings.empty()) findings += fmt::format("after slice {}\n", slice);
    ++totals.slices;
  }
  ++totals.houses;
  totals.instructions += monitor.real().cpu().instructions();
  totals.steals += monitor.frames().steals();
  totals.rounds += house.rounds_of_worker();
  for (const Resident& each : house.residents()) {
    totals.operations += each.machine->channels().started_operations();
    totals.diagnoses += diagnoses_of(each);
  }
  return findings;
}

bool report_house(const Options& options, u64 number, Totals& totals) {
  const std::string findings = run_house(options, number, totals);
  if (findings.empty()) return true;
  fmt::print("house {} of seed {}: {}, assist {}, real storage {}K\n{}", number, options.seed, options.engine,
             options.assist, options.real_storage, findings);
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Runs attackers beside other virtual machines and looks whether everybody keeps what is theirs.");
  app.add_option("--engine", options.engine, "As of random_bytes")
      ->check(CLI::IsMember(engine_names()))
      ->capture_default_str();
  app.add_option("--assist", options.assist, "The assist level; both: another one for each house")
      ->check(CLI::IsMember({"none", "vma", "both"}))
      ->capture_default_str();
  app.add_option("--real-storage", options.real_storage, "In K; the machines have 1024 together")
      ->check(CLI::Range(256, 65536))
      ->capture_default_str();
  app.add_option("--seconds", options.seconds, "How long to run")->capture_default_str();
  app.add_option("--instructions", options.instructions, "How many instructions to run, however long it takes");
  app.add_option("--slices", options.slices, "Of each house")->capture_default_str();
  app.add_option("--seed", options.seed, "Which houses to run")->capture_default_str();
  app.add_option("--house", options.house, "Run only the house of this number");
  CLI11_PARSE(app, argc, argv);

  Totals totals;
  if (options.house) return report_house(options, *options.house, totals) ? 0 : 1;
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(options.seconds);
  const auto is_over = [&] {
    return options.instructions != 0 ? totals.instructions >= options.instructions
                                     : std::chrono::steady_clock::now() >= end;
  };
  for (u64 number = 0; !is_over(); ++number) {
    if (!report_house(options, number, totals)) return 1;
  }
  fmt::print(
      "{} houses, {} slices, {} instructions; {} frames taken away, {} channel programs by SIO, {} DIAGNOSE, {} rounds "
      "of "
      "the worker\n",
      totals.houses, totals.slices, totals.instructions, totals.steals, totals.operations, totals.diagnoses,
      totals.rounds);
  return 0;
}
