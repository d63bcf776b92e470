#include "mmu/access_map.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/part_clock.h"
#include "mmu/dat.h"

namespace replica {

Access RealTranslator::access(const AccessContext& context, u32 address, AccessKind kind, bool record) {
  const bool is_store = kind == AccessKind::store;
  if (is_store && context.low_address_protection && address < 512) return {.code = ProgramCode::protection};

  u32 real = address;
  if (context.dat) {
    const DatControls controls{.cr0 = context.cr0_format, .cr1 = context.cr1, .prefix = context.prefix};
    const Translation translation = translate(storage_, controls, address, record ? WalkMode::record : WalkMode::look);
    if (translation.code != ProgramCode::none) return {.code = translation.code};
    if (is_store && translation.store_protected) return {.code = ProgramCode::protection};
    real = translation.real;
  }

  const u32 absolute = apply_prefix(real, context.prefix);
  if (!storage_.contains(absolute)) return {.code = ProgramCode::addressing};
  const u8 key = storage_.key(absolute >> kBlockShift);
  const bool allowed = is_store ? key_allows_store(key, context.key) : key_allows_fetch(key, context.key);
  if (!allowed) return {.code = ProgramCode::protection};
  return {.absolute = absolute, .host = storage_.at(absolute)};
}

void AccessMap::forget_all(const void* const* no_code) {
  for (auto block = used._Find_first(); block < used.size(); block = used._Find_next(block)) {
    forget(static_cast<u32>(block), no_code);
  }
  used.reset();
}

AccessMaps::AccessMaps(Storage& storage, Translator& translator)
    : storage_(storage), translator_(translator), references_(storage.most_blocks()) {
  storage_.on_key_change([this](u32 block) { revoke(block); });
  storage_.on_first_code([this](u32 block) { hold_back_stores(block); });
}

AccessMap* AccessMaps::select(const AccessContext& context) {
  const PartScope scope(part::kFill);
  ++selections_;
  const auto known = map_of_context_.find(context);
  AccessMap* map = known == map_of_context_.end() ? take_map(context) : maps_[known->second].get();
  map->last_selected = selections_;
  return map;
}

// A new map, or the one that has not been selected for longest.
AccessMap* AccessMaps::take_map(const AccessContext& context) {
  AccessMap* map = nullptr;
  if (maps_.size() < most_maps_) {
    map = maps_.emplace_back(std::make_unique<AccessMap>()).get();
    map->index = static_cast<u16>(maps_.size() - 1);
    for (AccessKind kind : {AccessKind::fetch, AccessKind::store, AccessKind::instruction}) {
      map->entries(kind).fill(AccessMap::kAsk);
    }
    map->code.fill(no_code_);
  } else {
    map = std::min_element(maps_.begin(), maps_.end(), [](const auto& one, const auto& other) {
            return one->last_selected < other->last_selected;
          })->get();
    map_of_context_.erase(map->context);
    map->forget_all(no_code_);
    ++evictions_;
  }
  map->context = context;
  map_of_context_[context] = map->index;
  return map;
}

Access AccessMaps::check(const AccessMap& map, u32 address, AccessKind kind) {
  const i64 entry = map.store[address >> kBlockShift];
  if (kind == AccessKind::store && AccessMap::is_held_back(entry)) {
    u8* host = reinterpret_cast<u8*>(~entry + address);
    return {.absolute = static_cast<u32>(host - storage_.data()), .host = host};
  }
  return translator_.access(map.context, address, kind, true);
}

void AccessMaps::record(AccessMap& map, u32 address, u32 length, AccessKind kind, const Access& access) {
  const u32 absolute_block = access.absolute >> kBlockShift;
  const u32 block = address >> kBlockShift;
  if (kind == AccessKind::store) {
    storage_.record_store(access.absolute, length);
    const bool watched = map.context.per_storage && map.context.per_range.intersects(block << kBlockShift, kBlockSize);
    const bool partly_protected = map.context.low_address_protection && block == 0;
    if (watched || partly_protected) return;
  } else {
    storage_.record_fetch(absolute_block);
  }

  if (!storage_.is_mappable(kind == AccessKind::store)) return;
  if (map.context.dat && !remembers_translations_) return;
  const bool is_held_back = kind == AccessKind::store && storage_.has_code(absolute_block);
  const i64 entry = reinterpret_cast<i64>(access.host) - address;
  i64& place = map.entries(kind)[block];
  const i64 before = std::exchange(place, is_held_back ? ~entry : entry);
  if (before == entry || before == ~entry) return;  // it is listed
  // The table entry has changed, and nobody has purged: what was translated here is of another block.
  if (kind == AccessKind::instruction) map.code[block] = no_code_;
  map.used.set(block);
  const Reference reference{map.index, static_cast<u16>(block)};
  auto& references = references_[absolute_block];
  if (std::find(references.begin(), references.end(), reference) == references.end()) references.push_back(reference);
}

void AccessMaps::set_no_code(const void* const* entries) {
  no_code_ = entries;
  for (auto& map : maps_) map->code.fill(entries);
}

void AccessMaps::revoke(u32 block) {
  const PartScope scope(part::kFill);
  for (const Reference& reference : references_[block]) maps_[reference.map]->forget(reference.block, no_code_);
  references_[block].clear();
}

void AccessMaps::hold_back_stores(u32 block) {
  const i64 host = reinterpret_cast<i64>(storage_.data() + (block << kBlockShift));
  for (const Reference& reference : references_[block]) {
    i64& entry = maps_[reference.map]->store[reference.block];
    // Its translation may have changed since, and the entry be one for another block.
    if (entry >= 0 && entry + (i64{reference.block} << kBlockShift) == host) entry = ~entry;
  }
}

void AccessMaps::purge_translations() {
  const PartScope scope(part::kFill);
  for (auto& map : maps_) {
    if (map->context.dat) map->forget_all(no_code_);
  }
  if (purge_observer_) purge_observer_();
}

void AccessMaps::purge_translations(u32 cr1) {
  const PartScope scope(part::kFill);
  for (auto& map : maps_) {
    if (map->context.dat && map->context.cr1 == cr1) map->forget_all(no_code_);
  }
}

bool AccessMaps::verify(AccessMap& map, u32 address, AccessKind kind) {
  const i64 entry = map.entries(kind)[address >> kBlockShift];
  if (entry < 0) return true;
  const u8* host = reinterpret_cast<const u8*>(entry + address);
  if (host < storage_.data() || host >= storage_.data() + storage_.size()) return false;

  const u8 key = storage_.key(static_cast<u32>(host - storage_.data()) >> kBlockShift);
  const u8 recorded =
      kind == AccessKind::store ? storage_key::kReference | storage_key::kChange : storage_key::kReference;
  if ((key & recorded) != recorded) return false;
  if (kind == AccessKind::store && storage_.has_code(static_cast<u32>(host - storage_.data()) >> kBlockShift))
    return false;
  const bool allowed =
      kind == AccessKind::store ? key_allows_store(key, map.context.key) : key_allows_fetch(key, map.context.key);
  if (!allowed) return false;

  const Access now = translator_.access(map.context, address, kind, false);
  if (now.code == ProgramCode::none && now.host == host) return true;
  // The key still allows it, so it is the translation that differs; before a purge it may.
  return map.context.dat;
}

}  // namespace replica
