#include "tools/overhead/request.h"

#include <unistd.h>

#include "tools/output.h"
#include "tools/overhead/experiment.h"
#include "tools/overhead/table.h"
#include "tools/parse.h"

namespace replica::overhead {
namespace {

constexpr u64 kMostGuests = 8;
constexpr u64 kFewestRounds = 3, kMostRounds = 1000;
constexpr u64 kMostMillions = 1'000'000'000;

Result<u64> number(const char* option, const std::string& text, u64 least, u64 most) {
  const auto value = tools::parse_decimal(text);
  if (value && *value >= least && *value <= most) return *value;
  return fail("{}: expected a decimal number from {} to {}, found '{}'", option, least, most, text);
}

Result<std::vector<Setting>> check_settings(const Request& request) {
  std::vector<Setting> settings;
  for (const std::string& level : request.assist) {
    if (level != "none" && level != "vma") return fail("--assist: expected none or vma, found '{}'", level);
    for (const std::string& text : request.machines) {
      const auto guests = number("--machines", text, 1, kMostGuests);
      if (!guests) return tl::unexpected(guests.error());
      const auto assist = level == "none" ? vmm::AssistLevel::none : vmm::AssistLevel::vma;
      settings.push_back({.assist = assist, .guests = static_cast<unsigned>(*guests)});
    }
  }
  return settings;
}

Result<ExperimentOptions> check(const Request& request) {
  ExperimentOptions options;
  auto settings = check_settings(request);
  if (!settings) return tl::unexpected(settings.error());
  options.settings = std::move(*settings);
  const auto rounds = number("--rounds", request.rounds, kFewestRounds, kMostRounds);
  if (!rounds) return tl::unexpected(rounds.error());
  options.rounds = static_cast<unsigned>(*rounds);
  const auto millions = number("--most-instructions", request.most_instructions, 1, kMostMillions);
  if (!millions) return tl::unexpected(millions.error());
  options.run.most_instructions = *millions * 1'000'000;
  tools::EngineRequest engine;
  engine.name = request.engine;
  auto checked = tools::check_engine(engine);
  if (!checked) return tl::unexpected(checked.error());
  options.run.engine = std::move(*checked);
  if (request.configuration.empty()) return fail("expected --config FILE.cnf and --rc FILE.rc");
  auto workload = read_workload(std::filesystem::path(request.configuration).stem().string(), request.configuration,
                                request.run_commands);
  if (!workload) return tl::unexpected(workload.error());
  options.workloads.push_back(std::move(*workload));
  return options;
}

}  // namespace

Result<tools::ExitStatus> run(const Request& request) {
  auto options = check(request);
  if (!options) return tl::unexpected(options.error());
  const auto measurements = run_experiment(*options);
  if (!measurements) {
    fmt::print(stderr, "replica: {}\n", measurements.error().message);
    return tools::kFailure;
  }
  return tools::print(overhead_table(*measurements));
}

}  // namespace replica::overhead
