#include "tools/history/benchmark_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tools/history/results.h"
#include "tests/tools/temporary_folder.h"

namespace replica::history {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// Of Google Benchmark 1.7.1, shortened.
constexpr const char* kRepetition = R"({
  "name": "sieve/tiered/dat:off/repeats:3", "family_index": 0, "per_family_instance_index": 0,
  "run_name": "sieve/tiered/dat:off/repeats:3", "run_type": "iteration", "repetitions": 3, "repetition_index": 1,
  "threads": 1, "iterations": 42, "real_time": 1.75, "cpu_time": 1.5, "time_unit": "ms",
  "items_per_second": 1.25e+09, "faults": 7, "label": "x"})";
constexpr const char* kMedian = R"({
  "name": "sieve_median", "run_name": "sieve", "run_type": "aggregate", "repetitions": 3, "threads": 1,
  "aggregate_name": "median", "aggregate_unit": "time", "iterations": 3, "real_time": 2, "cpu_time": 3, "time_unit": "us"})";
constexpr const char* kVariation = R"({
  "name": "sieve_cv", "run_name": "sieve", "run_type": "aggregate", "aggregate_name": "cv",
  "aggregate_unit": "percentage", "iterations": 3, "real_time": 0.5, "cpu_time": 0.25, "time_unit": "ms"})";
constexpr const char* kComplexity = R"({
  "name": "sort_BigO", "run_name": "sort", "run_type": "aggregate", "aggregate_name": "BigO", "cpu_coefficient": 2.5,
  "real_coefficient": 3.5, "big_o": "NlgN", "time_unit": "ns"})";
constexpr const char* kError = R"({
  "name": "sieve", "run_name": "sieve", "run_type": "iteration", "repetition_index": 0, "threads": 1,
  "error_occurred": true, "error_message": "no image", "iterations": 0, "real_time": 0, "cpu_time": 0, "time_unit": "ms"})";
// Of Google Benchmark 1.4.
constexpr const char* kOld = R"({"name": "sieve", "iterations": 10, "real_time": 5, "cpu_time": 4, "time_unit": "ns"})";

history::Run parsed(const std::string& text, const Labels& labels = {}) {
  auto run = parse_benchmark_file("r.json", text, labels);
  EXPECT_TRUE(run) << run.error().message;
  return run ? *run : history::Run{};
}

Measurement measurement_of(const std::string& benchmark) {
  const history::Run run = parsed(benchmark_json(benchmark));
  return run.measurements.size() == 1 ? run.measurements[0] : Measurement{};
}

TEST(BenchmarkFile, HasRepetitionsWithCounters) {
  const Measurement m = measurement_of(kRepetition);
  EXPECT_EQ(m.benchmark, "sieve/tiered/dat:off/repeats:3");
  EXPECT_EQ(m.engine, "tiered");
  EXPECT_EQ(m.aggregate, "");
  EXPECT_EQ(m.repetition, 1);
  EXPECT_EQ(m.iterations, 42);
  const std::map<std::string, double> values = {
      {"real_time", 1.75e6}, {"cpu_time", 1.5e6}, {"items_per_second", 1.25e9}, {"faults", 7}};
  EXPECT_EQ(m.values, values);
}

TEST(BenchmarkFile, HasAggregates) {
  const Measurement median = measurement_of(kMedian);
  EXPECT_EQ(median.benchmark, "sieve");
  EXPECT_EQ(median.aggregate, "median");
  EXPECT_EQ(median.values.at("cpu_time"), 3000);
  EXPECT_EQ(measurement_of(kVariation).values.at("cpu_time"), 0.25) << "a part, and no time";
  EXPECT_EQ(measurement_of(kComplexity).values.at("cpu_coefficient"), 2.5);
}

TEST(BenchmarkFile, HasErrorsAndOldNames) {
  const Measurement failed = measurement_of(kError);
  EXPECT_EQ(failed.error, "no image");
  EXPECT_TRUE(failed.values.empty());
  const Measurement old = measurement_of(kOld);
  EXPECT_EQ(old.benchmark, "sieve");
  EXPECT_EQ(old.values.at("cpu_time"), 4);
}

TEST(BenchmarkFile, TakesLabelsFromTheUserTheContextOrTheName) {
  const std::string text = benchmark_json(kRepetition, R"(, "commit": "abc", "engine": "of the context")");
  const history::Run run = parsed(text);
  EXPECT_EQ(run.commit, "abc");
  EXPECT_EQ(run.host, "fast");
  EXPECT_EQ(run.date, "2026-01-02T03:04:05+00:00");
  EXPECT_EQ(run.measurements[0].engine, "of the context");
  const history::Run labelled = parsed(text, {.commit = "def", .host = "slow", .engine = "mine", .tag = "t"});
  EXPECT_EQ(labelled.commit, "def");
  EXPECT_EQ(labelled.host, "slow");
  EXPECT_EQ(labelled.tag, "t");
  EXPECT_EQ(labelled.measurements[0].engine, "mine");
  EXPECT_EQ(measurement_of(kMedian).engine, "");
}

