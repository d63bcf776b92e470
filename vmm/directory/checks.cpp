#include "vmm/directory/checks.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "vmm/directory/disk_types.h"
#include "vmm/directory/statement.h"

namespace replica::vmm {
namespace {

struct OwnedMinidisk {
  const User* user;
  const Minidisk* disk;

  u32 end() const { return disk->first_cylinder + disk->cylinders; }
  std::string name() const { return fmt::format("{} {:03X}", user->name, disk->address); }
};

using Volumes = std::map<std::string, std::vector<OwnedMinidisk>>;

// The minidisks of each volume, in the order of the source: extents by label, whole volumes by real address.
struct Layout {
  Volumes extents, whole;
};

Layout layout_of(const Directory& directory) {
  Layout layout;
  for (const User& user : directory.users) {
    for (const Minidisk& disk : user.minidisks) {
      if (disk.kind == Minidisk::Kind::extent) layout.extents[disk.volume].push_back({&user, &disk});
      if (disk.kind == Minidisk::Kind::whole) {
        layout.whole[fmt::format("{:03X}", disk.real_address)].push_back({&user, &disk});
      }
    }
  }
  return layout;
}

// Sorted by their first cylinders, an extent overlaps an earlier one if and only if it overlaps the one that reaches
// furthest.
void check_extents(const Volumes& volumes, Findings& findings) {
  for (auto [volume, disks] : volumes) {
    for (const OwnedMinidisk& other : disks) {
      if (may_be_same_type(other.disk->type, disks[0].disk->type)) continue;
      findings.note(other.disk->place, "MDISK: volume {} is a {} here and a {} at {}", volume, other.disk->type,
                    disks[0].disk->type, disks[0].disk->place);
    }
    std::stable_sort(disks.begin(), disks.end(), [](const OwnedMinidisk& a, const OwnedMinidisk& b) {
      return a.disk->first_cylinder < b.disk->first_cylinder;
    });
    const OwnedMinidisk* furthest = nullptr;
    for (const OwnedMinidisk& disk : disks) {
      if (furthest && disk.disk->first_cylinder < furthest->end()) {
        findings.error(
            disk.disk->place,
            "MDISK: cylinders {} to {} of {} for {} overlap {} to {} for {} at {}, expected cylinders of its own",
            disk.disk->first_cylinder, disk.end() - 1, volume, disk.name(), furthest->disk->first_cylinder,
            furthest->end() - 1, furthest->name(), furthest->disk->place);
      }
      if (!furthest || disk.end() > furthest->end()) furthest = &disk;
    }
  }
}

void check_whole_volumes(const Volumes& volumes, Findings& findings) {
  for (const auto& [address, disks] : volumes) {
    for (std::size_t n = 1; n < disks.size(); ++n) {
      findings.error(disks[n].disk->place,
                     "MDISK: the volume at {} for {} is that of {} at {}, expected one of its own", address,
                     disks[n].name(), disks[0].name(), disks[0].disk->place);
    }
  }
}

// VM/370 gives a device to whom logs on first.
void check_dedicated(const Directory& directory, const Layout& layout, Findings& findings) {
  std::map<std::string, const DedicatedDevice*> earlier;
  for (const User& user : directory.users) {
    for (const DedicatedDevice& device : user.dedicated_devices) {
      const std::string name =
          device.real_address ? fmt::format("{:03X}", *device.real_address) : fmt::format("volume {}", device.volume);
      const auto [first, is_new] = earlier.emplace(name, &device);
      if (!is_new) {
        findings.note(device.place, "DEDICATE: {} is dedicated by {} also; who logs on first has it", name,
                      first->second->place);
      }
      const Volumes& volumes = device.real_address ? layout.whole : layout.extents;
      const auto used = volumes.find(device.real_address ? name : device.volume);
      if (used == volumes.end()) continue;
      findings.note(device.place, "DEDICATE: {} has the minidisk {} by {} also; who logs on first has it", name,
                    used->second[0].name(), used->second[0].disk->place);
    }
  }
}

// ---- Temporary minidisks ----

void check_temporary_space(const Directory& directory, Findings& findings) {
  const User* owner = directory.find(kTemporarySpaceOwner);
  if (owner && !owner->password.is_none()) {
    findings.error(owner->place,
                   "USER: found a password for {}, whose minidisks are space for temporary ones, expected NOLOG",
                   owner->name);
  }
  for (const Minidisk& space : owner ? owner->minidisks : std::vector<Minidisk>{}) {
    if (space.kind == Minidisk::Kind::extent) continue;
    findings.error(space.place, "MDISK: found a {} minidisk of {}, expected cylinders of a labelled volume",
                   space.kind == Minidisk::Kind::whole ? "DEVNO" : "temporary", owner->name);
  }
  for (const User& user : directory.users) {
    for (const Minidisk& disk : user.minidisks) {
      const bool has_space = owner && std::ranges::any_of(owner->minidisks, [&](const Minidisk& space) {
                               return may_be_same_type(space.type, disk.type) && space.cylinders >= disk.cylinders;
                             });
      if (disk.kind != Minidisk::Kind::temporary || has_space || &user == owner) continue;
      findings.note(disk.place, "MDISK: no minidisk of user {} is a {} of {} cylinders or more; {:03X} cannot be had",
                    kTemporarySpaceOwner, disk.type, disk.cylinders, disk.address);
    }
  }
}

// ---- Links ----

class LinkCheck {
 public:
  explicit LinkCheck(ParsedDirectory& parsed) : parsed_(parsed) {
    for (const User& user : parsed.directory.users) {
      owners_.emplace(user.name, &user);
      for (const Link& link : user.links) links_.emplace(Key{user.name, link.address}, &link);
      for (const Minidisk& disk : user.minidisks) disks_.emplace(Key{user.name, disk.address}, &disk);
    }
  }

