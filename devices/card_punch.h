// Card punches: 2540P and 3525. The cards go to a file of the host, as 80-byte records of EBCDIC or as lines of text in the
// code page of the environment; or to a medium that the punch is made with.
//
// Arguments: FILE, then (none of these if the punch is made with a medium)
//   ebcdic | ascii   ebcdic is assumed; text loses the blanks at the end of a card, and what is not printable is a blank
//   crlf             text lines end with carriage return and line feed
//   noclear          what the file holds stays in front (it is emptied when the punch is first used, otherwise)
// Stackers are all the same; column binary is rejected. All as in Hercules.
#pragma once

#include <memory>

#include "devices/host_file.h"
#include "devices/output_medium.h"
#include "devices/unit_record.h"

namespace replica {

class CardPunch : public UnitRecordDevice {
 public:
  ~CardPunch() override;
  std::string description() const override;
  Answer begin(u8 command) override;
  Ending end() override;
  Status flush() override { return medium_->flush(); }

 private:
  struct Options {
    OutputFile::Existing existing = OutputFile::Existing::replace;
    bool ascii = false;
    bool crlf = false;
  };

  CardPunch(std::string_view type, const DeviceEnvironment& environment, std::shared_ptr<OutputMedium> medium)
      : UnitRecordDevice(type, environment), medium_(std::move(medium)), on_host_(medium_ == nullptr) {}
  friend Result<std::unique_ptr<Device>> make_card_punch_on(std::shared_ptr<OutputMedium>, std::string_view,
                                                            std::span<const std::string>, const DeviceEnvironment&);

  Status load(std::span<const std::string> arguments) override;
  bool has_medium() const override { return true; }
  Status load_file(std::span<const std::string> arguments);
  void close_medium();
  // The card in buffer(), as it goes to a file.
  std::string card_text();

  Options options_;
  std::shared_ptr<OutputMedium> medium_;
  const bool on_host_;     // the medium is made from the arguments
  u8 command_ = 0;         // in progress
  bool punching_ = false;  // so does that command
  u64 cards_ = 0;
};

Result<std::unique_ptr<Device>> make_card_punch(std::string_view type, std::span<const std::string> arguments,
                                                const DeviceEnvironment& environment);
// The same without a file among its arguments: the cards go to `medium`.
Result<std::unique_ptr<Device>> make_card_punch_on(std::shared_ptr<OutputMedium> medium, std::string_view type,
                                                   std::span<const std::string> arguments,
                                                   const DeviceEnvironment& environment);

}  // namespace replica
