// Card readers: 1442, 2501, 2540R and 3505. A deck is a file of the host, or several in sequence. It holds 80-byte records
// of EBCDIC, or lines of text in the code page of the environment; which of the two is seen from its first 160 bytes if the
// options do not say. Or cards come from a source that the reader is made with, which has no arguments.
//
// Arguments: [FILE | * [FILE...] [ebcdic | ascii] [trunc] [autopad] [eof | intrq] [multifile]]. At the end of a file the
// reader presents unit exception (eof) or intervention required (intrq, which is assumed); then the next file is up. With
// `multifile` that happens at the end of the last only. All is as in Hercules, but for three cases in which that loses cards:
// the format is detected for each file; a line that is too long is one card in error, its rest is not another; and the
// operator is told of an incomplete last record. Column binary is read as EBCDIC, stackers are all the same.
#pragma once

#include <memory>

#include "devices/card_source.h"
#include "devices/unit_record.h"

namespace replica {

class HostDecks;

class CardReader : public UnitRecordDevice, private CardSourceEvents {
 public:
  ~CardReader() override;
  std::string description() const override;
  Answer begin(u8 command) override;
  Ending end() override;

 private:
  CardReader(std::string_view type, const DeviceEnvironment& environment, std::shared_ptr<CardSource> source);
  friend Result<std::unique_ptr<Device>> make_card_reader_from(std::shared_ptr<CardSource>, std::string_view,
                                                               std::span<const std::string>, const DeviceEnvironment&);

  Status load(std::span<const std::string> arguments) override;
  bool has_medium() const override { return source_->has_deck(); }
  void report(const Error& error) override { UnitRecordDevice::report(error); }
  void deck_arrived() override;

  CardSource::Outcome read_card(std::vector<u8>& card);
  Answer read_command();
  Answer not_ready(bool unit_exception);
  Answer sense_command();
  // Unit check with the sense byte 1 that a 3505 has.
  Answer intervention_required();

  std::shared_ptr<CardSource> source_;
  HostDecks* decks_ = nullptr;  // the source if it is made from the arguments
};

// A card reader without arguments is empty.
Result<std::unique_ptr<Device>> make_card_reader(std::string_view type, std::span<const std::string> arguments,
                                                 const DeviceEnvironment& environment);
// The same without arguments: its cards come from `source`, which has no other reader.
Result<std::unique_ptr<Device>> make_card_reader_from(std::shared_ptr<CardSource> source, std::string_view type,
                                                      std::span<const std::string> arguments,
                                                      const DeviceEnvironment& environment);

}  // namespace replica
