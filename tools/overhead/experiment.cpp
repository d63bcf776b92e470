#include "tools/overhead/experiment.h"

#include <optional>

#include "tools/overhead/run_folder.h"

namespace replica::overhead {
namespace {

class Experiment {
 public:
  explicit Experiment(const ExperimentOptions& options) : options_(options) {
    all_ = static_cast<unsigned>(2 * options.workloads.size() * options.settings.size() *
                                 (1 + options.rounds + options.part_rounds));
  }

  Result<std::vector<Measurement>> run() {
    std::vector<Measurement> measurements;
    for (const Workload& workload : options_.workloads) {
      expected_.reset();
      std::vector<Measurement> of_workload;
      for (const Setting& setting : options_.settings) of_workload.push_back({workload.name, setting, {}, {}});
      for (unsigned round = 0; round < 1 + options_.rounds + options_.part_rounds; ++round) {
        const Kind kind = round == 0 ? Kind::warm_up : round <= options_.rounds ? Kind::whole : Kind::parts;
        for (Measurement& measurement : of_workload) {
          if (Status done = run_pair(workload, kind, measurement); !done) return tl::unexpected(done.error());
        }
      }
      std::move(of_workload.begin(), of_workload.end(), std::back_inserter(measurements));
    }
    return measurements;
  }

 private:
  enum class Kind : u8 { warm_up, whole, parts };

  Status run_pair(const Workload& workload, Kind kind, Measurement& measurement) {
    const bool measures_parts = kind == Kind::parts;
    auto bare = run_one(workload, nullptr, measures_parts);
    if (!bare) return tl::unexpected(bare.error());
    auto in_virtual = run_one(workload, &measurement.setting, measures_parts);
    if (!in_virtual) return tl::unexpected(in_virtual.error());
    if (kind == Kind::parts) measurement.part_pairs.push_back({std::move(bare->parts), std::move(in_virtual->parts)});
    if (kind != Kind::whole) return {};
    measurement.pairs.push_back({.bare_seconds = bare->cpu_seconds,
                                 .virtual_seconds = in_virtual->cpu_seconds,
                                 .bare_elapsed = bare->elapsed_seconds,
                                 .virtual_elapsed = in_virtual->elapsed_seconds,
                                 .bare_instructions = bare->instructions,
                                 .virtual_instructions = in_virtual->instructions,
                                 .events = std::move(in_virtual->events)});
    return {};
  }

  // Bare if there is no setting. What the first run prints is what all others must print.
  Result<RunResult> run_one(const Workload& workload, const Setting* setting, bool measures_parts) {
    const std::string what = setting
                                 ? fmt::format("{}, {} x {}", workload.name, setting->guests, name_of(setting->assist))
                                 : fmt::format("{}, bare", workload.name);
    if (options_.progress) options_.progress(what, done_, all_);
    ++done_;
    const auto folder = RunFolder::make();
    if (!folder) return tl::unexpected(folder.error());
    RunOptions options = options_.run;
    options.measures_parts = measures_parts;
    auto result = setting ? run_virtual(workload, (*folder)->path(), setting->guests, setting->assist, options)
                          : run_bare(workload, (*folder)->path(), options);
    if (!result) return result;
    if (!expected_) expected_ = result->outputs.at(0);
    for (std::size_t n = 0; n < result->outputs.size(); ++n) {
      const std::string differs = difference(*expected_, result->outputs[n]);
      if (differs.empty()) continue;
      return fail("{}: guest {} has not printed what the first run on the bare machine has: {}", what, n + 1, differs);
    }
    return result;
  }

  const ExperimentOptions& options_;
  unsigned done_ = 0, all_ = 0;  // runs
  std::optional<Output> expected_;
};

}  // namespace

std::string_view name_of(vmm::AssistLevel assist) { return assist == vmm::AssistLevel::none ? "none" : "vma"; }

Result<std::vector<Measurement>> run_experiment(const ExperimentOptions& options) { return Experiment(options).run(); }

}  // namespace replica::overhead