std::string refusal(const std::string& text) {
  const auto run = parse_benchmark_file("r.json", text, {});
  return run ? "taken" : run.error().message;
}

// The refusal of a repetition in which one piece of text is another.
std::string refusal_with(const std::string& what, const std::string& with) {
  std::string benchmark = kRepetition;
  const std::size_t at = benchmark.find(what);
  EXPECT_NE(at, std::string::npos);
  return refusal(benchmark_json(benchmark.replace(at, what.size(), with)));
}

TEST(BenchmarkFile, RefusesDamageWithItsPlace) {
  EXPECT_THAT(refusal("{\n\"context\": {},\n\"benchmarks\": [\n{\"name\" 1}]}"),
              AllOf(StartsWith("r.json: found no JSON: parse error at line 4, column 9"), HasSubstr("expected ':'")));
  EXPECT_THAT(refusal(benchmark_json(kRepetition).substr(0, 300)), HasSubstr("found no JSON"));
  EXPECT_EQ(refusal("[]"), "r.json: found no object \"context\", expected a file that Google Benchmark wrote");
  EXPECT_EQ(refusal(R"({"context": {}, "benchmarks": {}})"),
            "r.json: found no array \"benchmarks\", expected a file that Google Benchmark wrote");
  EXPECT_EQ(refusal(benchmark_json("")), "r.json: found no benchmarks, expected at least one");
  EXPECT_EQ(refusal(benchmark_json("7")), "r.json: benchmarks[0]: found no object, expected a benchmark");
  EXPECT_THAT(refusal(R"({"context": {"host_name": 7}, "benchmarks": []})"),
              HasSubstr("r.json: context: field \"host_name\": found 7, expected a string"));
}

TEST(BenchmarkFile, RefusesWrongFieldsByName) {
  const std::string place = "r.json: benchmarks[0] (\"sieve/tiered/dat:off/repeats:3\"): field ";
  EXPECT_EQ(refusal_with("\"cpu_time\": 1.5", "\"cpu_time\": \"1.5\""),
            place + "\"cpu_time\": found \"1.5\", expected a number of at least 0");
  EXPECT_EQ(refusal_with("\"cpu_time\": 1.5, ", ""),
            place + "\"cpu_time\": found nothing, expected a number of at least 0");
  EXPECT_EQ(refusal_with("1.5", "-1.5"), place + "\"cpu_time\": found -1.5, expected a number of at least 0");
  EXPECT_EQ(refusal_with("\"ms\"", "\"h\""),
            place + "\"time_unit\": found \"h\", expected \"ns\", \"us\", \"ms\" or \"s\"");
  EXPECT_EQ(refusal_with("\"iteration\"", "\"x\""),
            place + "\"run_type\": found \"x\", expected \"iteration\" or \"aggregate\"");
  EXPECT_EQ(refusal_with("\"repetition_index\": 1", "\"repetition_index\": -1"),
            place + "\"repetition_index\": found -1, expected a whole number of at least 0");
  EXPECT_THAT(refusal_with("1.5", "1e999"), HasSubstr("found no JSON"));
  EXPECT_THAT(refusal_with("1.5", "1e305"), HasSubstr("\"cpu_time\": found 1e+305, expected"));
  EXPECT_THAT(refusal_with("\"run_name\": \"sieve/tiered/dat:off/repeats:3\"", "\"run_name\": \"\""),
              HasSubstr("\"run_name\": found \"\", expected a string of 1 to 1000 characters"));
}

TEST(BenchmarkFile, SurvivesEveryCutAndEveryChangedByte) {
  const std::string whole = benchmark_json(std::string(kRepetition) + "," + kMedian + "," + kError);
  std::mt19937_64 random(1);
  for (std::size_t length = 0; length < whole.size(); ++length)
    EXPECT_FALSE(parse_benchmark_file("r.json", whole.substr(0, length), {})) << length;
  for (int i = 0; i < 20'000; ++i) {
    std::string changed = whole;
    changed[random() % changed.size()] = static_cast<char>(random());
    (void)parse_benchmark_file("r.json", changed, {});
  }
}

TEST(BenchmarkFile, IsReadFromDisk) {
  const tools::TemporaryFolder folder;
  const std::string text = benchmark_json(kRepetition);
  const auto run = read_benchmark_file(folder.write("r.json", {text.begin(), text.end()}), {});
  ASSERT_TRUE(run) << run.error().message;
  EXPECT_EQ(run->source, folder.path("r.json"));
  EXPECT_NE(run->fingerprint, 0u);
  EXPECT_FALSE(read_benchmark_file(folder.path("none.json"), {}));
}

}  // namespace
}  // namespace replica::history
