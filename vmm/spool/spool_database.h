// The spool on the host: an SQLite database. It has a row for each file and, for its records, rows of some tens of kilobytes, the
// chunks; what is in them is not looked at here.
//
// It holds after a crash of the program or of the host at any moment: every change is a transaction in a write-ahead log.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/sqlite/database.h"
#include "vmm/spool/spool_file.h"

namespace replica::vmm {

// Some records of a file.
struct SpoolChunk {
  SpoolId file = 0;
  u64 first = 0;  // record, from 0
  u64 records = 0;
  std::vector<u8> bytes;
};

// What one transaction does: all of it, or nothing. What it points to stays the caller's.
struct SpoolChanges {
  std::vector<const SpoolFile*> put;  // is there from now on, with these attributes
  std::vector<const SpoolChunk*> add;
  std::vector<SpoolId> remove;  // with its chunks
};

class SpoolDatabase {
 public:
  // How sure a transaction is when it ends. Both are atomic, and survive the end of the program.
  enum class Surety : u8 {
    program,  // a crash of the host may undo it
    host,     // so does not even that
  };

  // Opens `spool.db` in the directory, which is made if it is not there. What is not a spool, or is damaged, is an error and
  // stays as it is; so does one that is in use.
  static Result<std::unique_ptr<SpoolDatabase>> open(const std::filesystem::path& directory);

  // Every file, with its number of records and bytes. Error: a row that cannot be.
  Result<std::vector<SpoolFile>> load();
  Status apply(const SpoolChanges& changes, Surety surety);
  // The chunk that has the record.
  Result<SpoolChunk> chunk(SpoolId file, u64 record);

  const std::string& path() const { return database_->path(); }

 private:
  explicit SpoolDatabase(std::unique_ptr<Database> database) : database_(std::move(database)) {}
  Status set_surety(Surety surety);

  std::unique_ptr<Database> database_;
  std::optional<Surety> surety_;
};

}  // namespace replica::vmm
