// What card readers, card punches and printers share: a type, arguments that can be given anew while the device is attached
// (`devinit`), SENSE ID and messages to the operator.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "devices/device.h"
#include "devices/device_environment.h"

namespace replica {

class UnitRecordDevice : public BufferedDevice {
 public:
  std::string_view type() const override { return type_; }

  // Gives the device its arguments, which replace the earlier ones; without any, the earlier ones once more, files from
  // their beginning. After an error nothing has changed. A device that is then ready presents device end.
  // On the thread of the device.
  Status reload(std::span<const std::string> arguments);

 protected:
  UnitRecordDevice(std::string_view type, const DeviceEnvironment& environment)
      : environment_(environment), type_(type) {}

  // Takes `arguments` into use.
  virtual Status load(std::span<const std::string> arguments) = 0;
  virtual bool has_medium() const = 0;

  const DeviceEnvironment& environment() const { return environment_; }
  u8 to_host(u8 character) const { return environment_.code_page->to_host[character]; }
  u8 to_ebcdic(u8 character) const { return environment_.code_page->to_ebcdic[character]; }

  // Tells the operator; the text stays in view in description() until the device is loaded anew.
  void report(const Error& error);
  // For description(): what was last reported, with something in front to set it off.
  std::string last_report() const;

  // Whether the command is one of the sense commands, which work while the device is not ready.
  static bool is_sense(u8 command) { return (command & 0x0F) == 0x04; }
  // Begins SENSE ID, which old devices reject unless configured otherwise.
  Answer send_sense_id();
  Answer reject(u8 status = unit_status::kEnd) { return check(sense::kCommandReject, status); }

 private:
  DeviceEnvironment environment_;
  std::string type_;
  std::vector<std::string> arguments_;
  std::string last_report_;
};

// Lower-case letters as capitals, the rest as it is.
std::string upper_case(std::string_view text);

}  // namespace replica
