#include "tests/isolation/ownership_watch.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/big_endian.h"

namespace replica::isolation {
namespace {

constexpr std::size_t kMostFindings = 2000;  // characters

bool is_attacker(Owner owner) { return owner == Owner::first_attacker || owner == Owner::second_attacker; }

std::span<const u8> frame_bytes(House& house, u32 frame) {
  return {house.monitor().frames().real().at(frame << kPageShift), kPageSize};
}

// Frame 0, but for the interval timer of the real machine.
u64 hash_of_frame_0(House& house) {
  constexpr u32 kTimer = 80;
  const std::span<const u8> bytes = frame_bytes(house, 0);
  return hash(bytes.first(kTimer)) ^ hash(bytes.subspan(kTimer + 4));
}

}  // namespace

OwnershipWatch::OwnershipWatch(House& house) : house_(house), frame_0_(hash_of_frame_0(house)) {
  for (u32 track = 0; track < house.volume().tracks(); ++track)
    tracks_.push_back(hash(house.volume().read(track).value().bytes()));
  for (const vmm::SpoolFile& file : house.spool().list({.owner = "VICTIM"}))
    spool_files_[file.id] = hash_of_file(file.id, Owner::victim);
}

void OwnershipWatch::found(const std::string& what) {
  if (findings_.size() < kMostFindings) findings_ += what + "\n";
}

bool OwnershipWatch::may_see(Owner owner, Owner other) {
  return owner == other || (is_attacker(owner) && other == Owner::library);
}

void OwnershipWatch::look_for_others(std::span<const u8> bytes, Owner owner, const std::string& where) {
  for (const Owner other : kOwners) {
    if (!may_see(owner, other) && contains(bytes, other))
      found(fmt::format("{} has bytes of owner {}; expected only those of {}", where, static_cast<int>(other),
                        static_cast<int>(owner)));
  }
}

// ---- Storage ----

void OwnershipWatch::make_account() {
  account_.clear();
  for (const Resident& each : house_.residents()) {
    vmm::GuestStorage& storage = each.machine->storage();
    for (u32 page = 0; page < storage.most_blocks() / 2; ++page) {
      if (!storage.is_resident(page)) continue;
      const u32 frame = storage.frame(page);
      if (page >= storage.size() >> kPageShift)
        found(fmt::format("{} has page {:X} in frame {:X}, behind its storage", each.user, page, frame));
      const auto [place, is_new] = account_.insert({frame, {&each, page}});
      if (!is_new)
        found(fmt::format("frame {:X} is page {:X} of {} and page {:X} of {}", frame, page, each.user,
                          place->second.page, place->second.resident->user));
    }
  }
}

void OwnershipWatch::check_frame(u32 frame) {
  const vmm::FrameTable::Frame& believed = house_.monitor().frames().frame(frame);
  const auto place = account_.find(frame);
  if (place == account_.end()) {
    if (believed.owner) found(fmt::format("frame {:X} is nobody's page, but the frame table gives it an owner", frame));
    return;
  }
  const auto& [resident, page] = place->second;
  if (believed.owner != &resident->machine->storage() || believed.page != page)
    found(
        fmt::format("frame {:X} is page {:X} of {}, which the frame table does not know", frame, page, resident->user));
  const std::string where = fmt::format("page {:X} of {}, in frame {:X},", page, resident->user, frame);
  look_for_others(frame_bytes(house_, frame), resident->owner, where);
  const bool is_constant = resident->owner == Owner::victim || (resident->owner == Owner::worker && page >= 4);
  if (is_constant && !std::ranges::equal(frame_bytes(house_, frame), filled(kPageSize, resident->owner, page)))
    found(where + " has changed");
}

void OwnershipWatch::check_registers(const Resident& resident) {
  const Cpu& cpu = resident.machine->cpu();
  const auto look = [&](u32 word, const char* where) {
    for (const Owner other : kOwners) {
      if (!may_see(resident.owner, other) && is_part(word, other))
        found(fmt::format("{} of {} has {:08X}, of owner {}", where, resident.user, word, static_cast<int>(other)));
    }
  };
  for (const u32 gr : cpu.gr) look(gr, "a general register");
  for (const u32 cr : cpu.cr) look(cr, "a control register");
  for (const u64 fpr : cpu.fpr) {
    look(static_cast<u32>(fpr >> 32), "a floating-point register");
    look(static_cast<u32>(fpr), "a floating-point register");
  }
}

// An entry of the real CPU's maps leads into a frame of the machine whose shadow table it belongs to.
void OwnershipWatch::check_access_maps() {
  Storage& real = house_.monitor().frames().real();
  for (const auto& map : house_.monitor().real().cpu().maps().all()) {
    if (map->used.none()) continue;
    const auto owner = std::ranges::find_if(
        house_.residents(), [&](const Resident& each) { return each.machine->shadow_tables().has(map->context.cr1); });
    if (owner == house_.residents().end()) {
      found(fmt::format("an access map of shadow table {}, which is no machine's, has entries", map->context.cr1));
      continue;
    }
    for (auto at = map->used._Find_first(); at < kMaxBlocks; at = map->used._Find_next(at)) {
      const u32 block = static_cast<u32>(at);
      for (const AccessKind kind : {AccessKind::fetch, AccessKind::store, AccessKind::instruction}) {
        const i64 entry = map->entries(kind)[block];
        if (entry == AccessMap::kAsk) continue;
        const i64 held = entry < 0 ? ~entry : entry;
        const u8* host = reinterpret_cast<const u8*>(held + (i64{block} << kBlockShift));
        const auto frame = account_.find(static_cast<u32>((host - real.data()) >> kPageShift));
        if (host < real.data() || frame == account_.end() || frame->second.resident != &*owner)
          found(fmt::format("an access map of {} leads from {:06X} to a frame that it has not", owner->user,
                            block << kBlockShift));
      }
    }
  }
}

// A line shows bytes as hexadecimal digits, words apart.
void OwnershipWatch::check_lines() {
  for (const auto& [owner, line] : house_.lines()) {
    std::string digits = line;
    std::erase(digits, ' ');
    for (const Owner other : kOwners) {
      const auto unit = marker(other, 0);
      std::string name;
      for (std::size_t n = 0; n < kNameBytes; ++n) name += fmt::format("{:02X}", unit[n]);
      if (!may_see(owner, other) && digits.find(name) != std::string::npos)
        found(fmt::format("owner {} was told: {}", static_cast<int>(owner), line));
    }
  }
  house_.forget_lines();
}

std::string OwnershipWatch::check_storage() {
  make_account();
  const u32 frames = house_.monitor().frames().frames();
  for (u32 frame = 1; frame < frames; ++frame) check_frame(frame);
  if (hash_of_frame_0(house_) != frame_0_) found("frame 0, the VMM's own, has changed");
  for (const Resident& each : house_.residents()) check_registers(each);
  check_access_maps();
  check_lines();
  const Cpu& worker = house_.resident(Owner::worker).machine->cpu();
  if (worker.psw.wait)
    found(fmt::format("the worker waits at {:X}; expected it to go on for ever", worker.psw.address));
  return findings();
}

std::string OwnershipWatch::check_pages() {
  for (const Owner owner : {Owner::victim, Owner::worker}) {
    const Resident& resident = house_.resident(owner);
    for (u32 page = owner == Owner::worker ? 4 : 0; page < House::kStorage >> kPageShift; ++page) {
      const std::span<const u8> bytes{resident.machine->storage().at(page << kPageShift), kPageSize};
      if (!std::ranges::equal(bytes, filled(kPageSize, owner, page)))
        found(fmt::format("page {:X} of {} has changed", page, resident.user));
    }
  }
  return findings();
}

// ---- Disk and spool ----

std::string OwnershipWatch::check_disk() {
  TrackStore& volume = house_.volume();
  for (u32 number = 0; number < volume.tracks(); ++number) {
    const TrackAddress address = volume.address(number);
    const Owner owner = House::owner_of_cylinder(address.cylinder);
    const std::string where = fmt::format("cylinder {}, head {}", address.cylinder, address.head);
    const auto track = volume.read(number);
    if (!track) {
      found(where + ": " + track.error().message);
    } else if (!is_attacker(owner)) {
      if (hash(track->bytes()) != tracks_[number]) found(where + " has changed");
    } else {
      look_for_others(track->bytes(), owner, where);
    }
  }
  return findings();
}

u64 OwnershipWatch::hash_of_file(vmm::SpoolId id, Owner reader) {
  u64 result = 0;
  vmm::SpoolCursor cursor(house_.spool(), id);
  for (auto record = cursor.next(); record && *record; record = cursor.next()) {
    look_for_others((*record)->data, reader, fmt::format("spool file {}", id));
    result = result * 31 + hash((*record)->data) + (*record)->command;
  }
  return result;
}

std::string OwnershipWatch::check_spool() {
  for (const auto& [id, expected] : spool_files_) {
    const vmm::SpoolFile* file = house_.spool().find(id);
    const bool is_there = file && file->owner == "VICTIM" && file->state == vmm::SpoolState::closed;
    if (!is_there || hash_of_file(id, Owner::victim) != expected)
      found(fmt::format("spool file {} of VICTIM is gone, or has changed", id));
  }
  for (const Resident& each : house_.residents()) {
    if (!is_attacker(each.owner)) continue;
    for (const vmm::SpoolFile& file : house_.spool().list({.owner = each.user})) {
      if (file.state != vmm::SpoolState::open) hash_of_file(file.id, each.owner);
    }
  }
  return findings();
}

}  // namespace replica::isolation
