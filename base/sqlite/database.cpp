#include "base/sqlite/database.h"

#include <sqlite3.h>

#include "base/check.h"

namespace replica {

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& path, const DatabaseKind& kind) {
  std::unique_ptr<Database> database(new Database(path.string(), kind));
  if (Status opened = database->open_file(); !opened) return tl::unexpected(opened.error());
  return database;
}

Database::~Database() {
  for (auto& [text, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close(database_);
}

tl::unexpected<Error> Database::failure() const {
  switch (sqlite3_errcode(database_) & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return fail("the {} {} is in use by another program", kind_.name, path_);
    case SQLITE_NOTADB:
      return fail("{} is no {}: found a file of another kind, expected an SQLite database", path_, kind_.name);
    case SQLITE_CORRUPT: return fail("the {} {} is damaged: {}", kind_.name, path_, sqlite3_errmsg(database_));
    case SQLITE_FULL: return fail("cannot write to the {} {}: no space is left on its disk", kind_.name, path_);
    default: return fail("cannot use the {} {}: {}", kind_.name, path_, sqlite3_errmsg(database_));
  }
}

// Nothing is written to a file before it is known to be ours, or empty; and closing a file that is not accepted leaves it, with
// its log, as it was found.
Status Database::open_file() {
  const int opened = sqlite3_open_v2(path_.c_str(), &database_,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  CHECK(database_ != nullptr);
  if (opened != SQLITE_OK) return failure();
  sqlite3_db_config(database_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  sqlite3_db_config(database_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  if (Status set = run("PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY"); !set)
    return set;
  if (Status set = run(kind_.settings); !set) return set;
  if (Status made = make_or_check(); !made) return made;
  if (Status set = run(kind_.journal); !set) return set;
  sqlite3_db_config(database_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
  return {};
}

Status Database::make_or_check() {
  const auto pages = number("PRAGMA page_count");
  if (!pages) return tl::unexpected(pages.error());
  return *pages == 0 ? make() : check_content();
}

// The journal mode of a new file is set after this, so that its making is one transaction. Another program may have made it
// just before.
Status Database::make() {
  if (Status begun = run("BEGIN EXCLUSIVE"); !begun) return begun;
  const auto tables = number("SELECT COUNT(*) FROM sqlite_schema");
  Status made = tables ? Status() : tl::unexpected(tables.error());
  const bool is_new = tables && *tables == 0;
  if (is_new)
    made = run(fmt::format("{} PRAGMA application_id = {}; PRAGMA user_version = {}; COMMIT", kind_.tables,
                           kind_.application, kind_.version)
                   .c_str());
  if (!made || !is_new) roll_back();
  return made && !is_new ? check_content() : made;
}

Status Database::check_content() {
  const auto application = number("PRAGMA application_id");
  if (!application) return tl::unexpected(application.error());
  if (*application != kind_.application)
    return fail("{} is no {}: found an SQLite database of application {:X}, expected {:X}", path_, kind_.name,
                *application, kind_.application);
  const auto version = number("PRAGMA user_version");
  if (!version) return tl::unexpected(version.error());
  if (*version != kind_.version)
    return fail("the {} {} has version {}, expected {}", kind_.name, path_, *version, kind_.version);
  const auto row = query("PRAGMA quick_check(1)");
  if (!row) return tl::unexpected(row.error());
  const std::string finding = *row ? text(0) : "nothing";
  reset();
  if (finding != "ok") return fail("the {} {} is damaged: {}", kind_.name, path_, finding);
  return {};
}

void Database::roll_back() {
  const bool in_transaction = sqlite3_get_autocommit(database_) == 0;
  if (in_transaction) (void)run("ROLLBACK");
}

Status Database::run(const char* text) {
  if (sqlite3_exec(database_, text, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return failure();
}

Status Database::choose(const char* text) {
  for (const auto& [known, statement] : statements_) {
    if (known != text) continue;
    current_ = statement;
    return {};
  }
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database_, text, -1, &statement, nullptr) != SQLITE_OK) return failure();
  statements_.emplace_back(text, statement);
  current_ = statement;
  return {};
}

Status Database::bound(int result) {
  if (result == SQLITE_OK) return {};
  auto error = failure();
  reset();
  return error;
}

Status Database::bind(int position, i64 value) { return bound(sqlite3_bind_int64(current_, position, value)); }

Status Database::bind(int position, double value) { return bound(sqlite3_bind_double(current_, position, value)); }

Status Database::bind(int position, const std::string& value) {
  return bound(sqlite3_bind_text64(current_, position, value.data(), value.size(), SQLITE_STATIC, SQLITE_UTF8));
}

Status Database::bind(int position, const std::vector<u8>& value) {
  return bound(sqlite3_bind_blob64(current_, position, value.data(), value.size(), SQLITE_STATIC));
}

Result<bool> Database::next_row() {
  const int result = sqlite3_step(current_);
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) return false;
  auto error = failure();
  reset();
  return error;
}

void Database::reset() {
  sqlite3_reset(current_);
  sqlite3_clear_bindings(current_);
}

i64 Database::integer(int column) const { return sqlite3_column_int64(current_, column); }

double Database::real(int column) const { return sqlite3_column_double(current_, column); }

std::string Database::text(int column) const {
  const auto* begin = reinterpret_cast<const char*>(sqlite3_column_text(current_, column));
  return begin == nullptr ? "" : std::string(begin, static_cast<std::size_t>(sqlite3_column_bytes(current_, column)));
}

std::vector<u8> Database::blob(int column) const {
  const auto* begin = static_cast<const u8*>(sqlite3_column_blob(current_, column));
  if (begin == nullptr) return {};
  return {begin, begin + sqlite3_column_bytes(current_, column)};
}

i64 Database::last_row() const { return sqlite3_last_insert_rowid(database_); }

}  // namespace replica
