// Looks whether everybody has what is theirs, and nothing else. It goes by what is in the frames, the tracks and the spool
// files, and keeps its own account of who has which frame, made of the machines' page tables; what the VMM believes (frame
// table, shadow tables, links) is held against that.
//
// A check gives what is wrong, a line for each finding; an empty text means that all is well.
#pragma once

#include <map>
#include <string>

#include "tests/isolation/house.h"

namespace replica::isolation {

class OwnershipWatch {
 public:
  // The house as it is now is as it must be.
  explicit OwnershipWatch(House& house);

  // Frames, registers, access maps, lines at the consoles. Not while a machine has the CPU. Brings no page in.
  std::string check_storage();
  // Each page of the machines that do not change theirs, wherever it is: they are brought in.
  std::string check_pages();
  // Each track of the volume.
  std::string check_disk();
  std::string check_spool();

 private:
  struct Tenant {
    const Resident* resident = nullptr;
    u32 page = 0;
  };

  void make_account();
  void check_frame(u32 frame);
  void check_registers(const Resident& resident);
  void check_access_maps();
  void check_lines();
  // The owners whose bytes stand where only `owner` may be seen.
  void look_for_others(std::span<const u8> bytes, Owner owner, const std::string& where);
  void found(const std::string& what);
  std::string findings() { return std::exchange(findings_, {}); }

  House& house_;
  std::string findings_;
  std::map<u32, Tenant> account_;  // by frame
  u64 frame_0_ = 0;
  std::vector<u64> tracks_;
  std::map<vmm::SpoolId, u64> spool_files_;  // the victim's

  static bool may_see(Owner owner, Owner other);
  u64 hash_of_file(vmm::SpoolId id, Owner reader);
};

}  // namespace replica::isolation
