#include "tools/overhead/experiment.h"

#include <stdlib.h>

#include <optional>

namespace replica::overhead {
namespace fs = std::filesystem;

namespace {

// A folder for the files of one run, removed with all that is in it.
class RunFolder {
 public:
  static Result<std::unique_ptr<RunFolder>> make() {
    std::error_code error;
    const fs::path parent = fs::temp_directory_path(error);
    if (error) return fail("no directory for temporary files: {}", error.message());
    std::string name = (parent / "replica-overhead-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) return fail("{}: cannot be made", name);
    return std::unique_ptr<RunFolder>(new RunFolder(name));
  }
  ~RunFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;

  const fs::path& path() const { return path_; }

 private:
  explicit RunFolder(fs::path path) : path_(std::move(path)) {}
  fs::path path_;
};

class Experiment {
 public:
  explicit Experiment(const ExperimentOptions& options) : options_(options) {
    all_ = static_cast<unsigned>(2 * options.workloads.size() * options.settings.size() * (options.rounds + 1));
  }

  Result<std::vector<Measurement>> run() {
    std::vector<Measurement> measurements;
    for (const Workload& workload : options_.workloads) {
      expected_.reset();
      std::vector<Measurement> of_workload;
      for (const Setting& setting : options_.settings) of_workload.push_back({workload.name, setting, {}});
      for (unsigned round = 0; round <= options_.rounds; ++round) {
        for (Measurement& measurement : of_workload) {
          auto pair = run_pair(workload, measurement.setting);
          if (!pair) return tl::unexpected(pair.error());
          if (round != 0) measurement.pairs.push_back(std::move(*pair));
        }
      }
      std::move(of_workload.begin(), of_workload.end(), std::back_inserter(measurements));
    }
    return measurements;
  }

 private:
  Result<Pair> run_pair(const Workload& workload, const Setting& setting) {
    const auto bare = run_one(workload, nullptr);
    if (!bare) return tl::unexpected(bare.error());
    auto in_virtual = run_one(workload, &setting);
    if (!in_virtual) return tl::unexpected(in_virtual.error());
    return Pair{.bare_seconds = bare->cpu_seconds,
                .virtual_seconds = in_virtual->cpu_seconds,
                .bare_instructions = bare->instructions,
                .virtual_instructions = in_virtual->instructions,
                .events = std::move(in_virtual->events)};
  }

  // Bare if there is no setting. What the first run prints is what all others must print.
  Result<RunResult> run_one(const Workload& workload, const Setting* setting) {
    const std::string what = setting
                                 ? fmt::format("{}, {} x {}", workload.name, setting->guests, name_of(setting->assist))
                                 : fmt::format("{}, bare", workload.name);
    if (options_.progress) options_.progress(what, done_, all_);
    ++done_;
    const auto folder = RunFolder::make();
    if (!folder) return tl::unexpected(folder.error());
    auto result = setting ? run_virtual(workload, (*folder)->path(), setting->guests, setting->assist, options_.run)
                          : run_bare(workload, (*folder)->path(), options_.run);
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
