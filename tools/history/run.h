// A run of benchmarks, as a file tells it and as the history keeps it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/types.h"

namespace replica::history {

// What is known of one repetition of one benchmark, or of an aggregate over its repetitions.
struct Measurement {
  std::string benchmark;
  std::string engine;     // empty if nobody said
  std::string aggregate;  // as "median"; empty for a repetition
  i64 repetition = 0;     // from 0
  i64 iterations = 0;
  std::string error;  // why there are no values; else empty
  // By the name of the metric. Times ("real_time" and "cpu_time", for an iteration) are in nanoseconds; user counters are as
  // they were written.
  std::map<std::string, double> values;
};

struct Run {
  i64 id = 0;  // in the history, from 1; 0 for a run that is not in it
  std::string commit;
  std::string host;
  std::string tag;      // a name that the user gave; may be empty
  std::string date;     // as the file has it
  std::string source;   // the file
  u64 fingerprint = 0;  // of the bytes of the file
  std::vector<Measurement> measurements;
};

}  // namespace replica::history
