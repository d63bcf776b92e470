// Who has which cylinders of the volumes, and how. A link is one virtual device over an extent; what a new one gets depends on
// the links of others that share a cylinder with it (directory/link_mode.h), whatever minidisk they have it as: a DEVNO minidisk
// is all of its volume, labelled ones are parts of it.
#pragma once

#include <string>
#include <vector>

#include "vmm/directory/link_mode.h"
#include "vmm/minidisk/extent_store.h"

namespace replica::vmm {

struct DiskLink {
  std::string user;
  u16 address = 0;       // the virtual one
  u16 real_address = 0;  // of the drive
  Extent extent;
  bool writes = false;
};

class DiskLinks {
 public:
  void add(DiskLink link) { links_.push_back(std::move(link)); }
  void remove(const std::string& user, u16 address);
  void rename(const std::string& user, u16 address, u16 to);

  // The link that is a virtual device, or nullptr.
  const DiskLink* find(const std::string& user, u16 address) const;
  // The links that share a cylinder with the extent, in the order in which they came.
  std::vector<const DiskLink*> on(u16 real_address, const Extent& extent) const;
  // All of a volume.
  std::vector<const DiskLink*> on(u16 real_address) const { return on(real_address, {0, ~u32{0}}); }

 private:
  std::vector<DiskLink> links_;
};

OtherLinks summary(const std::vector<const DiskLink*>& links);
// "R/W BY VS1A; R/O BY 002 USERS", as messages about links say it; empty for none.
std::string describe(const std::vector<const DiskLink*>& links);

}  // namespace replica::vmm
