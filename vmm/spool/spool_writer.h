// Prints and punches: takes files from the queue of printers or punches and has a real device, any model of one, carry out
// their commands. What comes out for a file is to the byte what its commands would have given on that device.
//
// step() carries out a bounded number of commands, so that it can have its turn beside virtual machines. Each file begins with
// the carriage at channel 1, and behind a separator page, if they are wanted; copies of a file have none between them. A file
// that loads a form gets it for itself: the next one begins with the device's own.
//
// When the device needs intervention or its commands fail, the writer stops and tells the operator; after start() it goes on with
// the command that failed. It is idle without a file, and drained after drain(), when the file in work has been finished.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "devices/code_page.h"
#include "devices/device.h"
#include "vmm/spool/spool_store.h"

namespace replica::vmm {

class SpoolWriter {
 public:
  struct Options {
    std::string name;  // of the device in messages, "00E"
    SpoolKind kind = SpoolKind::printer;
    std::string classes = "A";  // of the files that it takes, the most urgent first; `*` is any
    bool separator = true;
    std::vector<u8> form{};  // what LOAD FCB takes to give the device its own form; empty: Carriage's
    const CodePage* code_page = &default_code_page();  // of the separator's text
    std::function<void(const std::string&)> report{};  // tells the operator
  };
  enum class State : u8 { drained, idle, busy, stopped };

  // Both outlive the writer. It is drained until start().
  SpoolWriter(SpoolStore& store, Device& device, Options options);
  // The file in work waits in its queue again.
  ~SpoolWriter();
  SpoolWriter(const SpoolWriter&) = delete;
  SpoolWriter& operator=(const SpoolWriter&) = delete;

  // START. Also goes on after a stop.
  void start() {
    state_ = State::busy;
    draining_ = false;
  }
  // START with classes and NOSEP, for files that begin later. Error: a class that there is not.
  Status start(const std::string& classes, bool separator);
  void drain();
  const std::string& classes() const { return options_.classes; }
  bool has_separator() const { return options_.separator; }

  // Carries out up to so many commands, and says whether there is more to do.
  State step(u32 most_commands);
  State state() const { return state_; }
  // The file in work.
  std::optional<SpoolId> active_file() const { return file_; }
  // Of that file, and how many copies are still to come, with the one in work.
  u32 copies_left() const { return copies_left_; }

  // ---- Of the file in work; the error if there is none. A writer that has stopped tries again ----

  // FLUSH: ends this copy, or all. With `hold` the file stays, in system hold, otherwise it is deleted after its last copy.
  Status flush(bool all, bool hold);
  // BACKSPAC: back to the beginning of the page in work and by so many more, as far as the file reaches. Pages begin with skips
  // to channel 1.
  Status backspace(u64 pages);
  // BACKSPAC FILE: back to the beginning of the file.
  Status restart();
  // REPEAT: so many copies more. Error: more than 99 would be left.
  Status repeat(u32 copies);

 private:
  struct Command {
    u8 command = 0;
    u8 flags = SpoolRecord::kBeginsChain;
    std::vector<u8> data{};
  };
  // Where the paper stands: at channel 1 with nothing on the page, or with a line printed there, which a skip to channel 1 does
  // not move away; or elsewhere.
  enum class Paper : u8 { clean, printed, elsewhere };
  // What came of a command.
  enum class Outcome : u8 { done, later, stopped };

  bool begin_file();
  void begin_copy(bool with_separator);
  void begin_form();
  void add_separator(const SpoolFile& file);
  void add_line(std::string_view text, u8 command);
  void end_copy();
  Status end_file(bool hold);
  // The file cannot be read: it is put into system hold.
  void give_up(const Error& error);
  // Takes the next record of the file to pending_; false at its end, or if it cannot be read.
  bool next_record();
  Outcome carry_out(const Command& command);
  void note_carried_out(u8 command, bool ours);
  void skip_to_channel_1();
  Outcome judge(const Command& command, u8 status);
  Status no_file() const;
  void report(const std::string& message) const;

  SpoolStore& store_;
  Device& device_;
  Options options_;
  State state_ = State::drained;
  bool draining_ = false;

  std::optional<SpoolId> file_;
  std::optional<SpoolCursor> cursor_;
  u32 copies_left_ = 0;
  std::deque<Command> ahead_;       // to be carried out before the next record
  std::optional<Command> pending_;  // the record that is being carried out
  std::vector<u64> pages_;          // the records with which pages begin, as far as they were printed
  Paper paper_ = Paper::clean;
  bool form_loaded_ = false;  // one that is not the device's own
};

}  // namespace replica::vmm
