// The values of one metric in some runs, by benchmark.
#pragma once

#include <compare>
#include <map>
#include <optional>
#include <regex>
#include <string>
#include <vector>

#include "base/result.h"
#include "tools/history/run.h"

namespace replica::history {

// What is compared with what.
struct BenchmarkKey {
  std::string benchmark;
  std::string engine;
  std::string host;

  auto operator<=>(const BenchmarkKey&) const = default;
};

struct SampleOptions {
  std::string metric = "cpu_time";
  std::string filter = {};    // a regular expression that is found in the names of the benchmarks; empty for all
  std::string engine = {};    // only this one; empty for all
  std::string host = {};      // only this one; empty for all
  bool across_hosts = false;  // the same benchmark on another host is the same
};

struct Samples {
  std::vector<double> repetitions;  // of all runs
  std::vector<double> medians;      // aggregates, of files that have no repetitions
  std::string error;                // the last one that the benchmark ended with

  // What stands for the benchmark: repetitions if there are any.
  const std::vector<double>& values() const { return repetitions.empty() ? medians : repetitions; }
};

using SamplesByKey = std::map<BenchmarkKey, Samples>;

// Takes from runs what the options ask for.
class SampleReader {
 public:
  // Error: the filter is no regular expression.
  static Result<SampleReader> create(const SampleOptions& options);

  SamplesByKey read(const std::vector<Run>& runs) const;

 private:
  explicit SampleReader(const SampleOptions& options) : options_(options) {}

  SampleOptions options_;
  std::optional<std::regex> filter_;
};

}  // namespace replica::history
