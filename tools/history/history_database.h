// The history: an SQLite database with a row for each run, for each of its measurements and for each value. Runs are added by
// transactions, so that a file is in it as a whole or not at all.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "base/sqlite/database.h"
#include "tools/history/run.h"

namespace replica::history {

class HistoryDatabase {
 public:
  // Where the history of a user is if nothing else is said: replica/history.db among the user's data ($XDG_DATA_HOME).
  static Result<std::filesystem::path> usual_path();

  // Opens it; it is made if it is not there, with the folder it is in.
  static Result<std::unique_ptr<HistoryDatabase>> open(const std::filesystem::path& path);

  // All of them or none; the runs get their ids. Errors: the same file was added before; what the database says.
  Status add(std::vector<Run>& runs);

  // Every run, in the order in which they were added.
  Result<std::vector<Run>> runs();

 private:
  explicit HistoryDatabase(std::unique_ptr<Database> database) : database_(std::move(database)) {}
  Status add(Run& run);
  Status add(i64 run, const Measurement& measurement);
  Status load_measurements(std::vector<Run>& runs);

  std::unique_ptr<Database> database_;
};

}  // namespace replica::history
