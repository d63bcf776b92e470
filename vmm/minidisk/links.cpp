#include "vmm/minidisk/links.h"

#include <algorithm>

namespace replica::vmm {
namespace {

// One user by name, several by their number.
std::string holders(const std::vector<const DiskLink*>& links, bool writes) {
  std::vector<std::string> users;
  for (const DiskLink* link : links) {
    if (link->writes == writes && std::ranges::find(users, link->user) == users.end()) users.push_back(link->user);
  }
  if (users.empty()) return "";
  const std::string who = users.size() == 1 ? users[0] : fmt::format("{:03} USERS", users.size());
  return fmt::format("{} BY {}", writes ? "R/W" : "R/O", who);
}

}  // namespace

void DiskLinks::remove(const std::string& user, u16 address) {
  std::erase_if(links_, [&](const DiskLink& link) { return link.user == user && link.address == address; });
}

void DiskLinks::rename(const std::string& user, u16 address, u16 to) {
  for (DiskLink& link : links_) {
    if (link.user == user && link.address == address) link.address = to;
  }
}

std::vector<const DiskLink*> DiskLinks::on(u16 real_address, const Extent& extent) const {
  std::vector<const DiskLink*> found;
  for (const DiskLink& link : links_) {
    if (link.real_address == real_address && link.extent.overlaps(extent)) found.push_back(&link);
  }
  return found;
}

const DiskLink* DiskLinks::find(const std::string& user, u16 address) const {
  const auto found =
      std::ranges::find_if(links_, [&](const DiskLink& link) { return link.user == user && link.address == address; });
  return found == links_.end() ? nullptr : &*found;
}

OtherLinks summary(const std::vector<const DiskLink*>& links) {
  OtherLinks others;
  for (const DiskLink* link : links) (link->writes ? others.write : others.read) = true;
  return others;
}

std::string describe(const std::vector<const DiskLink*>& links) {
  const std::string writers = holders(links, true);
  const std::string readers = holders(links, false);
  return writers + (writers.empty() || readers.empty() ? "" : "; ") + readers;
}

}  // namespace replica::vmm