  // Follows each chain from its first link to its end, or to a link that was followed before.
  void check() {
    for (const User& user : parsed_.directory.users) {
      for (const Link& link : user.links) follow(link);
    }
  }

 private:
  using Key = std::pair<std::string, u16>;

  void follow(const Link& first) {
    ++walk_;
    for (const Link* link = &first; link;) {
      const auto [seen, is_new] = walks_.emplace(link, walk_);
      if (!is_new) {
        if (seen->second == walk_) {
          parsed_.findings.error(link->place, "LINK: the links from {} {:03X} on lead back here, expected a minidisk",
                                 link->owner, link->owner_address);
        }
        return;
      }
      link = next(*link);
    }
  }

  // The link that `link` leads to. Null if it leads to a minidisk, or nowhere, which is an error.
  const Link* next(const Link& link) {
    const Key key{link.owner, link.owner_address};
    if (const auto further = links_.find(key); further != links_.end()) return further->second;
    if (const auto disk = disks_.find(key); disk != disks_.end()) {
      if (link.owner == kTemporarySpaceOwner) {
        parsed_.findings.error(link.place,
                               "LINK: found {}, whose minidisks are space for temporary ones, expected another user",
                               link.owner);
      } else if (disk->second->kind == Minidisk::Kind::temporary) {
        parsed_.findings.error(link.place, "LINK: {} {:03X} is a temporary minidisk, by {}, expected a lasting one",
                               link.owner, link.owner_address, disk->second->place);
      }
      return nullptr;
    }
    const auto owner = owners_.find(link.owner);
    if (owner == owners_.end()) {
      parsed_.findings.error(link.place, "LINK: found the user {}, who does not exist, expected one of this directory",
                             link.owner);
    } else if (!parsed_.incomplete.contains(link.owner)) {
      parsed_.findings.error(link.place, "LINK: user {} at {} has no minidisk {:03X}, expected one", link.owner,
                             owner->second->place, link.owner_address);
    }
    return nullptr;
  }

  ParsedDirectory& parsed_;
  std::unordered_map<std::string, const User*> owners_;
  std::map<Key, const Link*> links_;
  std::map<Key, const Minidisk*> disks_;
  std::unordered_map<const Link*, u32> walks_;  // on which walk each link was followed
  u32 walk_ = 0;
};

// ---- Notes on single users ----

void note_high_channels(const User& user, Findings& findings) {
  constexpr u16 kLastAddress = 0x5FF;
  if (user.options.extended_control) return;
  const auto look = [&](u16 address, const std::string& place) {
    if (address <= kLastAddress) return;
    findings.note(place, "virtual address {:03X} is above 5FF, which needs OPTION ECMODE", address);
  };
  if (user.console) look(user.console->address, user.console->place);
  for (const auto& device : user.spool_devices) look(device.address, device.place);
  for (const auto& device : user.minidisks) look(device.address, device.place);
  for (const auto& device : user.links) look(device.address, device.place);
  for (const auto& device : user.dedicated_devices) look(device.address, device.place);
  for (const auto& device : user.special_devices) look(device.address, device.place);
}

void note_real_storage(const Directory& directory, Findings& findings) {
  const User* first = nullptr;
  for (const User& user : directory.users) {
    if (!user.options.virtual_is_real) continue;
    if (first) {
      findings.note(user.place, "OPTION VIRT=REAL: user {} at {} has it also; who logs on first gets it", first->name,
                    first->place);
    } else {
      first = &user;
    }
  }
}

}  // namespace

void check_directory(ParsedDirectory& parsed) {
  const Layout layout = layout_of(parsed.directory);
  check_extents(layout.extents, parsed.findings);
  check_whole_volumes(layout.whole, parsed.findings);
  check_dedicated(parsed.directory, layout, parsed.findings);
  check_temporary_space(parsed.directory, parsed.findings);
  LinkCheck(parsed).check();
  note_real_storage(parsed.directory, parsed.findings);
  for (const User& user : parsed.directory.users) note_high_channels(user, parsed.findings);
}

}  // namespace replica::vmm
