// A file of the host, or the standard input of a program, as the medium of a printer or punch: it gets the text of each command.
#pragma once

#include "devices/device_environment.h"
#include "devices/host_file.h"
#include "devices/output_medium.h"

namespace replica {

class HostOutput final : public OutputMedium {
 public:
  // `file` is a path, relative to the directory of the environment, or '|' and a command for the shell. It is opened, and
  // emptied if it is to be replaced, by the first open().
  HostOutput(const DeviceEnvironment& environment, std::string file, OutputFile::Existing existing)
      : directory_(environment.directory), name_(std::move(file)), existing_(existing) {}

  Status open() override;
  Status take(const CompletedCommand& command) override;
  bool is_fresh() const override { return false; }
  Status flush() override { return {}; }
  Status close() override { return file_.close(); }
  std::string name() const override { return name_; }

 private:
  std::filesystem::path directory_;
  std::string name_;
  OutputFile::Existing existing_;
  OutputFile file_;
};

}  // namespace replica
