// The cards of a virtual reader: the spool files of its owner's reader queue that are not held and have the reader's class.
//
//   auto input = std::make_shared<SpoolInput>(store, "USER1", settings);
//   auto reader = make_card_reader_from(input, "2540R", {}, environment);   // the device; CP keeps `input`
//
// The first read takes the first file; when it has been read it is deleted, unless the reader holds files. Without a file the
// reader needs intervention. When a file arrives while none is being read, the reader presents device end.
// A file that a printer has made is read line by line: its lines are records of up to their own length, motion is left out.
#pragma once

#include "devices/card_source.h"
#include "vmm/spool/spool_settings.h"
#include "vmm/spool/spool_store.h"

namespace replica::vmm {

class SpoolInput final : public CardSource, private SpoolListener {
 public:
  // The store outlives it.
  SpoolInput(SpoolStore& store, std::string owner, SpoolSettings settings = {.spool_class = '*'});
  ~SpoolInput() override;
  SpoolInput(const SpoolInput&) = delete;
  SpoolInput& operator=(const SpoolInput&) = delete;

  // After an error nothing has changed. A reader that is ready for it presents device end.
  Status alter(const SpoolSettings& settings);
  const SpoolSettings& settings() const { return settings_; }
  // CLOSE: the rest of the file is not read. It is deleted, or stays with `hold`; if nothing is said, as the settings have it.
  Status close_file(std::optional<bool> hold = {});
  // The file that is being read.
  std::optional<SpoolId> active_file() const { return file_; }

  // Of the source. The last but one leaves the file in the queue.
  bool has_deck() const override;
  bool open() override { return true; }
  Outcome read(std::vector<u8>& card) override;
  void end_deck() override;
  Rules rules() const override;
  void close() override;
  std::string description() const override;

 private:
  void file_available(const SpoolFile& file) override;
  Status dispose(bool hold);

  SpoolStore& store_;
  std::string owner_;
  SpoolSettings settings_;
  std::optional<SpoolId> file_;
  std::optional<SpoolCursor> cursor_;
  u64 cards_ = 0;
};

}  // namespace replica::vmm
