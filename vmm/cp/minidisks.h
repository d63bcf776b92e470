// Minidisks of users who are logged on: what a MDISK or LINK statement or the command LINK gets, and on which volumes.
// VM/370 CP Command Reference for General Users (GC20-1820), "LINK".
#pragma once

#include <map>
#include <memory>
#include <string>

#include "vmm/directory/directory.h"
#include "vmm/minidisk/links.h"
#include "vmm/minidisk/reservable_drive.h"
#include "vmm/minidisk/volumes.h"

namespace replica::vmm {

class Minidisks {
 public:
  // The channels of the real machine and the directory must outlive it.
  Minidisks(ChannelSubsystem& real_devices, const Directory& directory)
      : volumes_(real_devices), directory_(directory) {}

  struct Request {
    std::string user;  // who links
    u16 address = 0;   // and what it is to be there
    std::string owner;
    const Minidisk* disk = nullptr;
    LinkMode mode = LinkMode::R;
    LinkPassword password = LinkPassword::accepted;
  };
  struct Linked {
    std::unique_ptr<Device> model;
    u16 real_address = 0;
    std::string volume;  // its label
    u32 cylinders = 0;
    bool writes = false;
    std::string message;        // "DASD 191 LINKED R/O; R/W BY VS1A"
    bool is_as_wished = false;  // and nobody else writes: not worth telling at LOGON
  };
  // Errors: a message that says why not.
  Result<Linked> link(const Request& request);
  // A temporary minidisk: cylinders of a drive of this type that are nobody's, cleared. Errors: why there are none.
  Result<Linked> link_temporary(const std::string& user, u16 address, const std::string& type, u32 cylinders);
  void unlink(const std::string& user, u16 address) { links_.remove(user, address); }

  // Attaches all volumes that the directory has minidisks on to SYSTEM, as far as they are there. Gives a line for each.
  std::vector<std::string> attach_volumes();

  SystemVolumes& volumes() { return volumes_; }
  DiskLinks& links() { return links_; }

 private:
  struct Place {
    const SystemVolumes::Volume* volume;
    Extent extent;
  };
  Result<Place> place(const Minidisk& disk);

  SystemVolumes volumes_;
  DiskLinks links_;
  const Directory& directory_;
  std::map<const Minidisk*, std::shared_ptr<Reservation>> reservations_;  // of those with V behind their mode
};

}  // namespace replica::vmm
