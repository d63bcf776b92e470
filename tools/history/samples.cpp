#include "tools/history/samples.h"

namespace replica::history {

// The exceptions of the standard library's regular expressions end here.
Result<SampleReader> SampleReader::create(const SampleOptions& options) {
  SampleReader reader(options);
  if (options.filter.empty()) return reader;
  try {
    reader.filter_.emplace(options.filter, std::regex::ECMAScript | std::regex::optimize);
  } catch (const std::regex_error& error) {
    return fail("--filter {}: found {}, expected a regular expression", options.filter, error.what());
  }
  return reader;
}

SamplesByKey SampleReader::read(const std::vector<Run>& runs) const {
  SamplesByKey samples;
  for (const Run& run : runs) {
    if (!options_.host.empty() && run.host != options_.host) continue;
    for (const Measurement& measurement : run.measurements) {
      const bool is_repetition = measurement.aggregate.empty();
      if (!is_repetition && measurement.aggregate != "median") continue;
      if (!options_.engine.empty() && measurement.engine != options_.engine) continue;
      if (filter_ && !std::regex_search(measurement.benchmark, *filter_)) continue;
      const BenchmarkKey key{measurement.benchmark, measurement.engine, options_.across_hosts ? "" : run.host};
      if (!measurement.error.empty()) samples[key].error = measurement.error;
      const auto value = measurement.values.find(options_.metric);
      if (value == measurement.values.end()) continue;
      (is_repetition ? samples[key].repetitions : samples[key].medians).push_back(value->second);
    }
  }
  return samples;
}

}  // namespace replica::history
