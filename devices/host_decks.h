// Files of the host as decks of cards: 80-byte records of EBCDIC, or lines of text in a code page; which of the two is seen from
// the first 160 bytes if the options do not say. devices/card_reader.h has the arguments.
#pragma once

#include <optional>
#include <span>

#include "devices/card_source.h"
#include "devices/device_environment.h"
#include "devices/host_file.h"

namespace replica {

class HostDecks final : public CardSource {
 public:
  explicit HostDecks(const DeviceEnvironment& environment) : environment_(environment) {}

  // Takes `arguments` into use. After an error nothing has changed.
  Status load(std::span<const std::string> arguments);

  bool has_deck() const override { return next_file_ < files_.size(); }
  bool open() override;
  Outcome read(std::vector<u8>& card) override;
  void end_deck() override;
  Rules rules() const override;
  void close() override { file_.reset(); }
  std::string description() const override;

 private:
  enum class Format : u8 { detect, ebcdic, ascii };
  struct Options {
    Format format = Format::detect;
    bool truncate = false;
    bool pad = false;
    bool unit_exception = false;
    bool chain_files = false;
  };

  static Status parse(std::span<const std::string> arguments, Options& options, std::vector<std::string>& files);

  Outcome read_record(std::vector<u8>& card);
  Outcome read_line(std::vector<u8>& card);
  Outcome failed(const Error& error) const;
  Outcome too_long() const;

  DeviceEnvironment environment_;
  Options options_;
  std::vector<std::string> files_;
  std::size_t next_file_ = 0;  // the one that is open or up; behind the last, the reader is empty
  std::optional<InputFile> file_;
  Format format_ = Format::detect;  // of the open file
  u64 cards_ = 0;                   // read from the open file, or from the last one
};

}  // namespace replica
