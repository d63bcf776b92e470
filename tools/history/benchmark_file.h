// Reads the JSON of Google Benchmark (docs/user_guide.md, "Output Formats", of that project), as its programs and `replica
// overhead` write it: repetitions, aggregates, user counters, benchmarks that ended with an error.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "tools/history/run.h"

namespace replica::history {

// What the user says about a run; what is empty is taken from the file's "context", and the engine also from the parts of a
// benchmark's name, if one is the name of an engine.
struct Labels {
  std::string commit;
  std::string host;
  std::string engine;
  std::string tag;
};

// Commit and host may come out empty. Errors name the file and the place in it: a line, or a benchmark and its field.
Result<Run> read_benchmark_file(const std::string& path, const Labels& labels);

// The same of the text of a file, for which `path` is the name only.
Result<Run> parse_benchmark_file(const std::string& path, std::string_view text, const Labels& labels);

}  // namespace replica::history
