// What the tests of access maps share: 1 MB of storage, the translator over it, and the maps.
#pragma once

#include <gtest/gtest.h>

#include "mmu/access_map.h"
#include "tests/mmu/tables.h"

namespace replica {

class AccessMapFixture : public testing::Test {
 protected:
  // Decides the access and, if it is allowed, records it, as an instruction does.
  ProgramCode access(AccessMap* map, u32 address, AccessKind kind) {
    const Access decided = maps.check(*map, address, kind);
    if (decided.code == ProgramCode::none) maps.record(*map, address, 1, kind, decided);
    return decided.code;
  }
  ProgramCode fetch(AccessMap* map, u32 address) { return access(map, address, AccessKind::fetch); }
  ProgramCode store(AccessMap* map, u32 address) { return access(map, address, AccessKind::store); }
  ProgramCode fetch_instruction(AccessMap* map, u32 address) { return access(map, address, AccessKind::instruction); }

  ProgramCode fetch(const AccessContext& context, u32 address) { return fetch(maps.select(context), address); }
  ProgramCode store(const AccessContext& context, u32 address) { return store(maps.select(context), address); }

  static bool has_entry(AccessMap* map, u32 address, AccessKind kind) {
    return map->entries(kind)[address >> kBlockShift] >= 0;
  }
  static bool has_any_entry(AccessMap* map, u32 address) {
    return has_entry(map, address, AccessKind::fetch) || has_entry(map, address, AccessKind::store) ||
           has_entry(map, address, AccessKind::instruction);
  }

  // Segment 0 of 64K with 4K pages: its table is at 1000, its page table at 2000, and all its pages are invalid.
  AccessContext translated() {
    tables.segment(0x1000, 0, 0xF0002000);
    for (u32 page = 0; page < 16; ++page) tables.page(0x2000, page, 0x0008);
    return {.cr0_format = k64KSegments4KPages, .cr1 = 0x1000, .dat = true};
  }

  std::unique_ptr<Storage> storage = std::move(Storage::create(1024 * 1024).value());
  Tables tables{*storage};
  RealTranslator translator{*storage};
  AccessMaps maps{*storage, translator};
};

}  // namespace replica
