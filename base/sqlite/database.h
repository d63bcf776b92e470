// A file of ours that is an SQLite database; the only place that knows of SQLite. Whatever is wrong with the file, or with its
// disk, is an error whose text names the file, and a file that is not accepted stays as it was found.
//
// One thread at a time may use a database.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/types.h"

struct sqlite3;
struct sqlite3_stmt;

namespace replica {

// What a database is for. All texts are literals: SQL, but for the name.
struct DatabaseKind {
  const char* name;          // as in "the spool FILE is damaged"
  i64 application;           // the number, of 4 bytes, by which it is told from other databases
  i64 version;               // of its tables; another one is not accepted
  const char* tables;        // statements that make them, ending with ';'
  const char* settings;      // of each connection: pragmas that leave the file alone
  const char* journal = "";  // pragmas that may change the file, once it is accepted
};

class Database {
 public:
  // Opens the file, which is made if it is not there. Errors: it is of another kind or version, is damaged, or is in use.
  static Result<std::unique_ptr<Database>> open(const std::filesystem::path& path, const DatabaseKind& kind);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  const std::string& path() const { return path_; }

  // Runs statements that have no values and whose rows nobody wants.
  Status run(const char* text);

  // Runs a statement, with the values bound from left to right, up to its first row; the result says whether there is one. The
  // statement is kept for the next time, by the address of its text. Values: i64, double, std::string, std::vector<u8>; they
  // must stay as they are until reset().
  template <typename... Values>
  Result<bool> query(const char* text, const Values&... values) {
    if (Status chosen = choose(text); !chosen) return tl::unexpected(chosen.error());
    int position = 0;
    Status bound;
    ((bound = bound ? bind(++position, values) : bound), ...);
    if (!bound) return tl::unexpected(bound.error());
    return next_row();
  }
  // Of the same statement; an error resets it.
  Result<bool> next_row();
  // The columns of the row, from 0.
  i64 integer(int column) const;
  double real(int column) const;
  std::string text(int column) const;
  std::vector<u8> blob(int column) const;
  // The statement is done with.
  void reset();

  // A statement without rows.
  template <typename... Values>
  Status execute(const char* text, const Values&... values) {
    const auto row = query(text, values...);
    if (!row) return tl::unexpected(row.error());
    reset();
    return {};
  }
  // The number in the only row; 0 if there is none.
  template <typename... Values>
  Result<i64> number(const char* text, const Values&... values) {
    const auto row = query(text, values...);
    if (!row) return tl::unexpected(row.error());
    const i64 value = *row ? integer(0) : 0;
    reset();
    return value;
  }
  // The row that was inserted last.
  i64 last_row() const;

  // All that `work`, which returns a Status, does, or, if that is an error, nothing.
  template <typename Work>
  Status transaction(Work work) {
    if (Status begun = run("BEGIN IMMEDIATE"); !begun) return begun;
    Status done = work();
    if (done) done = run("COMMIT");
    if (!done) roll_back();
    return done;
  }

 private:
  Database(std::string path, const DatabaseKind& kind) : path_(std::move(path)), kind_(kind) {}

  Status open_file();
  Status make_or_check();
  Status make();
  Status check_content();
  void roll_back();
  tl::unexpected<Error> failure() const;
  Status choose(const char* text);
  Status bind(int position, i64 value);
  Status bind(int position, double value);
  Status bind(int position, const std::string& value);
  Status bind(int position, const std::vector<u8>& value);
  Status bound(int result);

  std::string path_;
  DatabaseKind kind_;
  sqlite3* database_ = nullptr;
  sqlite3_stmt* current_ = nullptr;
  std::vector<std::pair<const char*, sqlite3_stmt*>> statements_;
};

}  // namespace replica
