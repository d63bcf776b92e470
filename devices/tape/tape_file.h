// A tape as a drive sees it: blocks and tape marks between the load point and the end of what is recorded. The image that
// holds them is a file of the host, in one of the formats of devices/tape/.
//
// Invariants:
//  1. The tape stands at the load point, or behind a record that was reached from there by passing every record before
//     it. A position is never computed from what an image says about the record before it, which may be wrong.
//  2. Memory is bounded by what the image holds: at most one block, and four bytes for each record passed.
//  3. An image is never damaged. A write replaces what follows it, as on a real tape, in this order:
//       a. the file is cut at the position: it ends behind the record before;
//       b. all but the first header of the new record is written behind the place of that header, which holds zeros:
//          readers take a header of zeros near the end of the file for the end of the tape;
//       c. the header is written. It is six bytes; the one that counts is the last but one.
//     Killed at any moment, the file holds every record before the one being written, and that one wholly or not at all.
//     (Between b and c, other programs see a bad record there, as they do in any file that is cut short.)
//     If the host refuses a write (no space left), the file is cut at the position again.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "devices/dasd/image_file.h"
#include "devices/tape/tape_options.h"

namespace replica {

// The longest block. Hercules has the same limit, and so has a CCW.
inline constexpr u32 kMaximumTapeBlock = 65535;

class TapeFile {
 public:
  // What a movement came upon.
  enum class Passed : u8 {
    block,
    tape_mark,
    load_point,   // going backward: there is nothing before
    end_of_data,  // going forward: nothing is recorded here
    end_of_tape,  // writing: the tape has no room for it
  };

  struct Position {
    u64 offset = 0;  // in the file
    u32 file = 0;    // tape marks before here
    u64 record = 0;  // blocks and tape marks before here
  };

  // An open file, and how long it is.
  struct Image {
    ImageFile file;
    u64 size;
  };

  virtual ~TapeFile() = default;
  TapeFile(const TapeFile&) = delete;
  TapeFile& operator=(const TapeFile&) = delete;

  // Movements. An error says that the record moved over cannot be read: file, offset, found, expected. The tape then stands
  // behind that record, and if nobody knows where it ends, only moving backward over it or rewinding gets away.
  Result<Passed> read(std::vector<u8>& block);
  Result<Passed> space_block();
  // Behind the next tape mark.
  Result<Passed> space_file();
  // `block` is in the order of a forward read.
  Result<Passed> read_backward(std::vector<u8>& block);
  Passed backspace_block();
  // Before the previous tape mark.
  Passed backspace_file();
  void rewind();

  // Writing, which ends the tape behind what is written. Error: the tape is protected, stands behind a record that nobody
  // knows the end of, or the host refuses; the image is then as it was, but may end at the position. After a write that
  // the host refused or for which the tape has no room, the tape stands behind a damaged record, as above.
  // `block` has 1 to kMaximumTapeBlock bytes.
  Result<Passed> write_block(std::span<const u8> block);
  Result<Passed> write_tape_mark();
  // Nothing is recorded behind the position any more.
  Status erase_rest();

  bool at_load_point() const { return passed_.empty() && !damage_; }
  // The marker that warns of the end of the tape has been passed. Never without option maxsize.
  bool past_end_marker() const;
  // There is no write ring.
  bool is_protected() const { return options_.read_only || !file_.writable() || !can_write(); }
  Position position() const { return {offset_, files_, passed_.size()}; }
  std::string name() const { return file_.path().string(); }
  u64 size() const { return size_; }
  const TapeOptions& options() const { return options_; }
  // "AWS", "HET", "SIMH".
  virtual std::string_view format() const = 0;

  Status flush();
  // Gives an image of create_tape() its name.
  Status publish() { return file_.publish(); }

 protected:
  // A record as it stands in the file.
  struct Record {
    u32 bytes = 0;  // from the beginning of this record to that of the next
    bool tape_mark = false;
    u16 last_chunk = 0;           // of formats that divide a record into chunks: the length of the last
    std::optional<Error> damage;  // its extent is known, what is in it is not
  };

  TapeFile(Image image, const TapeOptions& options)
      : file_(std::move(image.file)), size_(image.size), options_(options) {}

  // Looks at the record that begins at `offset`, and puts the data of a block into `block` unless that is null. Nothing: the
  // end of what is recorded. Error: nobody knows where it ends.
  virtual Result<std::optional<Record>> scan(u64 offset, std::vector<u8>* block) = 0;
  virtual bool can_write() const = 0;
  // The bytes of a record that is to be written at the position, header first.
  virtual Result<std::vector<u8>> encode_block(std::span<const u8> block) = 0;
  virtual Result<std::vector<u8>> encode_tape_mark() = 0;

  // Reads what the file holds at `offset`; how many bytes that is, fewer than asked for at its end.
  Result<u32> read_file(u64 offset, std::span<u8> bytes) const;
  // Where the record before the position begins. There must be one: position().record is not 0.
  u64 previous_offset() const { return offset_ - passed_.back().bytes; }

 private:
  struct PassedRecord {
    u32 bytes : 31;
    u32 tape_mark : 1;
  };

  Result<Passed> move_forward(std::vector<u8>* block);
  Status check_writable() const;
  Result<Passed> append(const Result<std::vector<u8>>& record, bool tape_mark);
  Status replace_rest(std::span<const u8> record);
  Status cut();
  void advance(u32 bytes, bool tape_mark);
  bool has_room_for(u64 bytes) const;

  ImageFile file_;
  u64 size_;
  TapeOptions options_;
  u64 offset_ = 0;
  u32 files_ = 0;
  std::vector<PassedRecord> passed_;
  // The tape stands behind a record that begins at offset_ and ends nobody knows where.
  std::optional<Error> damage_;
};

// Opens an image, in the format that its content and its name tell. A file that cannot be written is a tape without a write
// ring. As by Hercules, an HET image is made if there is none; it, and an empty one, becomes an unlabelled tape.
Result<std::unique_ptr<TapeFile>> open_tape(const std::filesystem::path& path, const TapeOptions& options);

// A new image with nothing on it, AWS or HET by its name; fails if there is a file of that name. It gets the name when it is
// published.
Result<std::unique_ptr<TapeFile>> create_tape(const std::filesystem::path& path, const TapeOptions& options);

}  // namespace replica
