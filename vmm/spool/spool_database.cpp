#include "vmm/spool/spool_database.h"

#include <sqlite3.h>

#include <cstring>
#include <optional>
#include <system_error>
#include <utility>

#include "base/check.h"

namespace replica::vmm {
namespace {

constexpr const char* kFileName = "spool.db";
constexpr i64 kApplication = 0x52333753;  // "R37S", by which a spool is told from other databases
constexpr i64 kVersion = 1;

// The journal mode of a new file is set after this, so that its making is one transaction.
constexpr const char* kMake = R"(
  BEGIN EXCLUSIVE;
  CREATE TABLE file (id INTEGER PRIMARY KEY, owner TEXT, origin TEXT, kind INTEGER, class TEXT, copies INTEGER,
                     hold INTEGER, distribution TEXT, name TEXT, type TEXT, device TEXT, open INTEGER, records INTEGER,
                     bytes INTEGER, created INTEGER, place INTEGER, incomplete INTEGER);
  CREATE TABLE chunk (file INTEGER, first INTEGER, records INTEGER, data BLOB, PRIMARY KEY (file, first));
  PRAGMA application_id = 1379088211;
  PRAGMA user_version = 1;
  COMMIT;)";

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

// A connection to SQLite, and the statements that have been prepared on it.
class SpoolDatabase::Connection {
 public:
  explicit Connection(std::string path) : path_(std::move(path)) {}
  ~Connection() {
    for (auto& [text, statement] : statements_) sqlite3_finalize(statement);
    sqlite3_close(database_);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Status open();
  Status run(const char* text);
  // Binds the values, from left to right, and takes the first step; `row` says whether there is a row.
  template <typename... Values>
  Result<bool> query(const char* text, const Values&... values);
  template <typename... Values>
  Status execute(const char* text, const Values&... values) {
    const auto row = query(text, values...);
    if (!row) return tl::unexpected(row.error());
    reset();
    return {};
  }
  Result<bool> next_row();
  i64 integer(int column) const { return sqlite3_column_int64(current_, column); }
  std::string text(int column) const;
  std::vector<u8> blob(int column) const;
  // The statement in use is done with.
  void reset();
  Result<i64> number(const char* text);

  Status set_surety(Surety surety);
  bool in_transaction() const { return sqlite3_get_autocommit(database_) == 0; }

 private:
  Status make_or_check();
  Status check_content();
  tl::unexpected<Error> failure() const;
  Result<sqlite3_stmt*> prepare(const char* text);
  int bind(int position, i64 value) { return sqlite3_bind_int64(current_, position, value); }
  int bind(int position, const std::string& value) {
    return sqlite3_bind_text(current_, position, value.data(), static_cast<int>(value.size()), SQLITE_STATIC);
  }
  int bind(int position, const std::vector<u8>& value) {
    return sqlite3_bind_blob64(current_, position, value.data(), value.size(), SQLITE_STATIC);
  }

  std::string path_;
  sqlite3* database_ = nullptr;
  sqlite3_stmt* current_ = nullptr;
  std::vector<std::pair<const char*, sqlite3_stmt*>> statements_;
  std::optional<Surety> surety_;
};

tl::unexpected<Error> SpoolDatabase::Connection::failure() const {
  switch (sqlite3_errcode(database_) & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return fail("the spool {} is in use by another program", path_);
    case SQLITE_NOTADB: return fail("{} is no spool: found a file of another kind, expected an SQLite database", path_);
    case SQLITE_CORRUPT: return fail("the spool {} is damaged: {}", path_, sqlite3_errmsg(database_));
    case SQLITE_FULL: return fail("cannot write to the spool {}: no space is left on its disk", path_);
    default: return fail("cannot use the spool {}: {}", path_, sqlite3_errmsg(database_));
  }
}

Result<sqlite3_stmt*> SpoolDatabase::Connection::prepare(const char* text) {
  for (const auto& [known, statement] : statements_)
    if (known == text) return statement;
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database_, text, -1, &statement, nullptr) != SQLITE_OK) return failure();
  statements_.emplace_back(text, statement);
  return statement;
}

template <typename... Values>
Result<bool> SpoolDatabase::Connection::query(const char* text, const Values&... values) {
  const auto statement = prepare(text);
  if (!statement) return tl::unexpected(statement.error());
  current_ = *statement;
  int position = 0;
  int result = SQLITE_OK;
  ((result = result == SQLITE_OK ? bind(++position, values) : result), ...);
  if (result != SQLITE_OK) {
    auto error = failure();
    reset();
    return error;
  }
  return next_row();
}

