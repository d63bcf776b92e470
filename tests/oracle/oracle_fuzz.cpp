// oracle_fuzz: random System/370 programs, run by this machine and by Hercules 3.13, and compared.
//
// A *case* is a short random program with its registers, PSW, control registers, storage keys, DAT tables and operands
// (generator.h). One storage image holds a monitor (monitor.s) and thousands of cases. The monitor sets the state of each
// case, lets it run, takes its interruptions, resumes it, and writes a record of all it did. The same image runs on both
// machines; then the records are compared (compare.h). A case whose records differ is run again, cut short behind each of
// its instructions, which shows the guilty one (campaign.h); the difference is looked up among the known ones
// (explained.h), and anything else is a failure, dumped in full. So neither machine is asked for anything but to run an
// image from the restart key to a disabled wait.
//
// Before it goes into an image each case runs alone on this machine, watched instruction by instruction and in paranoid
// mode (our_machine.h): it is dropped if it loops, waits, touches storage that is not its own, or executes what cannot
// be compared (instruction_filter.h). That run and the one of the whole image must agree as well.
//
//   oracle_fuzz --seed 7 --instructions 1000000         the full comparison; 77 if there is no Hercules, 1 if it fails
//   oracle_fuzz --seed 7 --storage 16 --first 1234 --cases 1 --keep /tmp/x
//                                                       one case of a report again; /tmp/x/7-1234.image can be loaded at
//                                                       location 0 of any System/370 and started with restart
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
  app.add_option("--storage", options.storage_mb,
                 "Storage in MB, as a report says; 0: some images with 16, some with 8")
      ->check(CLI::IsMember({0, 8, 16}));
  app.add_option("--instructions", options.instructions, "Instructions to compare");
  app.add_option("--seconds", options.seconds, "Begin no image after so many seconds; 0: no limit");
  app.add_option("--image", options.cases_in_image, "Most cases in one image");
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
