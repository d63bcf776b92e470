// All spool files of a system: the queues of readers, printers and punches, and the files that are being written.
//
// A closed file survives the end of the program and of the host at any moment, and so does every change of it, from when the
// function that did it returns. Records of an open file are written some tens of kilobytes at a time, and by checkpoint(). As after
// a checkpoint start of VM/370, a file that was open when the program ended is closed with what had been written by then, and
// marked as incomplete; one of which nothing had been written is gone. Half a deck is put into user hold, so that nobody reads it
// unawares. A file that was active waits in its queue again.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "vmm/spool/spool_database.h"
#include "vmm/spool/spool_file.h"

namespace replica::vmm {

struct SpoolOptions {
  std::filesystem::path directory;
  u64 most_bytes = u64{1} << 30;  // of all records; each counts its data and 6 bytes
  std::function<i64()> now;       // the date, in seconds since 1970; empty: the host's
};

// Hears of files that can be taken from now on, since they were closed, transferred or changed, and are not held.
class SpoolListener {
 public:
  virtual ~SpoolListener() = default;
  virtual void file_available(const SpoolFile& file) = 0;
};

// Which files; what is left as it is leaves all.
struct SpoolQuery {
  std::string owner{};
  std::optional<SpoolKind> kind{};
  char spool_class = '*';
};

// Invariants:
//   1. Files of this map are those of the database, which was changed first; but for records in `unwritten`.
//   2. A file has an entry in growing_ if and only if it is open.
//   3. used_ is the sum of the files' bytes, and at most the limit.
//
// All calls come on one thread. Pointers to files are valid until the file is discarded.
class SpoolStore {
 public:
  // Errors: a directory or database that cannot be used, is damaged, or is in use by another store.
  static Result<std::unique_ptr<SpoolStore>> open(const SpoolOptions& options);
  // Checkpoints. Files that are open stay so, and are incomplete when the spool is opened again.
  ~SpoolStore();

  // ---- For whoever writes a file ----

  Result<SpoolId> create(const SpoolAttributes& attributes);
  // Errors: the spool or the disk is full. The record is not taken then, and everything else is as it was.
  Status append(SpoolId id, const SpoolRecord& record);
  // Puts it into its queue, at the end, with these attributes. After an error it is still open.
  Status close(SpoolId id, const SpoolAttributes& attributes);
  // Writes what open files have.
  Status checkpoint();

  // ---- For whoever reads one ----

  // The first in the queue that is not held, of the class or of any (`*`).
  const SpoolFile* next_for_reader(std::string_view owner, char spool_class) const;
  // The classes in this order; `*` is any.
  const SpoolFile* next_for_output(SpoolKind kind, std::string_view classes) const;
  // A file that is active is nobody else's.
  void claim(SpoolId id);
  // It waits in its place again.
  void release(SpoolId id);
  // Deletes a file that is open or active, by whom it belongs to.
  Status discard(SpoolId id);

  // ---- For users and operators ----
  // Errors: there is no such file, or it is open or active.

  std::vector<SpoolFile> list(const SpoolQuery& query) const;
  const SpoolFile* find(SpoolId id) const;
  // Gives it attributes; those that are to stay come from find().
  Status change(SpoolId id, const SpoolAttributes& attributes);
  // Puts it into the reader of that user, behind the other files.
  Status transfer(SpoolId id, const std::string& user);
  // Puts these files of one queue of one owner, in this order, in front of the others there.
  Status order(std::span<const SpoolId> ids);
  Status purge(SpoolId id);

  // ----

  void add_listener(SpoolListener* listener) { listeners_.push_back(listener); }
  void remove_listener(SpoolListener* listener) { std::erase(listeners_, listener); }

  u64 used_bytes() const { return used_; }
  u64 most_bytes() const { return most_; }
  // Whether there is room for a record with so much data.
  bool has_room(u64 data) const;
  // The error if there is not.
  Error full() const;

  // Files that were found open when the spool was opened, and closed.
  const std::vector<SpoolId>& recovered() const { return recovered_; }

 private:
  friend class SpoolCursor;

  // The end of an open file.
  struct Growing {
    SpoolChunk unwritten;
    bool in_database = false;
  };

  SpoolStore(std::unique_ptr<SpoolDatabase> database, const SpoolOptions& options);

  Status recover(std::vector<SpoolFile> files);
  Result<SpoolId> free_id() const;
  Result<SpoolFile*> waiting_file(SpoolId id);
  // Writes the end of an open file with the attributes of `file`, which is the file or is to replace it.
  Status write(const SpoolFile& file, Growing& growing, SpoolDatabase::Surety surety);
  Status put(const SpoolFile& changed);
  Status remove(SpoolId id);
  void tell(const SpoolFile& file) const;

  std::unique_ptr<SpoolDatabase> database_;
  u64 most_;
  std::function<i64()> now_;
  std::map<SpoolId, SpoolFile> files_;
  std::map<SpoolId, Growing> growing_;
  std::vector<SpoolListener*> listeners_;
  std::vector<SpoolId> recovered_;
  u64 used_ = 0;
  SpoolId last_id_ = 0;
  i64 first_place_ = 0;
  i64 last_place_ = 0;
};

// Reads a closed or active file, record by record.
class SpoolCursor {
 public:
  // The store outlives the cursor, and so does the file until the last next().
  SpoolCursor(const SpoolStore& store, SpoolId id) : store_(&store), id_(id) {}

  // The next record, if there is one more. Error: the database cannot be read, or is damaged.
  Result<std::optional<SpoolRecord>> next();
  // The record that next() gives, from 0.
  u64 position() const { return position_; }
  void seek(u64 record) {
    position_ = record;
    chunk_ = {};
  }

 private:
  Status load_chunk();

  const SpoolStore* store_;
  SpoolId id_;
  u64 position_ = 0;
  SpoolChunk chunk_;
  std::size_t offset_ = 0;  // of the record at position_ in the chunk
};

}  // namespace replica::vmm
