// A CP with the machines that live beside each other, and the disk, spool and storage that they share, filled with markers.
//
//   VICTIM   never runs: whatever it has must stay as it is
//   MALLET, TRUDY   attackers, which run whatever there is
//   WORKER   goes through its pages for ever and compares them with what must be there
//   LIBRARY  has a disk that the attackers may read
//
// The volume SHARED has cylinders 0 and 1, 3 and 11 that are nobody's; between them VICTIM and the attackers have one or two
// each.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "devices/dasd/ckd_device.h"
#include "tests/isolation/marker.h"
#include "tests/tools/temporary_folder.h"
#include "vmm/cp/control_program.h"

namespace replica::isolation {

struct HouseOptions {
  vmm::AssistLevel assist = vmm::AssistLevel::vma;
  u32 real_storage = 16 * 1024 * 1024;
};

struct Resident {
  Owner owner;
  const char* user;
  vmm::VirtualMachine* machine = nullptr;
};

class House {
 public:
  static constexpr u32 kStorage = 256 * 1024;  // of each machine
  // Where attackers keep their markers, behind what their programs use.
  static constexpr u32 kKept = 0x30000;
  static constexpr u32 kCylinders = 12;

  explicit House(const HouseOptions& options);
  ~House();

  vmm::Monitor& monitor() { return *monitor_; }
  vmm::ControlProgram& cp() { return *control_program_; }
  vmm::SpoolStore& spool() { return *spool_; }
  const std::vector<Resident>& residents() const { return residents_; }
  Resident& resident(Owner owner);
  // The tracks of the volume, as the real drive has them.
  TrackStore& volume() { return *volume_; }
  // Whose a cylinder is.
  static Owner owner_of_cylinder(u32 cylinder);
  // What users were told.
  const std::vector<std::pair<Owner, std::string>>& lines() const { return lines_; }
  void forget_lines() { lines_.clear(); }

  // An attacker's markers, where it keeps them.
  void mark(Resident& resident);
  // The worker's count of rounds through its pages.
  u32 rounds_of_worker();
  // Where the worker waits when it has found a byte that is not its own.
  static constexpr u32 kWorkerFailed = 0xFF8;

 private:
  void make_volume();
  void make_spool_files();
  void log_on(Owner owner, const char* user);
  void start_worker(vmm::VirtualMachine& machine);
  static void mark(Resident& resident, u32 page);

  tools::TemporaryFolder folder_;
  std::vector<std::pair<Owner, std::string>> lines_;  // outlives CP, which says something when it goes
  DeviceEnvironment environment_;
  vmm::Directory directory_;
  std::unique_ptr<vmm::SpoolStore> spool_;
  std::unique_ptr<vmm::Monitor> monitor_;
  std::unique_ptr<ChannelSubsystem> real_devices_;
  std::shared_ptr<SharedStore> volume_;
  std::unique_ptr<vmm::ControlProgram> control_program_;
  std::vector<Resident> residents_;
};

// Stores bytes as a loader does.
void put(vmm::VirtualMachine& machine, u32 address, std::span<const u8> bytes);

}  // namespace replica::isolation
