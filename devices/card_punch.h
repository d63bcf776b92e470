// Card punches: 2540P and 3525. The cards go to a file of the host, as 80-byte records of EBCDIC or as lines of text in the
// code page of the environment.
//
// Arguments: FILE, then
//   ebcdic | ascii   ebcdic is assumed; text loses the blanks at the end of a card, and what is not printable is a blank
//   crlf             text lines end with carriage return and line feed
//   noclear          what the file holds stays in front (it is emptied when the punch is first used, otherwise)
// Stackers are all the same; column binary is rejected. All as in Hercules.
#pragma once

#include <memory>

#include "devices/host_file.h"
#include "devices/unit_record.h"

namespace replica {

class CardPunch : public UnitRecordDevice {
 public:
  ~CardPunch() override;
  std::string description() const override;
  Answer begin(u8 command) override;
  Ending end() override;

 private:
  struct Options {
    std::string file;
    OutputFile::Existing existing = OutputFile::Existing::replace;
    bool ascii = false;
    bool crlf = false;
  };

  CardPunch(std::string_view type, const DeviceEnvironment& environment) : UnitRecordDevice(type, environment) {}
  friend Result<std::unique_ptr<Device>> make_card_punch(std::string_view, std::span<const std::string>,
                                                         const DeviceEnvironment&);

  Status load(std::span<const std::string> arguments) override;
  bool has_medium() const override { return true; }
  bool open_file();
  void close_file();
  // The card in buffer(), as it goes to the file.
  std::string card_text();

  Options options_;
  OutputFile file_;
  bool punching_ = false;  // the command in progress, not a sense command
  u64 cards_ = 0;
};

Result<std::unique_ptr<Device>> make_card_punch(std::string_view type, std::span<const std::string> arguments,
                                                const DeviceEnvironment& environment);

}  // namespace replica
