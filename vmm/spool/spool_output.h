// The medium of a virtual printer or punch: the commands that the device has carried out become the records of a spool file.
//
//   auto output = std::make_shared<SpoolOutput>(store, "USER1", "1403", settings);
//   auto printer = make_line_printer_on(output, "1403", {}, environment);   // the device; CP keeps `output`
//
// A file begins with the first command that can be seen on paper or card, and ends with close_file(). What is printed then begins
// on a new form: the carriage of the virtual printer stands at line 1.
#pragma once

#include "devices/output_medium.h"
#include "vmm/spool/spool_settings.h"
#include "vmm/spool/spool_store.h"

namespace replica::vmm {

class SpoolOutput final : public OutputMedium {
 public:
  // The store outlives it. `type` is the device's, which tells printers from punches.
  SpoolOutput(SpoolStore& store, std::string owner, std::string type, SpoolSettings settings = {});

  // After an error nothing has changed.
  Status alter(const SpoolSettings& settings);
  const SpoolSettings& settings() const { return settings_; }
  // CLOSE. Without an open file nothing happens. The result is the file, if there is one: the operator may want to be told.
  // After an error it is still open.
  Result<std::optional<SpoolId>> close_file(const SpoolClose& options = {});
  // The file that is being written.
  std::optional<SpoolId> open_file() const { return file_; }
  SpoolKind kind() const { return kind_; }

  // Of the medium. The last two close the file, and write its records.
  Status open() override;
  Status take(const CompletedCommand& command) override;
  bool is_fresh() const override { return !begun_; }
  Status close() override;
  Status flush() override { return store_.checkpoint(); }
  std::string name() const override;

 private:
  SpoolAttributes attributes(const SpoolClose& options) const;

  SpoolStore& store_;
  std::string owner_;
  std::string type_;
  SpoolKind kind_;
  SpoolSettings settings_;
  std::optional<SpoolId> file_;
  bool begun_ = false;  // the file has a command of the guest
};

}  // namespace replica::vmm
