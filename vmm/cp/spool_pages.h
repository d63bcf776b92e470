// A spool file as pages of 4 KB, as a program reads it by DIAGNOSE X'14': records are CCWs with their data behind them, as CP of
// VM/370 kept them. VM/370 Data Areas and Control Block Logic (SY20-0884), SPLINK, SFBLOK.
//
//   page    links to the next and the previous page (0 here), a word, the number of records; then the records
//   record  CCW with the displacement of its data in the page; TIC with that of the next CCW; the data without trailing blanks,
//           up to a doubleword's end
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "devices/code_page.h"
#include "vmm/spool/spool_store.h"

namespace replica::vmm {

using SpoolPage = std::array<u8, 4096>;

// The file that a virtual reader has open for DIAGNOSE, and the page that comes next.
class SpoolPageReader {
 public:
  // The store outlives it.
  explicit SpoolPageReader(SpoolStore& store) : store_(store) {}
  // A file that is open waits in its queue again.
  ~SpoolPageReader() { close(true); }
  SpoolPageReader(const SpoolPageReader&) = delete;
  SpoolPageReader& operator=(const SpoolPageReader&) = delete;

  void open(SpoolId id);
  bool is_open() const { return file_.has_value(); }
  SpoolId file() const { return *file_; }
  // With `hold` the file stays, otherwise it is deleted.
  void close(bool hold);

  // The next page; nothing at the end of the file. Error: it cannot be read.
  Result<std::optional<SpoolPage>> next();
  // Back to the beginning; or so that next() gives the page in front of the last one, or the first.
  void restart() { page_ = 0; }
  void backspace() { page_ = page_ < 2 ? 0 : page_ - 2; }

  // How often the file is still to be read again from its beginning.
  u32 repeats = 0;

  // Which file X'0004', X'0008' and X'0FFF' have shown last.
  SpoolId last_shown = 0;

 private:
  SpoolStore& store_;
  std::optional<SpoolId> file_;
  std::vector<u64> begins_;  // the records with which pages begin, as far as they are known
  std::size_t page_ = 0;
};

// The control block of a file: 12 doublewords.
std::array<u8, 96> spool_file_block(const SpoolFile& file, const CodePage& code_page);

}  // namespace replica::vmm
