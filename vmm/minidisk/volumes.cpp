#include "vmm/minidisk/volumes.h"

#include "devices/code_page.h"
#include "devices/dasd/volume_tools.h"

namespace replica::vmm {

std::string volume_label(Device* device) {
  auto* drive = dynamic_cast<CkdDevice*>(device);
  if (!drive) return "";
  std::string label;
  for (const u8 character : volume_serial(drive->store())) {
    label += static_cast<char>(default_code_page().to_host[character]);
  }
  while (label.ends_with(' ')) label.pop_back();
  return label;
}

Result<const SystemVolumes::Volume*> SystemVolumes::attach(u16 real_address) {
  Device* device = real_devices_.device_at(real_address);
  if (!device) return fail("DEV {:03X} DOES NOT EXIST", real_address);
  auto* drive = dynamic_cast<CkdDevice*>(device);
  if (!drive) return fail("DEV {:03X} IS A {}, NOT A CKD DRIVE", real_address, device->type());
  const auto store = drive->share();
  if (!store) return tl::unexpected(store.error());
  Volume& volume = volumes_[real_address];
  // Another drive may have been put there.
  if (volume.store != *store) {
    volume = {real_address, volume_label(drive), *store, std::string(drive->type()), drive->options()};
  }
  return &volume;
}

Result<const SystemVolumes::Volume*> SystemVolumes::find(const std::string& label) {
  for (const auto& [address, volume] : volumes_) {
    if (volume.label != label) continue;
    const auto again = attach(address);
    if (again && (*again)->label == label) return again;
  }
  const auto address = find_drive(real_devices_, label);
  if (!address) return tl::unexpected(address.error());
  return attach(*address);
}

Result<u16> find_drive(ChannelSubsystem& real_devices, const std::string& label) {
  for (const u16 address : real_devices.addresses()) {
    if (!label.empty() && volume_label(real_devices.device_at(address)) == label) return address;
  }
  return fail("VOLID {} NOT MOUNTED", label);
}

}  // namespace replica::vmm
