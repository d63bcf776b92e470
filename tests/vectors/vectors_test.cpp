// Every behaviour case of this folder, on every tier; and that no outcome of an instruction is left without a case.
#include <gtest/gtest.h>
#include <malloc.h>

#include "jit/translating_engine.h"
#include "tools/vectors/access_cases.h"
#include "tools/vectors/coverage.h"
#include "tools/vectors/parser.h"
#include "tools/vectors/runner.h"

namespace replica::vectors {
namespace {

// Translates whatever it meets.
std::unique_ptr<Engine> make_translating_engine(Cpu& cpu) {
  return std::move(*TranslatingEngine::create(cpu, {.threshold = 0, .cache_bytes = 1 << 20}));
}

// Compiles a region of whatever it meets.
constexpr const char* kCompiling = "llvm";
std::unique_ptr<Engine> make_compiling_engine(Cpu& cpu) {
  TranslatingOptions options{.threshold = 0, .cache_bytes = 1 << 20};
  options.regions = {.use = RegionOptions::Use::at_once, .limits = {.instructions = 8, .must_loop = false}};
  return std::move(*TranslatingEngine::create(cpu, options));
}
// It needs some milliseconds for each case, so it runs one of so many.
constexpr std::size_t kCasesForOneCompiled = 16;

const std::string kFolder = std::string(REPLICA_SOURCE_DIR) + "/tests/vectors";

// Every run makes a machine and throws it away. Giving its memory back to the kernel each time takes most of the time.
const bool kMemoryKept = mallopt(M_MMAP_THRESHOLD, 1 << 30) && mallopt(M_TRIM_THRESHOLD, 1 << 30);

std::vector<Tier> all_tiers() {
  std::vector<Tier> tiers = interpreter_tiers();
  // Under PER the interpreter runs.
  tiers.push_back(
      {.name = "asmjit", .prepare = [](Machine&) {}, .make_engine = make_translating_engine, .repeats_per = false});
  tiers.push_back(
      {.name = kCompiling, .prepare = [](Machine&) {}, .make_engine = make_compiling_engine, .repeats_per = false});
  return tiers;
}

// Names of the case files, for one test each.
std::vector<std::string> file_names() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() == ".vec") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

constexpr std::size_t kMostFailures = 12;  // of a file on a tier that are shown

class Vectors : public testing::TestWithParam<std::string> {};

TEST_P(Vectors, LeaveTheExpectedState) {
  const auto file = parse_file(kFolder + "/" + GetParam() + ".vec");
  ASSERT_TRUE(file) << file.error().message;
  std::vector<Case> cases = file->cases;
  for (const AccessPattern& pattern : file->patterns) {
    for (Case& c : access_cases(pattern)) cases.push_back(std::move(c));
  }
  for (const Tier& tier : all_tiers()) {
    std::size_t failures = 0;
    const std::size_t step = tier.name == kCompiling ? kCasesForOneCompiled : 1;
    for (std::size_t n = 0; n < cases.size(); n += step) {
      const auto failure = run(cases[n], tier);
      if (failure && ++failures <= kMostFailures) ADD_FAILURE() << *failure;
    }
    EXPECT_LE(failures, kMostFailures) << "cases failed on " << tier.name << "; only some are shown";
  }
}

INSTANTIATE_TEST_SUITE_P(Files, Vectors, testing::ValuesIn(file_names()),
                         [](const auto& parameter) { return parameter.param; });

TEST(VectorCoverage, EveryOutcomeOfEveryInstalledInstructionHasACase) {
  const auto files = parse_folder(kFolder);
  ASSERT_TRUE(files) << files.error().message;
  const auto coverage = measure_coverage(*files);
  ASSERT_TRUE(coverage) << coverage.error().message;
  for (const InstructionCoverage& row : coverage->instructions) {
    EXPECT_TRUE(row.missing.empty()) << row.info->mnemonic << " lacks "
                                     << fmt::format("{}", fmt::join(row.missing, ", "));
  }
}

}  // namespace
}  // namespace replica::vectors
