// Minidisks of users who are logged on: what a MDISK or LINK statement or the command LINK gets, and on which volumes.
// VM/370 CP Command Reference for General Users (GC20-1820), "LINK".
#pragma once

#include <memory>
#include <string>

#include "vmm/directory/directory.h"
#include "vmm/minidisk/links.h"
#include "vmm/minidisk/volumes.h"

namespace replica::vmm {

class Minidisks {
 public:
  // The channels of the real machine must outlive it.
  explicit Minidisks(ChannelSubsystem& real_devices) : volumes_(real_devices) {}

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
  void unlink(const std::string& user, u16 address) { links_.remove(user, address); }

  // Attaches all volumes that the directory has minidisks on to SYSTEM, as far as they are there. Gives a line for each.
  std::vector<std::string> attach_volumes(const Directory& directory);

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
};

}  // namespace replica::vmm
