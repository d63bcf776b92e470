// Line printers: 1403, 1443, 3203 and 3211. What is printed becomes text in the code page of the environment, in a file of
// the host or on the standard input of a program; or its commands go to a medium that the printer is made with.
//
// Arguments: FILE | '|COMMAND', then (of a printer made with a medium only lpp= to nofcbcheck, and overflow)
//   crlf              a line ends with a carriage return, also before its line feed
//   noclear           what the file holds stays in front (it is emptied when the printer is first used, otherwise)
//   lpp=N lpi=6|8     lines of the form and per inch
//   fcb=...           the carriage tape, see devices/carriage.h
//   index=N           3211: printing begins at position N
//   fcbcheck          a skip to a channel that the form does not have is an equipment check; nofcbcheck: it is ignored
//   print | browse    browse: a line printed without moving is followed by a line feed instead of a carriage return
//   rawcc             each command becomes a line: its code in hexadecimal, then the data
//   overflow          spacing to channel 9 gives unit check and to channel 12 unit exception, as on the machine
// The bytes written are those of Hercules 3.13 for the same channel program, with one exception: an FCB image without an
// index byte, whose channels Hercules takes one line too early. Hercules does not know `overflow`.
#pragma once

#include <memory>

#include "devices/carriage.h"
#include "devices/host_file.h"
#include "devices/output_medium.h"
#include "devices/unit_record.h"

namespace replica {

// A 1443 works like a 1403, a 3203 like a 3211 with a shorter line.
//
// Invariant: the carriage moves only when the medium has taken the command, so that one which ended with equipment check can
// be repeated.
class LinePrinter : public UnitRecordDevice {
 public:
  ~LinePrinter() override;
  std::string description() const override;
  void begin_chain() override;
  Answer begin(u8 command) override;
  Ending end() override;
  void reset() override;
  Status flush() override { return medium_->flush(); }

  // The operator's STOP and START keys. A printer that is stopped needs intervention; starting presents device end.
  void stop() { stopped_ = true; }
  void start();
  bool is_stopped() const { return stopped_; }

 private:
  enum class Overprint : u8 { carriage_return, line_feed };
  struct Options {
    std::string file;
    Carriage carriage;
    OutputFile::Existing existing = OutputFile::Existing::replace;
    bool crlf = false;
    bool ignore_missing_channels = false;
    bool browse = false;
    bool raw = false;
    bool overflow = false;
  };

  LinePrinter(std::string_view type, const DeviceEnvironment& environment, std::shared_ptr<OutputMedium> medium);
  friend Result<std::unique_ptr<Device>> make_line_printer_on(std::shared_ptr<OutputMedium>, std::string_view,
                                                              std::span<const std::string>, const DeviceEnvironment&);

  Status load(std::span<const std::string> arguments) override;
  bool has_medium() const override { return true; }
  Status parse(std::span<const std::string> arguments, Options& options) const;

  bool open_medium();
  void close_medium();
  bool has_buffers() const { return type() == "3211" || type() == "3203"; }
  u32 positions() const { return type() == "3211" ? 150 : 132; }

  Answer begin_ready(u8 command);
  Answer begin_diagnostic(u8 command);
  Answer begin_raw(u8 command);
  Answer begin_character_set(u8 command);
  Answer begin_fold(u8 command);
  // Commands that have taken their data.
  Ending print();
  Ending print_raw();
  Ending load_forms();
  Ending load_character_set();

  // The characters of the line in buffer(), without blanks at its end.
  std::string line_text();
  // The unit status of moving as the command says. Characters are appended to `text`.
  u8 move(u8 command, Carriage& carriage, std::string& text);
  u8 overflow(const Carriage& before, const Carriage& after);
  // Gives the command to the medium, with `text` and what came from storage, then takes over `carriage`; gives `status`, or what a failure means.
  u8 commit(const std::string& text, const Carriage& carriage, u8 status, std::span<const u8> data = {});
  Status give(std::string_view text, std::span<const u8> data);
  Status prepare_fresh_medium();

  Options options_;
  Carriage carriage_;
  std::shared_ptr<OutputMedium> medium_;
  const bool on_host_;             // the medium is made from the arguments
  std::vector<u8> print_line_;     // of DIAGNOSTIC WRITE
  std::vector<u8> character_set_;  // the UCS buffer
  bool fold_ = false;
  bool stopped_ = false;
  bool line_feed_due_ = false;  // browse: after a line without motion

  bool form_loaded_ = false;  // by a command; otherwise the carriage has the form of the arguments

  u8 command_ = 0;  // being carried out
  bool first_in_chain_ = false;
  bool lacks_channel_ = false;  // the command skips to a channel that is not there
  u8 previous_ = 0;             // the one before in this chain; 0 if it is the first
  u32 position_in_chain_ = 0;
  bool gate_open_ = false;  // by DIAGNOSTIC GATE, until the chain ends
};

Result<std::unique_ptr<Device>> make_line_printer(std::string_view type, std::span<const std::string> arguments,
                                                  const DeviceEnvironment& environment);
// The same without a file among its arguments: what it prints goes to `medium`.
Result<std::unique_ptr<Device>> make_line_printer_on(std::shared_ptr<OutputMedium> medium, std::string_view type,
                                                     std::span<const std::string> arguments,
                                                     const DeviceEnvironment& environment);

}  // namespace replica
