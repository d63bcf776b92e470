// Results as a file: JSON as Google Benchmark writes it, so that whatever reads that reads this too, with all that was
// measured behind it, from which the table and the page can be made again.
//
// `benchmarks` has an entry for each run of a whole: "overhead/WORKLOAD/bare" and "overhead/WORKLOAD/ASSIST/MACHINES",
// the times in milliseconds of one guest.
#pragma once

#include <string>
#include <vector>

#include "tools/overhead/experiment.h"

namespace replica::overhead {

struct Results {
  std::string date;  // ISO 8601
  std::string host;
  std::string engine;
  std::vector<Measurement> measurements;
};

// Of now and here.
Results make_results(const std::string& engine, std::vector<Measurement> measurements);

std::string to_json(const Results& results);
// Errors: the file, the line or the field, what was found and what was expected.
Result<Results> read_results(const std::string& path);
Result<Results> parse_results(const std::string& text, const std::string& name);

}  // namespace replica::overhead
