#include "devices/unit_record.h"

#include <cstdio>
#include <cstdlib>

namespace replica {
namespace {

// The 2821 control unit, model 1: what Hercules answers for each of these devices.
constexpr u8 kControlUnit[] = {0xFF, 0x28, 0x21, 0x01};
constexpr u8 kModel = 0x01;

}  // namespace

std::string upper_case(std::string_view text) {
  std::string capitals(text);
  for (char& c : capitals)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return capitals;
}

Status UnitRecordDevice::reload(std::span<const std::string> arguments) {
  const std::vector<std::string> fresh =
      arguments.empty() ? arguments_ : std::vector<std::string>(arguments.begin(), arguments.end());
  if (Status status = load(fresh); !status) return status;
  arguments_ = fresh;
  last_report_.clear();
  if (has_medium()) raise_status(unit_status::kDeviceEnd);
  return {};
}

void UnitRecordDevice::report(const Error& error) {
  last_report_ = error.message;
  const std::string message = fmt::format("{}: {}", type_, error.message);
  if (environment_.report)
    environment_.report(message);
  else
    fmt::print(stderr, "{}\n", message);
}

std::string UnitRecordDevice::last_report() const {
  return last_report_.empty() ? "" : fmt::format(" ({})", last_report_);
}

Device::Answer UnitRecordDevice::send_sense_id() {
  if (!environment_.sense_id) return reject();
  std::vector<u8> id(std::begin(kControlUnit), std::end(kControlUnit));
  const auto number = std::strtoul(type_.c_str(), nullptr, 16);  // "2540R" is 2540
  id.insert(id.end(), {static_cast<u8>(number >> 8), static_cast<u8>(number), kModel});
  return send(std::move(id));
}

}  // namespace replica
