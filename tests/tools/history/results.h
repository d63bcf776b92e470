// Results of benchmarks that a test makes up.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "tools/history/run.h"

namespace replica::history {

// CPU times of a benchmark on a host that others use too, in nanoseconds: spread by 1.5% (log-normal), and one in twenty is
// taken longer, by up to 30%.
inline std::vector<double> noisy_times(std::mt19937_64& random, double median, std::size_t count) {
  std::lognormal_distribution<double> spread(0, 0.015);
  std::uniform_real_distribution<double> part(0, 1);
  std::vector<double> times;
  while (times.size() < count) {
    const double delay = part(random) < 0.05 ? 1 + 0.3 * part(random) : 1;
    times.push_back(median * spread(random) * delay);
  }
  return times;
}

inline void add_times(Run& run, const std::string& benchmark, const std::vector<double>& times,
                      const std::string& metric = "cpu_time") {
  for (std::size_t i = 0; i < times.size(); ++i)
    run.measurements.push_back({.benchmark = benchmark,
                                .engine = "tiered",
                                .aggregate = "",
                                .repetition = static_cast<i64>(i),
                                .iterations = 100,
                                .error = "",
                                .values = {{metric, times[i]}}});
}

inline Run run_of(const std::string& commit, const std::string& host = "fast") {
  Run run;
  run.commit = commit;
  run.host = host;
  run.date = "2026-01-01T00:00:00+00:00";
  run.source = commit + ".json";
  return run;
}

// A file as Google Benchmark writes it, with these benchmarks in the array.
inline std::string benchmark_json(const std::string& benchmarks, const std::string& context = "") {
  return R"({"context": {"date": "2026-01-02T03:04:05+00:00", "host_name": "fast", "num_cpus": 2)" + context +
         R"(}, "benchmarks": [)" + benchmarks + "]}";
}

}  // namespace replica::history
