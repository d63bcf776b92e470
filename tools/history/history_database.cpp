#include "tools/history/history_database.h"

#include <cstdlib>
#include <system_error>

namespace replica::history {
namespace {

constexpr DatabaseKind kHistory = {
    .name = "history",
    .application = 0x52333748,  // "R37H"
    .version = 1,
    .tables = R"(
      CREATE TABLE run (id INTEGER PRIMARY KEY, commit_id TEXT NOT NULL, host TEXT NOT NULL, tag TEXT NOT NULL,
                        date TEXT NOT NULL, source TEXT NOT NULL, fingerprint INTEGER NOT NULL UNIQUE);
      CREATE TABLE measurement (id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run, benchmark TEXT NOT NULL,
                                engine TEXT NOT NULL, aggregate TEXT NOT NULL, repetition INTEGER NOT NULL,
                                iterations INTEGER NOT NULL, error TEXT NOT NULL);
      CREATE TABLE value (measurement INTEGER NOT NULL REFERENCES measurement, metric TEXT NOT NULL, value REAL NOT NULL,
                          PRIMARY KEY (measurement, metric)) WITHOUT ROWID;)",
    // Whoever else is adding is done in a moment.
    .settings = "PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 10000",
};

constexpr const char* kFindRun = "SELECT id FROM run WHERE fingerprint = ?";
constexpr const char* kAddRun =
    "INSERT INTO run (commit_id, host, tag, date, source, fingerprint) VALUES (?, ?, ?, ?, ?, ?)";
constexpr const char* kAddMeasurement =
    "INSERT INTO measurement (run, benchmark, engine, aggregate, repetition, iterations, error) "
    "VALUES (?, ?, ?, ?, ?, ?, ?)";
constexpr const char* kAddValue = "INSERT INTO value VALUES (?, ?, ?)";
constexpr const char* kRuns = "SELECT id, commit_id, host, tag, date, source, fingerprint FROM run ORDER BY id";
// A row for each value; a measurement that has none comes with an empty metric.
constexpr const char* kMeasurements = R"(
  SELECT run, id, benchmark, engine, aggregate, repetition, iterations, error, metric, value
    FROM measurement LEFT JOIN value ON value.measurement = measurement.id
  ORDER BY run, id)";

}  // namespace

Result<std::filesystem::path> HistoryDatabase::usual_path() {
  const char* data = std::getenv("XDG_DATA_HOME");
  if (data && *data == '/') return std::filesystem::path(data) / "replica" / "history.db";
  const char* home = std::getenv("HOME");
  if (home && *home == '/') return std::filesystem::path(home) / ".local" / "share" / "replica" / "history.db";
  return fail(
      "the history has no place: found neither XDG_DATA_HOME nor HOME in the environment, expected one of them, or "
      "--database FILE");
}

Result<std::unique_ptr<HistoryDatabase>> HistoryDatabase::open(const std::filesystem::path& path) {
  std::error_code error;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), error);
  if (error) return fail("the folder {} cannot be made: {}", path.parent_path().string(), error.message());
  auto database = Database::open(path, kHistory);
  if (!database) return tl::unexpected(database.error());
  return std::unique_ptr<HistoryDatabase>(new HistoryDatabase(std::move(*database)));
}

Status HistoryDatabase::add(std::vector<Run>& runs) {
  return database_->transaction([&]() -> Status {
    for (Run& run : runs)
      if (Status added = add(run); !added) return added;
    return {};
  });
}

Status HistoryDatabase::add(Run& run) {
  const auto fingerprint = static_cast<i64>(run.fingerprint);
  const auto same = database_->number(kFindRun, fingerprint);
  if (!same) return tl::unexpected(same.error());
  if (*same != 0) return fail("{}: found the file that is run {} already, expected a new one", run.source, *same);
  Status added = database_->execute(kAddRun, run.commit, run.host, run.tag, run.date, run.source, fingerprint);
  if (!added) return added;
  run.id = database_->last_row();
  for (const Measurement& measurement : run.measurements)
    if (added = add(run.id, measurement); !added) return added;
  return {};
}

Status HistoryDatabase::add(i64 run, const Measurement& m) {
  Status added =
      database_->execute(kAddMeasurement, run, m.benchmark, m.engine, m.aggregate, m.repetition, m.iterations, m.error);
  const i64 id = database_->last_row();
  for (const auto& [metric, value] : m.values)
    if (added) added = database_->execute(kAddValue, id, metric, value);
  return added;
}

Result<std::vector<Run>> HistoryDatabase::runs() {
  std::vector<Run> runs;
  auto row = database_->query(kRuns);
  for (; row && *row; row = database_->next_row())
    runs.push_back({.id = database_->integer(0),
                    .commit = database_->text(1),
                    .host = database_->text(2),
                    .tag = database_->text(3),
                    .date = database_->text(4),
                    .source = database_->text(5),
                    .fingerprint = static_cast<u64>(database_->integer(6)),
                    .measurements = {}});
  if (!row) return tl::unexpected(row.error());
  database_->reset();
  if (Status loaded = load_measurements(runs); !loaded) return tl::unexpected(loaded.error());
  return runs;
}

// They come in the order of their runs.
Status HistoryDatabase::load_measurements(std::vector<Run>& runs) {
  auto run = runs.begin();
  i64 id = 0;
  auto row = database_->query(kMeasurements);
  for (; row && *row; row = database_->next_row()) {
    while (run != runs.end() && run->id != database_->integer(0)) ++run;
    if (run == runs.end()) break;  // added since the runs were read
    if (database_->integer(1) != id) {
      run->measurements.push_back({.benchmark = database_->text(2),
                                   .engine = database_->text(3),
                                   .aggregate = database_->text(4),
                                   .repetition = database_->integer(5),
                                   .iterations = database_->integer(6),
                                   .error = database_->text(7),
                                   .values = {}});
      id = database_->integer(1);
    }
    const std::string metric = database_->text(8);
    if (!metric.empty()) run->measurements.back().values[metric] = database_->real(9);
  }
  if (!row) return tl::unexpected(row.error());
  database_->reset();
  return {};
}

}  // namespace replica::history
