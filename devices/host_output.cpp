#include "devices/host_output.h"

namespace replica {

Status HostOutput::open() {
  if (file_.is_open()) return {};
  auto opened = name_[0] == '|' ? OutputFile::open_pipe(name_.substr(1), directory_)
                                : OutputFile::open(directory_ / name_, existing_);
  if (!opened) return tl::unexpected(opened.error());
  file_ = std::move(*opened);
  return {};
}

Status HostOutput::take(const CompletedCommand& command) {
  return command.text.empty() ? Status() : file_.write(command.text);
}

}  // namespace replica
