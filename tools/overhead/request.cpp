#include "tools/overhead/request.h"

#include <unistd.h>

#include "tools/engine.h"
#include "tools/output.h"
#include "tools/overhead/built_in.h"
#include "tools/overhead/overhead_page.h"
#include "tools/overhead/progress_bar.h"
#include "tools/overhead/replace_file.h"
#include "tools/overhead/results.h"
#include "tools/overhead/run_folder.h"
#include "tools/overhead/table.h"
#include "tools/parse.h"

namespace replica::overhead {
namespace {

constexpr u64 kMostGuests = 8;
constexpr u64 kFewestRounds = 3, kMostRounds = 1000;
constexpr u64 kMostMillions = 1'000'000;
constexpr u64 kMostBuiltInMillions = 100'000;
constexpr u64 kMostSlowCycles = 1'000'000'000;

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

// What is run, and the folder that its parts are in.
struct CheckedRequest {
  std::unique_ptr<RunFolder> folder;
  std::unique_ptr<tools::EngineOptions> engine;
  ExperimentOptions options;
};

Status check_workloads(const Request& request, CheckedRequest& checked) {
  if (request.configuration) {
    const std::string name = std::filesystem::path(*request.configuration).stem().string();
    auto workload = read_workload(name, *request.configuration, request.run_commands.value_or(""));
    if (!workload) return tl::unexpected(workload.error());
    checked.options.workloads.push_back(std::move(*workload));
  }
  std::vector<std::string> specs = request.workloads;
  if (specs.empty() && !request.configuration) specs = usual_workloads();
  std::optional<u64> millions;
  if (request.millions) {
    const auto value = number("--millions", *request.millions, 1, kMostBuiltInMillions);
    if (!value) return tl::unexpected(value.error());
    millions = *value;
  }
  for (const std::string& spec : specs) {
    const std::filesystem::path guests = request.guests ? std::filesystem::path(*request.guests) : built_guests();
    auto workload = built_in_workload(spec, millions, guests, checked.folder->path());
    if (!workload) return tl::unexpected(workload.error());
    checked.options.workloads.push_back(std::move(*workload));
  }
  return {};
}

Status check_numbers(const Request& request, ExperimentOptions& options) {
  const auto rounds = number("--rounds", request.rounds, kFewestRounds, kMostRounds);
  if (!rounds) return tl::unexpected(rounds.error());
  options.rounds = static_cast<unsigned>(*rounds);
  const auto part_rounds = number("--part-rounds", request.part_rounds, 0, kMostRounds);
  if (!part_rounds) return tl::unexpected(part_rounds.error());
  options.part_rounds = static_cast<unsigned>(*part_rounds);
  const auto millions = number("--most-instructions", request.most_instructions, 1, kMostMillions);
  if (!millions) return tl::unexpected(millions.error());
  options.run.most_instructions = *millions * 1'000'000;
  const auto cycles = number("--slow-exit-cycles", request.slow_exit_cycles, 0, kMostSlowCycles);
  if (!cycles) return tl::unexpected(cycles.error());
  options.run.slow_exit_cycles = *cycles;
  return {};
}

Result<CheckedRequest> check(const Request& request) {
  CheckedRequest checked;
  auto settings = check_settings(request);
  if (!settings) return tl::unexpected(settings.error());
  checked.options.settings = std::move(*settings);
  if (Status good = check_numbers(request, checked.options); !good) return tl::unexpected(good.error());
  tools::EngineRequest engine;
  engine.name = request.engine;
  auto engine_options = tools::check_engine(engine);
  if (!engine_options) return tl::unexpected(engine_options.error());
  checked.engine = std::make_unique<tools::EngineOptions>(std::move(*engine_options));
  checked.options.run.engine = checked.engine.get();
  auto folder = RunFolder::make();
  if (!folder) return tl::unexpected(folder.error());
  checked.folder = std::move(*folder);
  if (Status good = check_workloads(request, checked); !good) return tl::unexpected(good.error());
  return checked;
}

// The results of the files, one behind the other.
Result<Results> read_all(const std::vector<std::string>& paths) {
  Results all;
  for (const std::string& path : paths) {
    auto results = read_results(path);
    if (!results) return results;
    std::swap(all.date, results->date);
    std::swap(all.host, results->host);
    std::swap(all.engine, results->engine);
    std::move(results->measurements.begin(), results->measurements.end(), std::back_inserter(all.measurements));
  }
  return all;
}

tools::ExitStatus report_failure(const Error& error) {
  fmt::print(stderr, "replica: {}\n", error.message);
  return tools::kFailure;
}

Result<std::vector<Measurement>> measure(ExperimentOptions& options) {
  ProgressBar bar(isatty(STDERR_FILENO) == 1);
  options.progress = [&bar](const std::string& what, unsigned done, unsigned all) { bar.begin_run(what, done, all); };
  options.run.progress = [&bar](u64 instructions) { bar.update(instructions); };
  return run_experiment(options);
}

tools::ExitStatus write(const Request& request, const Results& results, const CostTable& costs) {
  std::vector<Summary> summaries;
  for (const Measurement& measurement : results.measurements) summaries.push_back(summarize(measurement, costs));
  if (const auto printed = tools::print(tables(summaries, costs.machine)); printed != tools::kSuccess) return printed;
  if (request.json) {
    if (Status written = replace_file(*request.json, to_json(results)); !written)
      return report_failure(written.error());
  }
  if (request.page) {
    const Status written = replace_file(*request.page, overhead_page(results, summaries, costs));
    if (!written) return report_failure(written.error());
    return tools::print(fmt::format("\nThe page is {}\n", std::filesystem::absolute(*request.page).string()));
  }
  return tools::kSuccess;
}

}  // namespace

Result<tools::ExitStatus> run(const Request& request) {
  const auto costs =
      request.cost_table ? read_cost_table(*request.cost_table) : Result<CostTable>(default_cost_table());
  if (!costs) return tl::unexpected(costs.error());
  if (!request.from.empty()) {
    const auto results = read_all(request.from);
    if (!results) return tl::unexpected(results.error());
    return write(request, *results, *costs);
  }
  auto checked = check(request);
  if (!checked) return tl::unexpected(checked.error());
  auto measurements = measure(checked->options);
  if (!measurements) return report_failure(measurements.error());
  return write(request, make_results(request.engine, std::move(*measurements)), *costs);
}

}  // namespace replica::overhead
