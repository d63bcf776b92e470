#include "vmm/cp/minidisks.h"

#include "vmm/directory/disk_types.h"
#include "vmm/minidisk/temporary_space.h"

namespace replica::vmm {
namespace {

// The number of a message by who is in the way: readers, writers, both.
unsigned with_others(unsigned readers, const OtherLinks& others) {
  if (!others.write) return readers;
  return others.read ? readers + 2 : readers + 1;
}

std::string refusal(const Minidisks::Request& request, LinkAnswer answer, const std::vector<const DiskLink*>& others) {
  const std::string what = fmt::format("{} {:03X} NOT LINKED", request.owner, request.disk->address);
  switch (answer) {
    case LinkAnswer::no_password: {
      constexpr const char* kNames[] = {"READ", "WRITE", "MULT"};
      const auto access = static_cast<unsigned>(access_of(request.mode));
      return fmt::format("DMKLNK{}E {}; NO {} PASSWORD", 111 + access, what, kNames[access]);
    }
    case LinkAnswer::wrong_password: return fmt::format("DMKLNK114E {}; MODE OR PASSWORD INCORRECT", what);
    default: return fmt::format("DMKLNK{}E {}; {}", with_others(104, summary(others)), what, describe(others));
  }
}

}  // namespace

Result<Minidisks::Place> Minidisks::place(const Minidisk& disk) {
  const bool is_whole = disk.kind == Minidisk::Kind::whole;
  const auto volume = is_whole ? volumes_.attach(disk.real_address) : volumes_.find(disk.volume);
  if (!volume) return tl::unexpected(volume.error());
  const SharedStore& store = *(*volume)->store;
  if (!may_be_same_type(disk.type, store.geometry().name)) {
    return fail("DEV {:03X} IS A {}, NOT A {}", (*volume)->real_address, store.geometry().name, disk.type);
  }
  if (is_whole) return Place{*volume, {0, store.cylinders()}};
  const Extent extent{disk.first_cylinder, disk.cylinders};
  if (extent.end() > store.cylinders()) {
    return fail("CYLINDERS {} TO {} EXCEED THE {} OF VOLID {}", extent.first, extent.end() - 1, store.cylinders(),
                disk.volume);
  }
  return Place{*volume, extent};
}

Result<Minidisks::Linked> Minidisks::link(const Request& request) {
  // Who does not know the password learns nothing about the volume.
  if (request.password != LinkPassword::accepted) {
    return fail("{}", refusal(request, answer_link(request.mode, {}, request.password), {}));
  }
  const auto where = place(*request.disk);
  if (!where) {
    return fail("DMKLNK108E {} {:03X} NOT LINKED; {}", request.owner, request.disk->address, where.error().message);
  }
  const auto& [volume, extent] = *where;
  const auto others = links_.on(volume->real_address, extent);
  const LinkAnswer answer = answer_link(request.mode, summary(others), request.password);
  if (!is_granted(answer)) return fail("{}", refusal(request, answer, others));

  const bool may_write = volume->store->writable() || volume->options.fake_write;
  const bool writes = answer == LinkAnswer::read_write && may_write;
  const bool is_forced = access_of(request.mode) != LinkAccess::read && !writes;
  const std::string why = !may_write && answer == LinkAnswer::read_write ? "THE VOLUME IS R/O" : describe(others);
  const std::string what = fmt::format("DASD {:03X} ", request.address);
  std::string message = is_forced ? fmt::format("DMKLNK{}W {}FORCED R/O", with_others(101, summary(others)), what)
                                  : fmt::format("{}LINKED {}", what, writes ? "R/W" : "R/O");
  if (!why.empty()) message += "; " + why;

  CkdDevice::Options options = volume->options;
  options.lazy_write = false;
  options.protects = !writes;
  std::unique_ptr<Device> model = std::make_unique<CkdDevice>(
      volume->type, std::make_shared<ExtentStore>(volume->store, extent), std::move(options));
  if (request.disk->reserve_release) {
    auto& reservation = reservations_[request.disk];
    if (!reservation) reservation = std::make_shared<Reservation>();
    model = std::make_unique<ReservableDrive>(std::move(model), reservation);
  }
  const bool is_as_wished = !is_forced && !summary(others).write;
  links_.add({request.user, request.address, volume->real_address, extent, writes});
  return Linked{std::move(model), volume->real_address, volume->label, extent.cylinders,
                writes,           std::move(message),   is_as_wished};
}

Result<Minidisks::Linked> Minidisks::link_temporary(const std::string& user, u16 address, const std::string& type,
                                                    u32 cylinders) {
  const User* owner = directory_.find(kTemporarySpaceOwner);
  std::string why = fmt::format("THE DIRECTORY HAS NO {} FOR {}", type, kTemporarySpaceOwner);
  for (const Minidisk& space : owner ? owner->minidisks : std::vector<Minidisk>{}) {
    if (!may_be_same_type(space.type, type)) continue;
    const auto where = place(space);
    if (!where) {
      why = where.error().message;
      continue;
    }
    const auto piece = find_free_piece(links_, where->volume->real_address, where->extent, cylinders);
    if (!piece) {
      why = fmt::format("VOLID {} HAS NOT SO MANY IN ONE PIECE", space.volume);
      continue;
    }
    ExtentStore tracks(where->volume->store, *piece);
    if (Status cleared = clear_tracks(tracks); !cleared) return tl::unexpected(cleared.error());
    Minidisk disk = space;
    disk.first_cylinder = piece->first;
    disk.cylinders = cylinders;
    return link({.user = user, .address = address, .owner = user, .disk = &disk, .mode = LinkMode::W});
  }
  return fail("DMKDEF091E DASD {:03X} NOT DEFINED; TEMP SPACE NOT AVAILABLE: {}", address, why);
}

std::vector<std::string> Minidisks::attach_volumes() {
  for (const User& user : directory_.users) {
    for (const Minidisk& disk : user.minidisks) {
      if (disk.kind != Minidisk::Kind::temporary) static_cast<void>(place(disk));
    }
  }
  std::vector<std::string> lines;
  for (const auto& [address, volume] : volumes_.all()) {
    lines.push_back(fmt::format("DASD {:03X} ATTACH TO SYSTEM {}", address, volume.label));
  }
  return lines;
}

}  // namespace replica::vmm
