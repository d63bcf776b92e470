// Which runs a user means: by a file of results, a tag, or a commit; and what git knows of commits.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "tools/history/run.h"

namespace replica::history {

// The commit that is checked out in the current directory, with "-dirty" behind it if files differ from it. Empty if there is
// none, or no git.
std::string checked_out_commit();

// The runs that `name` means. It is looked for as
//   a file, which is read;
//   a tag;
//   the first 4 or more digits of a commit of the history;
//   whatever git, in the current directory, has for a name of a commit of the history: HEAD~1.
// Errors: nothing is found, or several commits begin so; what read_benchmark_file says.
Result<std::vector<Run>> select_runs(const std::string& name, const std::vector<Run>& history);

// A commit as tables have it.
std::string short_commit(const std::string& commit);

}  // namespace replica::history
