// The magnetic tape drives 2400, 3410 and 3420.
//
// Movements end at once, with channel end and device end together. A tape that cannot be read or written is a unit check with
// the sense bytes of the drive; what was wrong with the image goes to the operator, once.
//
// After a write that failed the tape stands behind the damaged block, as on a real drive: the guest's error recovery, which
// backspaces and writes again, gets before that block and not before the good one that precedes it.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "devices/device.h"
#include "devices/device_environment.h"
#include "devices/tape/tape_file.h"
#include "devices/tape/tape_model.h"

namespace replica {

class TapeDevice final : public BufferedDevice {
 public:
  TapeDevice(const TapeModel& model, const DeviceEnvironment& environment);

  // Puts on the tape that `arguments` tell: a file name, which resolves against the environment's directory, and options
  // (devices/tape/tape_options.h). Without arguments, those of the last time hold. With "*" as the name the drive is left
  // empty. The tape that was on it is taken off, unless an option is wrong. Presents device end when the drive becomes ready.
  Status mount(std::span<const std::string> arguments);
  void unmount();
  bool is_mounted() const { return tape_ != nullptr; }
  // Null while nothing is mounted.
  const TapeFile* tape() const { return tape_.get(); }

  std::string_view type() const override { return model_.type(); }
  std::string description() const override;
  Answer begin(u8 command) override;
  Ending end() override;
  u32 microseconds() const override { return microseconds_; }
  void halt() override;
  void reset() override;
  Status flush() override;

 private:
  using Passed = TapeFile::Passed;

  Answer begin_action();
  Answer begin_read();
  Answer begin_read_backward();
  Answer begin_sense();
  Answer set_density(TapeAction density);
  Answer rewind_unload();
  Ending end_write();
  // Movement without data: what it came upon decides the status.
  u8 space(TapeAction action);
  u8 write_tape_mark();
  u8 erase();
  // The status after writing.
  u8 written(const Result<Passed>& passed);

  // Notes what SENSE is to give, and returns channel end, device end and unit check.
  u8 unit_check(TapeTrouble trouble);
  u8 failed(TapeTrouble trouble, const Error& error);
  TapeState state() const;

  const TapeModel& model_;
  const DeviceEnvironment environment_;
  std::vector<std::string> arguments_;  // of the tape mounted last
  std::unique_ptr<TapeFile> tape_;
  TapeAction action_ = TapeAction::none;        // of the command that has begun and moves data
  u8 ending_status_ = 0;                        // of a read, known when it begins
  std::optional<std::vector<u8>> sense_bytes_;  // after a unit check, until they are taken or the next command
  TapeAction density_ = TapeAction::set_1600;
  bool writing_ = false;
  bool device_end_with_intervention_ = false;
  u32 microseconds_ = 50;
  std::string reported_;  // the trouble that the operator was told last
};

// A drive of that type with the tape of `arguments`; see TapeDevice::mount. Error: an unknown type, or what mount() says.
Result<std::unique_ptr<Device>> make_tape_device(std::string_view type, std::span<const std::string> arguments,
                                                 const DeviceEnvironment& environment);

}  // namespace replica
