// The volumes that are attached to SYSTEM: those on which CP has minidisks. Nobody gets such a drive as a whole until the
// operator takes it from the system, which is not possible while minidisks of it are linked.
//
// The drive stays where it is, on the real channels; minidisks use its tracks beside it.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "devices/channels.h"
#include "devices/dasd/ckd_device.h"

namespace replica::vmm {

// The label of the volume on a drive, in capitals; empty if there is none, or the device is no CKD drive.
std::string volume_label(Device* device);

class SystemVolumes {
 public:
  struct Volume {
    u16 real_address = 0;
    std::string label;  // when it was attached; may be empty
    std::shared_ptr<SharedStore> store;
    std::string type;            // "3330", of the drive
    CkdDevice::Options options;  // of the drive
  };

  // The channels of the real machine must outlive it.
  explicit SystemVolumes(ChannelSubsystem& real_devices) : real_devices_(real_devices) {}

  // Attaches a drive, if it is not attached already. Errors: no such drive, no CKD drive.
  Result<const Volume*> attach(u16 real_address);
  // Finds a volume by its label, among those that are attached, then on drives that nobody has; attaches it.
  // Errors: there is none.
  Result<const Volume*> find(const std::string& label);
  // Nobody may be using the volume.
  void detach(u16 real_address) { volumes_.erase(real_address); }

  bool has(u16 real_address) const { return volumes_.contains(real_address); }
  const std::map<u16, Volume>& all() const { return volumes_; }

 private:
  ChannelSubsystem& real_devices_;
  std::map<u16, Volume> volumes_;
};

// The free drive with this label. Errors: there is none.
Result<u16> find_drive(ChannelSubsystem& real_devices, const std::string& label);

}  // namespace replica::vmm
