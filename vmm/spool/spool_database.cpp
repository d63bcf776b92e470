#include "vmm/spool/spool_database.h"

#include <system_error>
#include <utility>

namespace replica::vmm {
namespace {

constexpr const char* kFileName = "spool.db";

constexpr const char* kTables = R"(
  CREATE TABLE file (id INTEGER PRIMARY KEY, owner TEXT, origin TEXT, kind INTEGER, class TEXT, copies INTEGER,
                     hold INTEGER, distribution TEXT, name TEXT, type TEXT, device TEXT, open INTEGER, records INTEGER,
                     bytes INTEGER, created INTEGER, place INTEGER, incomplete INTEGER);
  CREATE TABLE chunk (file INTEGER, first INTEGER, records INTEGER, data BLOB, PRIMARY KEY (file, first));)";

constexpr DatabaseKind kSpool = {
    .name = "spool",
    .application = 0x52333753,  // "R37S"
    .version = 1,
    .tables = kTables,
    .settings = "PRAGMA locking_mode = EXCLUSIVE; PRAGMA page_size = 16384",
    // The log is emptied into the database every few megabytes.
    .journal = "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 512; PRAGMA journal_size_limit = 16777216",
};

constexpr const char* kPutFile = "REPLACE INTO file VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr const char* kAddChunk = "INSERT INTO chunk VALUES (?, ?, ?, ?)";
constexpr const char* kRemoveFile = "DELETE FROM file WHERE id = ?";
constexpr const char* kRemoveChunks = "DELETE FROM chunk WHERE file = ?";
constexpr const char* kFindChunk =
    "SELECT first, records, data FROM chunk WHERE file = ?1 AND first <= ?2 ORDER BY first DESC LIMIT 1";
// A file's chunks must have all of its records; chunks without a file come out as a row of their own.
constexpr const char* kLoadFiles = R"(
  SELECT file.*, total.records, total.bytes, total.file
    FROM file LEFT JOIN (SELECT file, SUM(records) AS records, SUM(LENGTH(data)) AS bytes FROM chunk GROUP BY file) total
      ON total.file = file.id
  ORDER BY place)";
constexpr const char* kStrayChunks = "SELECT COUNT(*) FROM chunk WHERE file NOT IN (SELECT id FROM file)";

}  // namespace

Result<std::unique_ptr<SpoolDatabase>> SpoolDatabase::open(const std::filesystem::path& directory) {
  std::error_code error;
  std::filesystem::create_directory(directory, error);
  if (!std::filesystem::is_directory(directory, error))
    return fail("'{}' is no directory and cannot be made, expected one for the spool", directory.string());
  auto database = Database::open(directory / kFileName, kSpool);
  if (!database) return tl::unexpected(database.error());
  return std::unique_ptr<SpoolDatabase>(new SpoolDatabase(std::move(*database)));
}

Result<std::vector<SpoolFile>> SpoolDatabase::load() {
  Database& database = *database_;
  const auto stray = database.number(kStrayChunks);
  if (!stray) return tl::unexpected(stray.error());
  if (*stray != 0) return fail("the spool {} is damaged: {} chunks belong to no file", path(), *stray);
  std::vector<SpoolFile> files;
  auto row = database.query(kLoadFiles);
  for (; row && *row; row = database.next_row()) {
    SpoolFile file;
    file.id = static_cast<SpoolId>(database.integer(0));
    file.owner = database.text(1);
    file.origin = database.text(2);
    file.kind = static_cast<SpoolKind>(database.integer(3));
    const std::string spool_class = database.text(4);
    file.spool_class = spool_class.empty() ? ' ' : spool_class[0];
    file.copies = static_cast<u32>(database.integer(5));
    file.hold = static_cast<SpoolHold>(database.integer(6));
    file.distribution = database.text(7);
    file.name = database.text(8);
    file.type = database.text(9);
    file.device = database.text(10);
    file.state = database.integer(11) != 0 ? SpoolState::open : SpoolState::closed;
    file.records = static_cast<u64>(database.integer(12));
    file.bytes = static_cast<u64>(database.integer(13));
    file.created = database.integer(14);
    file.place = database.integer(15);
    file.incomplete = database.integer(16) != 0;
    const bool ranges = database.integer(0) >= 1 && database.integer(0) <= kLastSpoolId && database.integer(3) >= 0 &&
                        database.integer(3) <= 2 && database.integer(6) >= 0 && database.integer(6) <= 2;
    const bool whole = database.integer(12) == database.integer(17) && database.integer(13) == database.integer(18);
    const Status attributes = check_attributes(file);
    if (!ranges || !whole || !attributes) {
      const std::string what = !ranges ? "a number is out of its range"
                               : !whole
                                   ? fmt::format("found {} records, expected {}", database.integer(17), file.records)
                                   : attributes.error().message;
      database.reset();
      return fail("the spool {} is damaged: file {}: {}", path(), file.id, what);
    }
    files.push_back(std::move(file));
  }
  if (!row) return tl::unexpected(row.error());
  database.reset();
  return files;
}

Status SpoolDatabase::set_surety(Surety surety) {
  if (surety_ == surety) return {};
  Status set = database_->run(surety == Surety::host ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
  if (set) surety_ = surety;
  return set;
}

Status SpoolDatabase::apply(const SpoolChanges& changes, Surety surety) {
  Database& database = *database_;
  const auto all = [&]() -> Status {
    for (const SpoolId id : changes.remove) {
      if (Status done = database.execute(kRemoveChunks, i64{id}); !done) return done;
      if (Status done = database.execute(kRemoveFile, i64{id}); !done) return done;
    }
    for (const SpoolFile* f : changes.put) {
      Status done =
          database.execute(kPutFile, i64{f->id}, f->owner, f->origin, static_cast<i64>(f->kind),
                           std::string(1, f->spool_class), i64{f->copies}, static_cast<i64>(f->hold), f->distribution,
                           f->name, f->type, f->device, i64{f->state == SpoolState::open}, static_cast<i64>(f->records),
                           static_cast<i64>(f->bytes), f->created, f->place, i64{f->incomplete});
      if (!done) return done;
    }
    for (const SpoolChunk* chunk : changes.add) {
      Status done = database.execute(kAddChunk, i64{chunk->file}, static_cast<i64>(chunk->first),
                                     static_cast<i64>(chunk->records), chunk->bytes);
      if (!done) return done;
    }
    return {};
  };
  if (Status set = set_surety(surety); !set) return set;
  return database.transaction(all);
}

Result<SpoolChunk> SpoolDatabase::chunk(SpoolId file, u64 record) {
  Database& database = *database_;
  const auto row = database.query(kFindChunk, i64{file}, static_cast<i64>(record));
  if (!row) return tl::unexpected(row.error());
  if (!*row) {
    database.reset();
    return fail("the spool {} is damaged: file {} has no record {}", path(), file, record);
  }
  SpoolChunk chunk{.file = file,
                   .first = static_cast<u64>(database.integer(0)),
                   .records = static_cast<u64>(database.integer(1)),
                   .bytes = database.blob(2)};
  database.reset();
  if (record - chunk.first >= chunk.records)
    return fail("the spool {} is damaged: file {} has no record {}", path(), file, record);
  return chunk;
}

}  // namespace replica::vmm
