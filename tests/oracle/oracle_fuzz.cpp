// oracle_fuzz: random System/370 programs, run by this machine and by Hercules 3.13, and compared.
//
//   oracle_fuzz --seed 7 --instructions 1000000
//   oracle_fuzz --seed 7 --case 1234                 one case, with a dump if it differs
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "tests/oracle/campaign.h"
#include "tests/oracle/hercules.h"

namespace replica::oracle {
namespace {

void print(const Totals& totals) {
  fmt::print("candidates {}, compared {}, instructions {}\n", totals.candidates, totals.cases, totals.instructions);
  for (const auto& [verdict, count] : totals.dropped) fmt::print("dropped, {}: {}\n", describe(verdict), count);
  fmt::print("excused, the program reads the interval timer: {}\n", totals.timer_readers);
  for (const auto& [name, count] : totals.explained) fmt::print("explained, {}: {}\n", name, count);
  fmt::print("interruptions:");
  for (const auto& [name, count] : totals.interruptions) fmt::print(" {}: {};", name, count);
  fmt::print("\ncoverage:");
  for (const auto& [op, count] : totals.coverage) fmt::print(" {:02X}: {};", op, count);
  fmt::print("\n");
  for (const std::string& text : totals.unexplained) fmt::print("UNEXPLAINED {}\n", text);
  fmt::print("unexplained {}\n", totals.unexplained.size());
}

int run(int argc, char** argv) {
  CampaignOptions options;
  CLI::App app("Compares this System/370 with Hercules on random programs");
  app.add_option("--seed", options.seed, "Seed of the cases");
  app.add_option("--first", options.first_case, "Number of the first case");
  app.add_option("--cases", options.max_cases, "Most cases to try");
  app.add_option("--instructions", options.instructions, "Instructions to compare");
  app.add_option("--hercules", options.hercules, "The hercules program");
  app.add_option("--max-unexplained", options.max_unexplained, "Stop after so many unexplained differences");
  app.add_option("--keep", options.keep, "Directory for images and dumps of unexplained differences")
      ->check(CLI::ExistingDirectory);
  app.add_flag("--verbose", options.verbose, "Report every image");
  CLI11_PARSE(app, argc, argv);
  if (!hercules_exists(options.hercules)) {
    fmt::print("SKIPPED: {} is not installed\n", options.hercules);
    return 77;
  }
  const auto totals = Campaign(options).run();
  if (!totals) {
    fmt::print(stderr, "oracle_fuzz: {}\n", totals.error().message);
    return 2;
  }
  print(*totals);
  return totals->unexplained.empty() ? 0 : 1;
}

}  // namespace
}  // namespace replica::oracle

int main(int argc, char** argv) { return replica::oracle::run(argc, argv); }