Result<bool> SpoolDatabase::Connection::next_row() {
  const int result = sqlite3_step(current_);
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) return false;
  auto error = failure();
  reset();
  return error;
}

void SpoolDatabase::Connection::reset() {
  sqlite3_reset(current_);
  sqlite3_clear_bindings(current_);
}

std::string SpoolDatabase::Connection::text(int column) const {
  const auto* begin = reinterpret_cast<const char*>(sqlite3_column_text(current_, column));
  return begin == nullptr ? "" : std::string(begin, static_cast<std::size_t>(sqlite3_column_bytes(current_, column)));
}

std::vector<u8> SpoolDatabase::Connection::blob(int column) const {
  const auto* begin = static_cast<const u8*>(sqlite3_column_blob(current_, column));
  if (begin == nullptr) return {};
  return {begin, begin + sqlite3_column_bytes(current_, column)};
}

Status SpoolDatabase::Connection::run(const char* text) {
  if (sqlite3_exec(database_, text, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return failure();
}

Result<i64> SpoolDatabase::Connection::number(const char* text) {
  const auto row = query(text);
  if (!row) return tl::unexpected(row.error());
  const i64 value = *row ? integer(0) : 0;
  reset();
  return value;
}

Status SpoolDatabase::Connection::set_surety(Surety surety) {
  if (surety_ == surety) return {};
  Status set = run(surety == Surety::host ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
  if (set) surety_ = surety;
  return set;
}

// Nothing is written to a file before it is known to be a spool, or empty; and closing a file that is not accepted leaves it,
// with its log, as it was found.
Status SpoolDatabase::Connection::open() {
  const int opened = sqlite3_open_v2(path_.c_str(), &database_,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  CHECK(database_ != nullptr);
  if (opened != SQLITE_OK) return failure();
  sqlite3_db_config(database_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  sqlite3_db_config(database_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  if (Status set = run("PRAGMA locking_mode = EXCLUSIVE; PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF;"
                       "PRAGMA temp_store = MEMORY; PRAGMA page_size = 16384");
      !set)
    return set;
  if (Status made = make_or_check(); !made) return made;
  // The log is emptied into the database every few megabytes.
  if (Status set =
          run("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 512; PRAGMA journal_size_limit = 16777216");
      !set)
    return set;
  sqlite3_db_config(database_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
  return {};
}

Status SpoolDatabase::Connection::make_or_check() {
  const auto pages = number("PRAGMA page_count");
  if (!pages) return tl::unexpected(pages.error());
  if (*pages != 0) return check_content();
  Status made = run(kMake);
  if (!made && in_transaction()) (void)run("ROLLBACK");
  return made;
}

Status SpoolDatabase::Connection::check_content() {
  const auto application = number("PRAGMA application_id");
  if (!application) return tl::unexpected(application.error());
  if (*application != kApplication)
    return fail("{} is no spool: found an SQLite database of application {:X}, expected {:X}", path_, *application,
                kApplication);
  const auto version = number("PRAGMA user_version");
  if (!version) return tl::unexpected(version.error());
  if (*version != kVersion) return fail("the spool {} has version {}, expected {}", path_, *version, kVersion);
  const auto row = query("PRAGMA quick_check(1)");
  if (!row) return tl::unexpected(row.error());
  const std::string finding = *row ? text(0) : "nothing";
  reset();
  if (finding != "ok") return fail("the spool {} is damaged: {}", path_, finding);
  return {};
}

SpoolDatabase::SpoolDatabase(std::string path, std::unique_ptr<Connection> connection)
    : path_(std::move(path)), connection_(std::move(connection)) {}

SpoolDatabase::~SpoolDatabase() = default;

Result<std::unique_ptr<SpoolDatabase>> SpoolDatabase::open(const std::filesystem::path& directory) {
  std::error_code error;
  std::filesystem::create_directory(directory, error);
  if (!std::filesystem::is_directory(directory, error))
    return fail("'{}' is no directory and cannot be made, expected one for the spool", directory.string());
  const std::string path = (directory / kFileName).string();
  auto connection = std::make_unique<Connection>(path);
  if (Status opened = connection->open(); !opened) return tl::unexpected(opened.error());
  return std::unique_ptr<SpoolDatabase>(new SpoolDatabase(path, std::move(connection)));
}

Result<std::vector<SpoolFile>> SpoolDatabase::load() {
  Connection& c = *connection_;
  const auto stray = c.number(kStrayChunks);
  if (!stray) return tl::unexpected(stray.error());
  if (*stray != 0) return fail("the spool {} is damaged: {} chunks belong to no file", path_, *stray);
  std::vector<SpoolFile> files;
  auto row = c.query(kLoadFiles);
  for (; row && *row; row = c.next_row()) {
    SpoolFile file;
    file.id = static_cast<SpoolId>(c.integer(0));
    file.owner = c.text(1);
    file.origin = c.text(2);
    file.kind = static_cast<SpoolKind>(c.integer(3));
    const std::string spool_class = c.text(4);
    file.spool_class = spool_class.empty() ? ' ' : spool_class[0];
    file.copies = static_cast<u32>(c.integer(5));
    file.hold = static_cast<SpoolHold>(c.integer(6));
    file.distribution = c.text(7);
    file.name = c.text(8);
    file.type = c.text(9);
    file.device = c.text(10);
    file.state = c.integer(11) != 0 ? SpoolState::open : SpoolState::closed;
    file.records = static_cast<u64>(c.integer(12));
    file.bytes = static_cast<u64>(c.integer(13));
    file.created = c.integer(14);
    file.place = c.integer(15);
    file.incomplete = c.integer(16) != 0;
    const bool ranges = c.integer(0) >= 1 && c.integer(0) <= kLastSpoolId && c.integer(3) >= 0 && c.integer(3) <= 2 &&
                        c.integer(6) >= 0 && c.integer(6) <= 2;
    const bool whole = c.integer(12) == c.integer(17) && c.integer(13) == c.integer(18);
    const Status attributes = check_attributes(file);
    if (!ranges || !whole || !attributes) {
      const std::string what = !ranges  ? "a number is out of its range"
                               : !whole ? fmt::format("found {} records, expected {}", c.integer(17), file.records)
                                        : attributes.error().message;
      c.reset();
      return fail("the spool {} is damaged: file {}: {}", path_, file.id, what);
    }
    files.push_back(std::move(file));
  }
  if (!row) return tl::unexpected(row.error());
  c.reset();
  return files;
}

Status SpoolDatabase::apply(const SpoolChanges& changes, Surety surety) {
  Connection& c = *connection_;
  const auto all = [&]() -> Status {
    for (const SpoolId id : changes.remove) {
      if (Status done = c.execute(kRemoveChunks, i64{id}); !done) return done;
      if (Status done = c.execute(kRemoveFile, i64{id}); !done) return done;
    }
    for (const SpoolFile* f : changes.put) {
      Status done =
          c.execute(kPutFile, i64{f->id}, f->owner, f->origin, static_cast<i64>(f->kind),
                    std::string(1, f->spool_class), i64{f->copies}, static_cast<i64>(f->hold), f->distribution, f->name,
                    f->type, f->device, i64{f->state == SpoolState::open}, static_cast<i64>(f->records),
                    static_cast<i64>(f->bytes), f->created, f->place, i64{f->incomplete});
      if (!done) return done;
    }
    for (const SpoolChunk* chunk : changes.add) {
      Status done = c.execute(kAddChunk, i64{chunk->file}, static_cast<i64>(chunk->first),
                              static_cast<i64>(chunk->records), chunk->bytes);
      if (!done) return done;
    }
    return c.run("COMMIT");
  };
  if (Status set = c.set_surety(surety); !set) return set;
  if (Status begun = c.run("BEGIN IMMEDIATE"); !begun) return begun;
  Status done = all();
  if (!done && c.in_transaction()) (void)c.run("ROLLBACK");
  return done;
}

Result<SpoolChunk> SpoolDatabase::chunk(SpoolId file, u64 record) {
  Connection& c = *connection_;
  const auto row = c.query(kFindChunk, i64{file}, static_cast<i64>(record));
  if (!row) return tl::unexpected(row.error());
  if (!*row) {
    c.reset();
    return fail("the spool {} is damaged: file {} has no record {}", path_, file, record);
  }
  SpoolChunk chunk{.file = file,
                   .first = static_cast<u64>(c.integer(0)),
                   .records = static_cast<u64>(c.integer(1)),
                   .bytes = c.blob(2)};
  c.reset();
  if (record - chunk.first >= chunk.records)
    return fail("the spool {} is damaged: file {} has no record {}", path_, file, record);
  return chunk;
}

}  // namespace replica::vmm
