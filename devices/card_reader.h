// Card readers: 1442, 2501, 2540R and 3505. A deck is a file of the host, or several in sequence. It holds 80-byte records
// of EBCDIC, or lines of text in the code page of the environment; which of the two is seen from its first 160 bytes if the
// options do not say.
//
// Arguments: [FILE | * [FILE...] [ebcdic | ascii] [trunc] [autopad] [eof | intrq] [multifile]]. At the end of a file the
// reader presents unit exception (eof) or intervention required (intrq, which is assumed); then the next file is up. With
// `multifile` that happens at the end of the last only. All is as in Hercules, but for three cases in which that loses cards:
// the format is detected for each file; a line that is too long is one card in error, its rest is not another; and the
// operator is told of an incomplete last record. Column binary is read as EBCDIC, stackers are all the same.
#pragma once

#include <memory>
#include <optional>

#include "devices/host_file.h"
#include "devices/unit_record.h"

namespace replica {

class CardReader : public UnitRecordDevice {
 public:
  std::string description() const override;
  Answer begin(u8 command) override;
  Ending end() override;

 private:
  enum class Format : u8 { detect, ebcdic, ascii };
  struct Options {
    Format format = Format::detect;
    bool truncate = false;
    bool pad = false;
    bool unit_exception = false;
    bool chain_files = false;
  };
  // What came of an attempt to read a card.
  enum class Outcome : u8 { card, end_of_file, too_long, failed };

  CardReader(std::string_view type, const DeviceEnvironment& environment);
  friend Result<std::unique_ptr<Device>> make_card_reader(std::string_view, std::span<const std::string>,
                                                          const DeviceEnvironment&);

  Status load(std::span<const std::string> arguments) override;
  bool has_medium() const override { return next_file_ < files_.size(); }
  static Status parse(std::span<const std::string> arguments, Options& options, std::vector<std::string>& files);

  // Opens the file that is up, unless it is open. Its failure is reported.
  bool open_file();
  void close_file();
  Outcome read_card(std::vector<u8>& card);
  Outcome read_record(std::vector<u8>& card);
  Outcome read_line(std::vector<u8>& card);
  Outcome failed(const Error& error);
  Outcome too_long();
  Answer read_command();
  Answer not_ready();
  Answer sense_command();
  // Unit check with the sense byte 1 that a 3505 has.
  Answer intervention_required();

  Options options_;
  std::vector<std::string> files_;
  std::size_t next_file_ = 0;  // the one that is open or up; behind the last, the reader is empty
  std::optional<InputFile> file_;
  Format format_ = Format::detect;  // of the open file
  u64 cards_ = 0;                   // read from the open file, or from the last one
};

// A card reader without arguments is empty.
Result<std::unique_ptr<Device>> make_card_reader(std::string_view type, std::span<const std::string> arguments,
                                                 const DeviceEnvironment& environment);

}  // namespace replica
